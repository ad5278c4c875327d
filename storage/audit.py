"""What can be proved later? One hash chain of decisions per request, appended under its row lock."""

import json
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.model import Contract
from governance.audit_chain import GENESIS, ChainedRecord, next_hash
from governance.canonical import canonical_bytes
from storage.tables import audit

_LOCK = text(
    "SELECT next_audit, audit_head FROM handrail.requests WHERE request_id = :r FOR UPDATE",
)
_ADVANCE = text("UPDATE handrail.requests SET next_audit = :n, audit_head = :h WHERE request_id = :r")


class AuditRow(Contract):
    """One stored record: where it stands, what it says (canonical JSON), and its place in the chain."""

    request_id: str
    seq: int
    decision_id: str
    kind: str
    record: str
    previous_hash: str
    hash: str


async def append_audit(
    connection: AsyncConnection, request_id: str, decision_id: str, kind: str, record: dict[str, Any]
) -> bool:
    """Append a record once per decision id. False, and no advance of the chain, where it is there already."""
    head = (await connection.execute(_LOCK, {"r": request_id})).one()
    known = select(audit.c.seq).where(audit.c.decision_id == decision_id)
    if (await connection.execute(known)).first() is not None:
        return False
    seq, previous = head.next_audit + 1, head.audit_head or GENESIS
    full = {"seq": seq, "request_id": request_id, "decision_id": decision_id, "kind": kind, **record}
    digest = next_hash(previous, full)
    row = {"request_id": request_id, "seq": seq, "decision_id": decision_id, "kind": kind}
    stored = {**row, "record": canonical_bytes(full).decode(), "previous_hash": previous, "hash": digest}
    await connection.execute(insert(audit).values(**stored))
    await connection.execute(_ADVANCE, {"r": request_id, "n": seq, "h": digest})
    return True


async def read_audit(connection: AsyncConnection, request_id: str) -> list[AuditRow]:
    """The request's chain, in order."""
    query = select(audit).where(audit.c.request_id == request_id).order_by(audit.c.seq)
    return [AuditRow.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]


async def audit_heads(connection: AsyncConnection) -> list[tuple[str, int, str]]:
    """(request id, number of records, last hash) of every request, as the requests' rows say."""
    rows = await connection.execute(
        text("SELECT request_id, next_audit, audit_head FROM handrail.requests ORDER BY request_id")
    )
    return [(row.request_id, row.next_audit, row.audit_head) for row in rows]


def as_chain(rows: list[AuditRow]) -> list[ChainedRecord]:
    """The rows in the form that `governance.audit_chain.verify` judges. Raises ValueError on broken JSON."""
    return [ChainedRecord(record=json.loads(row.record), previous=row.previous_hash, hash=row.hash) for row in rows]
