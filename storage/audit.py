"""What can be proved later? One hash chain of decisions per request, appended under its row lock."""

import json
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.model import Contract
from governance.audit_chain import GENESIS, ChainedRecord, next_hash, verify
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


class AuditHead(Contract):
    """Where a chain ends, as its row says. `known` is false where records have no request any more.

    `request_id` is `control:<pack>` for the chain of what operators decided.
    """

    request_id: str
    count: int = 0
    head: str = ""
    known: bool = True


async def append_audit(
    connection: AsyncConnection, request_id: str, decision_id: str, kind: str, record: dict[str, Any]
) -> bool:
    """Append a record once per decision id. False, and no advance of the chain, where it is there already."""
    row = (await connection.execute(_LOCK, {"r": request_id})).one()
    known = select(audit.c.seq).where(audit.c.decision_id == decision_id)
    if (await connection.execute(known)).first() is not None:
        return False
    head = AuditHead(request_id=request_id, count=row.next_audit, head=row.audit_head)
    end = await append_to_chain(connection, head, decision_id, kind, record)
    await connection.execute(_ADVANCE, {"r": request_id, "n": end.count, "h": end.head})
    return True


async def append_to_chain(
    connection: AsyncConnection, head: AuditHead, decision_id: str, kind: str, record: dict[str, Any]
) -> AuditHead:
    """Store the next record of a chain whose head is locked; returns the new head, which the caller stores."""
    seq, previous = head.count + 1, head.head or GENESIS
    row = {"request_id": head.request_id, "seq": seq, "decision_id": decision_id, "kind": kind}
    full = {"seq": seq, "request_id": head.request_id, "decision_id": decision_id, "kind": kind, **record}
    digest = next_hash(previous, full)
    stored = {**row, "record": canonical_bytes(full).decode(), "previous_hash": previous, "hash": digest}
    await connection.execute(insert(audit).values(**stored))
    return AuditHead(request_id=head.request_id, count=seq, head=digest)


async def read_audit(connection: AsyncConnection, request_id: str) -> list[AuditRow]:
    """The request's chain, in order."""
    query = select(audit).where(audit.c.request_id == request_id).order_by(audit.c.seq)
    return [AuditRow.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]


_HEADS = text(
    """
    SELECT request_id, next_audit AS count, audit_head AS head, true AS known FROM handrail.requests
    UNION ALL
    SELECT 'control:' || pack, records, head, true FROM handrail.control_heads
    UNION ALL
    SELECT DISTINCT a.request_id, 0, '', false FROM handrail.audit AS a
    WHERE NOT EXISTS (SELECT 1 FROM handrail.requests AS r WHERE r.request_id = a.request_id)
      AND NOT EXISTS (SELECT 1 FROM handrail.control_heads AS c WHERE 'control:' || c.pack = a.request_id)
    ORDER BY request_id
    """
)


async def audit_heads(connection: AsyncConnection) -> list[AuditHead]:
    """The end of every chain, also of those whose request was removed."""
    return [AuditHead.model_validate(dict(row)) for row in (await connection.execute(_HEADS)).mappings()]


async def audit_head(connection: AsyncConnection, request_id: str) -> AuditHead:
    """The end of this request's chain, as its row says."""
    row = (await connection.execute(_LOCK, {"r": request_id})).first()
    if row is None:
        return AuditHead(request_id=request_id, known=False)
    return AuditHead(request_id=request_id, count=row.next_audit, head=row.audit_head)


def first_changed(rows: list[AuditRow], head: AuditHead) -> int | None:
    """The index of the first row that is not as it was appended, or None; the number of rows where some are missing.

    Every column counts, and every byte of the record: it must be the canonical JSON of what the chain's hashes say.
    """
    intact = next((index for index, row in enumerate(rows) if not _as_appended(row, index + 1)), len(rows))
    chained = verify([_link(row) for row in rows[:intact]])
    if chained is not None or intact < len(rows):
        return intact if chained is None else chained
    ends_at = rows[-1].hash if rows else ""
    return len(rows) if head.known and (head.count, head.head) != (len(rows), ends_at) else None


def _as_appended(row: AuditRow, seq: int) -> bool:
    try:
        record = json.loads(row.record)
    except ValueError:
        return False
    if not isinstance(record, dict) or canonical_bytes(record).decode() != row.record:
        return False
    said = [record.get(name) for name in ("seq", "request_id", "decision_id", "kind")]
    return said == [seq, row.request_id, row.decision_id, row.kind] and row.seq == seq


def _link(row: AuditRow) -> ChainedRecord:
    return ChainedRecord(record=json.loads(row.record), previous=row.previous_hash, hash=row.hash)
