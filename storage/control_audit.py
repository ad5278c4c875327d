"""Who changed what agents may do, when and why? One hash chain of operators' decisions a pack, like a request's."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.audit import AuditHead, append_to_chain
from storage.control_tables import control_heads


def chain_of(pack: str) -> str:
    """The id under which a pack's chain stands among those of requests."""
    return f"control:{pack}"


async def lock_control(connection: AsyncConnection, pack: str) -> AuditHead:
    """Lock what operators decide of this pack until the transaction ends: one decision comes after the other."""
    await connection.execute(insert(control_heads).values(pack=pack).on_conflict_do_nothing())
    query = select(control_heads.c.records, control_heads.c.head).where(control_heads.c.pack == pack).with_for_update()
    row = (await connection.execute(query)).one()
    return AuditHead(request_id=chain_of(pack), count=row.records, head=row.head)


async def append_control(connection: AsyncConnection, pack: str, kind: str, record: dict[str, Any]) -> None:
    """Append an operator's decision to the pack's chain, in the transaction that makes it."""
    head = await lock_control(connection, pack)
    decision = f"{head.request_id}#{head.count + 1}"
    end = await append_to_chain(connection, head, decision, kind, record)
    where = control_heads.c.pack == pack
    await connection.execute(update(control_heads).where(where).values(records=end.count, head=end.head))


async def control_head(connection: AsyncConnection, pack: str) -> AuditHead:
    """The end of the pack's chain; an empty one before the first decision."""
    query = select(control_heads.c.records, control_heads.c.head).where(control_heads.c.pack == pack)
    row = (await connection.execute(query)).first()
    return AuditHead(request_id=chain_of(pack), count=row.records if row else 0, head=row.head if row else "")
