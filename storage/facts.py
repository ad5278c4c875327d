"""Which facts did authoritative reads of this request establish?"""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.facts import Fact
from storage.tables import facts


async def put_facts(connection: AsyncConnection, request_id: str, new: list[Fact]) -> None:
    """Store facts; the same fact read again (same key) takes the newer value."""
    for fact in new:
        row = {"request_id": request_id, "fact_key": fact.key, **fact.model_dump(exclude={"key"}, mode="python")}
        statement = insert(facts).values(**row)
        columns = {name: statement.excluded[name] for name in ("value", "owner", "subject", "as_of", "call_id")}
        await connection.execute(
            statement.on_conflict_do_update(index_elements=[facts.c.request_id, facts.c.fact_key], set_=columns)
        )


async def read_facts(connection: AsyncConnection, request_id: str) -> list[Fact]:
    """Every fact of the request, in the order of reading."""
    query = select(facts).where(facts.c.request_id == request_id).order_by(facts.c.read_at, facts.c.fact_key)
    rows = (await connection.execute(query)).mappings()
    return [Fact.model_validate({"key": row["fact_key"], **{k: row[k] for k in _COLUMNS}}) for row in rows]


_COLUMNS = ("call_id", "tool", "pointer", "type", "value", "owner", "subject", "as_of")
