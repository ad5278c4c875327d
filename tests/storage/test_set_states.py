"""From which state may a set of writes be decided, approved, shown or offered, and is every decision final?"""

import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.sets import (
    SetRow,
    await_approval,
    await_code,
    decide_set,
    note_approval,
    note_reminder,
    offer_set,
    open_set_of,
    put_set,
    read_set,
    show_set,
)

LATER = datetime.now(UTC) + timedelta(hours=1)
STATES = ("awaiting_code", "pending", "awaiting_approval", "confirmed", "declined", "void", "expired")
OPEN = ("awaiting_code", "pending", "awaiting_approval")

type Change = Callable[[AsyncConnection, str], Awaitable[object]]
CHANGES: dict[str, tuple[Change, tuple[str, ...]]] = {
    "confirm": (lambda c, s: decide_set(c, s, "confirmed", "C101"), OPEN),
    "decline": (lambda c, s: decide_set(c, s, "declined", "C101"), OPEN),
    "send a code": (lambda c, s: await_code(c, s, "a…@example.com"), ("awaiting_code",)),
    "offer": (lambda c, s: offer_set(c, s, LATER, 7), ("awaiting_code",)),
    "show again": (lambda c, s: show_set(c, s, 7), ("pending",)),
    "ask for approval": (lambda c, s: await_approval(c, s, "C101", LATER), ("pending",)),
    "approve": (lambda c, s: note_approval(c, s, ("S1",)), ("awaiting_approval",)),
    "remind": (lambda c, s: note_reminder(c, s), ("awaiting_approval",)),
}
"""What can be done to a set, and in which states it does anything."""


async def stored(database: Database, request_id: str, state: str) -> SetRow:
    row = SetRow(
        set_id=f"set-{secrets.token_hex(8)}",
        request_id=request_id,
        turn=1,
        step=1,
        digest="d",
        state=state,
        card={"title": "Pay"},
        expires_at=LATER,
    )
    async with database.begin() as connection:
        return await put_set(connection, row)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("change", CHANGES)
async def test_a_set_changes_from_the_states_that_allow_it_and_from_no_other(
    database: Database, request_id: str, change: str, state: str
) -> None:
    (do, allowed), before = CHANGES[change], await stored(database, request_id, state)
    async with database.begin() as connection:
        done = await do(connection, before.set_id)
        after = await read_set(connection, before.set_id)
    assert bool(done) == (state in allowed)
    assert (after == before) == (state not in allowed)


@pytest.mark.parametrize("change", ["confirm", "approve", "remind", "send a code"])
async def test_what_is_done_twice_counts_once(database: Database, request_id: str, change: str) -> None:
    do, allowed = CHANGES[change]
    row = await stored(database, request_id, allowed[-1])
    async with database.begin() as connection:
        first, second = await do(connection, row.set_id), await do(connection, row.set_id)
    assert (bool(first), bool(second)) == (True, change == "send a code"), "only a code may be sent anew"


@pytest.mark.parametrize("state", STATES)
async def test_only_an_open_set_is_the_open_one(database: Database, request_id: str, state: str) -> None:
    row = await stored(database, request_id, state)
    async with database.begin() as connection:
        found = await open_set_of(connection, request_id)
    assert found == (row if state in OPEN else None)
