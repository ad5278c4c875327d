"""What does a request's transcript hold? Every write is insert or read back."""

import hashlib
import json
from typing import Any, Literal

from sqlalchemy import BindParameter, Select, Text, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.errors import StoredDifferently
from contracts.model import Contract
from storage.direct import Direct
from storage.tables import entries

TAINTED = "tainted"
"""In an observation's body: it holds text that somebody else than the customer wrote."""
EntryKind = Literal["message", "reply", "call", "observation", "reasoning", "thought", "note", "desk_note"]
"""`note`: why a reply was withheld. `desk_note`: what a person tells the agent with the request they give back."""


class Entry(Contract):
    """One item of the transcript; `turn`, `step` and `n` give its place, which only the workflow decides."""

    entry_key: str
    turn: int
    step: int
    n: int
    kind: EntryKind
    body: dict[str, Any]


def digest_of(value: object) -> str:
    """SHA-256 over the value's canonical JSON."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


async def put_entry(connection: AsyncConnection, request_id: str, entry: Entry, *, exact: bool = False) -> bool:
    """Insert the entry; False where one is there already under its key, which then stays.

    With `exact` the content is deterministic, so another stored digest raises `StoredDifferently`.
    """
    digest = digest_of(entry.body)
    values = {"request_id": request_id, "digest": digest, **entry.model_dump()}
    statement = insert(entries).values(**values).on_conflict_do_nothing().returning(entries.c.digest)
    if (await connection.execute(statement)).first() is not None:
        return True
    query = select(entries.c.digest).where(entries.c.request_id == request_id, entries.c.entry_key == entry.entry_key)
    stored = (await connection.execute(query)).scalar_one()
    if exact and stored != digest:
        raise StoredDifferently(f"entry {entry.entry_key!r} of {request_id!r} is stored with other content")
    return False


async def find_entry(connection: AsyncConnection, request_id: str, entry_key: str) -> Entry | None:
    """The entry under this key, or None."""
    query = select(entries).where(entries.c.request_id == request_id, entries.c.entry_key == entry_key)
    row = (await connection.execute(query)).mappings().first()
    return Entry.model_validate(dict(row)) if row else None


async def read_transcript(connection: AsyncConnection, request_id: str, *, since_turn: int = 0) -> list[Entry]:
    """The entries of the request from this turn on, in order."""
    query = entries_since(request_id, since_turn)
    return [Entry.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]


def entries_since(request_id: str | BindParameter[Any], turn: int | BindParameter[Any]) -> Select[Any]:
    """The query for the entries of the request from this turn on, in order."""
    return (
        select(*(entries.c[name] for name in Entry.model_fields))
        .where(entries.c.request_id == request_id, entries.c.turn >= turn)
        .order_by(entries.c.turn, entries.c.step, entries.c.n)
    )


async def last_reply(connection: AsyncConnection, request_id: str) -> str:
    """What the customer was last told, by whomever; empty where nothing was said yet."""
    return str(await _LAST_REPLY.scalar(connection, {"of_request": request_id}) or "")


def _last_reply() -> Select[Any]:
    of_request = (entries.c.request_id == bindparam("of_request", type_=Text), entries.c.kind == "reply")
    latest = (entries.c.turn.desc(), entries.c.step.desc(), entries.c.n.desc())
    return select(entries.c.body["text"].as_string().label("text")).where(*of_request).order_by(*latest).limit(1)


_LAST_REPLY = Direct(_last_reply)


async def read_step(connection: AsyncConnection, request_id: str, turn: int, step: int) -> list[Entry]:
    """The entries that one step of a turn wrote, in order."""
    query = (
        select(entries)
        .where(entries.c.request_id == request_id, entries.c.turn == turn, entries.c.step == step)
        .order_by(entries.c.n)
    )
    return [Entry.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]


async def has_tainted(connection: AsyncConnection, request_id: str) -> bool:
    """Whether text that somebody else than the customer wrote has entered the request's prompts."""
    return (await connection.execute(tainted_of(request_id).limit(1))).first() is not None


def tainted_of(request_id: str | BindParameter[Any]) -> Select[Any]:
    """The query for the entries that hold such text."""
    return select(entries.c.entry_key).where(
        entries.c.request_id == request_id, entries.c.kind == "observation", entries.c.body[TAINTED].as_boolean()
    )
