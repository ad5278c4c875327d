"""How do words that turn out to be personal leave what was kept of a request before anybody knew?"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.call_tables import sentences
from storage.effect_tables import facts, sets
from storage.entries import digest_of
from storage.tables import entries, events, handoffs, inbox, requests

type Rewrite = Callable[[Any], Any]

_TEXTS: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (inbox, ("body",)),
    (sentences, ("text",)),
    (events, ("data",)),
    (facts, ("value",)),
    (sets, ("card",)),
    (requests, ("goal", "plan", "flow", "open_question")),
    (handoffs, ("summary",)),
)
"""Where a customer's words may stand besides the transcript. What was sent to a company stays as it was sent."""
_NAMES = ("call_id", "call", "name", "tool", "state", "type", "set_id", "digest", "intent", "route", "open_set")
"""What an entry or an event is called by and refers to: no word of a customer, though somebody may be named so."""


async def rewrite_texts(connection: AsyncConnection, request_id: str, rewrite: Rewrite) -> int:
    """Rewrite every text (or JSON) that is kept of the request; returns how many rows changed. Its row is locked."""
    changed = await _rewrite_entries(connection, request_id, rewrite)
    for table, names in _TEXTS:
        keys = list(table.primary_key.columns)
        for row in (await connection.execute(select(table).where(table.c.request_id == request_id))).mappings():
            new = {name: _rewritten(row[name], rewrite) for name in names if row[name] is not None}
            if any(new[name] != row[name] for name in new):
                await connection.execute(update(table).where(*_is(keys, row)).values(**new))
                changed += 1
    return changed


def _is(keys: list[Column[Any]], row: Any) -> list[Any]:
    return [key == row[key.name] for key in keys]


def _rewritten(value: Any, rewrite: Rewrite) -> Any:
    new = rewrite(value)
    return {**new, **{name: value[name] for name in _NAMES if name in value}} if isinstance(value, dict) else new


async def _rewrite_entries(connection: AsyncConnection, request_id: str, rewrite: Rewrite) -> int:
    """Entries carry a digest of their body, which changes with it."""
    found = (await connection.execute(select(entries).where(entries.c.request_id == request_id))).mappings().all()
    changed = 0
    for row in found:
        body = _rewritten(row["body"], rewrite)
        if body != row["body"]:
            where = _is(list(entries.primary_key.columns), row)
            await connection.execute(update(entries).where(*where).values(body=body, digest=digest_of(body)))
            changed += 1
    return changed
