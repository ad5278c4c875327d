"""Which facts did authoritative reads of this request establish?"""

from typing import Any

from sqlalchemy import BindParameter, Select, Text, column, func, literal, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.facts import Fact
from storage.effect_tables import facts
from storage.given_rows import given_rows


async def put_facts(connection: AsyncConnection, request_id: str, new: list[Fact]) -> None:
    """Store facts; the same fact read again (same key) takes the newer value."""
    if not new:
        return
    newest = {fact.key: fact.model_dump(mode="json") for fact in new}
    given = given_rows("new_facts", (column("key", Text), *(facts.c[name] for name in _COLUMNS)))
    names = ["request_id", "fact_key", *_COLUMNS]
    shown = (func.coalesce(one, text("'null'::jsonb")) if one.name == "value" else one for one in given.c)
    statement = insert(facts).from_select(names, select(literal(request_id, Text), *shown))
    columns = {name: statement.excluded[name] for name in ("value", "owner", "subject", "as_of", "call_id")}
    statement = statement.on_conflict_do_update(index_elements=[facts.c.request_id, facts.c.fact_key], set_=columns)
    await connection.execute(statement, {"new_facts": list(newest.values())})


async def read_facts(connection: AsyncConnection, request_id: str) -> list[Fact]:
    """Every fact of the request, in the order of reading."""
    return [Fact.model_validate(dict(row)) for row in (await connection.execute(facts_of(request_id))).mappings()]


def facts_of(request_id: str | BindParameter[Any]) -> Select[Any]:
    """The query for every fact of the request, in the order of reading."""
    columns = (facts.c.fact_key.label("key"), *(facts.c[name] for name in _COLUMNS))
    return select(*columns).where(facts.c.request_id == request_id).order_by(facts.c.read_at, facts.c.fact_key)


_COLUMNS = ("call_id", "tool", "pointer", "type", "value", "owner", "subject", "as_of")
