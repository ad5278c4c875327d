"""What can be proved later? One hash chain of decisions per request, appended under its row lock."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Text, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.model import Contract
from governance.audit_chain import GENESIS, ChainedRecord, next_hash, verify
from governance.canonical import canonical_bytes
from storage.given_rows import given_rows
from storage.tables import audit, requests

_LOCK = text(
    "SELECT next_audit, audit_head FROM handrail.requests WHERE request_id = :r FOR UPDATE",
)


class NewRecord(NamedTuple):
    """A decision that is to be appended: its id, its kind, and what it says as JSON."""

    decision_id: str
    kind: str
    record: dict[str, Any]


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
    return await append_audits(connection, request_id, [NewRecord(decision_id, kind, record)]) == 1


async def append_audits(connection: AsyncConnection, request_id: str, records: Sequence[NewRecord]) -> int:
    """Append these records, in their order, each once per decision id; returns how many were new.

    The request's row is locked first, so that what is known of the chain stays so until the commit.
    """
    row = (await connection.execute(_LOCK, {"r": request_id})).one()
    ids = select(audit.c.decision_id).where(audit.c.decision_id.in_([one.decision_id for one in records]))
    known = set((await connection.execute(ids)).scalars())
    head, links = AuditHead(request_id=request_id, count=row.next_audit, head=row.audit_head), list[AuditRow]()
    for one in records:
        if one.decision_id not in known:
            known.add(one.decision_id)
            links.append(chained(head, one.decision_id, one.kind, one.record))
            head = AuditHead(request_id=request_id, count=links[-1].seq, head=links[-1].hash)
    if links:
        values = {"r": request_id, "n": head.count, "h": head.head, "links": [link.model_dump() for link in links]}
        await connection.execute(_append(), values)
    return len(links)


@cache
def _append() -> Any:
    given = given_rows("links", (audit.c[name] for name in AuditRow.model_fields))
    appended = insert(audit).from_select(list(AuditRow.model_fields), select(*given.c)).cte("appended")
    advance = update(requests).where(requests.c.request_id == bindparam("r", type_=Text))
    new = {"next_audit": bindparam("n", type_=Integer), "audit_head": bindparam("h", type_=Text)}
    return advance.values(**new).add_cte(appended)


async def append_to_chain(
    connection: AsyncConnection, head: AuditHead, decision_id: str, kind: str, record: dict[str, Any]
) -> AuditHead:
    """Store the next record of a chain whose head is locked; returns the new head, which the caller stores."""
    link = chained(head, decision_id, kind, record)
    await connection.execute(insert(audit).values(**link.model_dump()))
    return AuditHead(request_id=head.request_id, count=link.seq, head=link.hash)


def chained(head: AuditHead, decision_id: str, kind: str, record: dict[str, Any]) -> AuditRow:
    """The next record of a chain, for whoever stores it with the chain's new head."""
    seq, previous = head.count + 1, head.head or GENESIS
    row: dict[str, Any] = {"request_id": head.request_id, "seq": seq, "decision_id": decision_id, "kind": kind}
    full = {**row, **record}
    digest = next_hash(previous, full)
    return AuditRow(**row, record=canonical_bytes(full).decode(), previous_hash=previous, hash=digest)


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
