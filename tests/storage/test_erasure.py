"""Is nothing readable left of an erased request, and is what must be kept, kept?"""

import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from contracts.errors import KeyMissing
from contracts.ids import new_request_id
from governance.legal_hold import KeptEffect, holds_of_effects
from storage import tables
from storage.audit import append_audit
from storage.data_keys import LocalMasterKeys
from storage.database import Database
from storage.entries import Entry, put_entry
from storage.erasure import (
    AFTER_ERASURE,
    OF_A_CUSTOMER,
    close_for_erasure,
    erase_request,
    erase_rests,
    erased_by,
    forget_subject,
    has_key,
    holds_of_people,
    lift_hold,
    place_hold,
    readable_rests,
    requests_due,
    requests_of_subject,
    restrict,
    rows_of_customer,
    tables_of_requests,
)
from storage.events import append_event
from storage.inbox import opening_scope
from storage.requests import insert_request, read_request
from storage.transactions import newest_transaction, oldest_transaction
from storage.vault import Vault

type NewRequest = Callable[[], Awaitable[str]]

VAULT = Vault(LocalMasterKeys(b"a key of thirty-two bytes and more"))
SECRET = "Rua Augusta 12"
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def test_every_table_of_a_request_says_what_is_left_of_it() -> None:
    assert set(AFTER_ERASURE) == tables_of_requests()


def _rows(request_id: str) -> dict[str, dict[str, Any]]:
    """One row of every table, with something to read in each."""
    step = {"turn": 1, "step": 1}
    return {
        "inbox": {"message_key": "m", "seq": 1, "hmac": "h", "body": SECRET},
        "idempotency": {"principal": "p", "key": request_id, "hmac": "h"},
        "claims": {"scope": "s", "key": request_id, "hmac": "h", "lease_until": NOW},
        "entries": {"entry_key": "e", **step, "n": 1, "kind": "message", "body": {"text": SECRET}, "digest": "d"},
        "calls": {"call_id": f"{request_id}/c", **step, "tier": "fast", "model": "m", "outcome": {"text": SECRET}},
        "held_spending": {"call_id": f"{request_id}/c", "attempt": 1, "visitor": False, "cost_micro": 1, "until": NOW},
        "sentences": {"call_id": f"{request_id}/c", "attempt": 1, "idx": 0, "text": SECRET, "event_n": 1},
        "events": {"n": 1, "type": "reply.done", "data": {"text": SECRET}},
        "effects": {
            "effect_id": f"{request_id}/e",
            **step,
            "ordinal": 1,
            "tool": "t",
            "arguments": {"to": SECRET},
            "digest": "d",
            "state": "verified",
            "result": {"to": SECRET},
            "sent": SECRET.encode(),
            "verdicts": [1],
            "authorised_by": "C101",
        },
        "sets": {
            "set_id": f"{request_id}/s",
            **step,
            "digest": "d",
            "card": {"to": SECRET},
            "decided_by": "C101",
            "expires_at": NOW,
        },
        "one_time_codes": {
            "code_id": f"{request_id}/o",
            "set_id": f"{request_id}/s",
            "pack": request_id,
            "principal": "C101",
            "digest": "d",
            "nonce": b"n",
        },
        "code_attempts": {"message_key": "m", "code_id": f"{request_id}/o", "outcome": "wrong"},
        "facts": {
            "fact_key": "f",
            "call_id": "c",
            "tool": "t",
            "pointer": "/to",
            "type": "address",
            "value": SECRET,
            "as_of": NOW,
        },
        "threads": {"pack": request_id, "customer_id": "C9", "channel": "sms", "held": [SECRET]},
        "handoffs": {"epoch": 1, "pack": request_id, "reason": "r", "state": "returned", "summary": {"goal": SECRET}},
    }


async def _fill(database: Database, request_id: str) -> None:
    async with database.begin() as connection:
        await VAULT.tokens_for(connection, request_id, [("ADDRESS", SECRET)], source="test")
        for name, row in _rows(request_id).items():
            table = tables.metadata.tables[f"handrail.{name}"]
            await connection.execute(insert(table).values(request_id=request_id, **row))
        goal = text("UPDATE handrail.requests SET goal = :g, open_question = :g WHERE request_id = :r")
        await connection.execute(goal, {"g": SECRET, "r": request_id})


async def _visit(database: Database, pack: str, *, owner: str) -> str:
    """A visitor's request in which a record of this owner was read."""
    request_id = new_request_id()
    row = {"request_id": request_id, "pack": pack, "pack_digest": "d", "channel": "web", "role": "visitor"}
    async with database.begin() as connection:
        await insert_request(connection, {**row, "assurance": "identified", "customer_id": None})
        fact = {**_rows(request_id)["facts"], "request_id": request_id, "owner": owner}
        await connection.execute(insert(tables.metadata.tables["handrail.facts"]).values(**fact))
    return request_id


async def test_a_visitor_who_read_a_customers_record_is_erased_with_them(
    database: Database, new_request: NewRequest
) -> None:
    mine = await new_request()  # of C101, in a pack of this name
    visit = await _visit(database, mine, owner="C101")
    other, elsewhere = await _visit(database, mine, owner="C102"), await _visit(database, "elsewhere", owner="C101")
    async with database.begin() as connection:
        await VAULT.tokens_for(connection, visit, [("ADDRESS", SECRET)], source="test")
        assert await requests_of_subject(connection, mine, "C101", lock=True) == sorted([mine, visit])
        await erase_request(connection, visit)
        assert await requests_of_subject(connection, mine, "C101", lock=False) == [mine]
        assert await readable_rests(connection, [visit]) == []
        assert not await has_key(connection, mine, f"visitor:{visit}")
        assert await readable_rests(connection, [other, elsewhere]) != []


async def _everything(database: Database, request_id: str) -> str:
    """All columns of all rows of the request, as text."""
    found: list[str] = []
    async with database.begin() as connection:
        for name in sorted(tables_of_requests()):
            query = text(f"SELECT t::text FROM handrail.{name} t WHERE request_id = :r")
            found += [str(row[0]) for row in await connection.execute(query, {"r": request_id})]
    return "\n".join(found)


async def test_nothing_that_could_be_read_is_left(database: Database, request_id: str) -> None:
    await _fill(database, request_id)
    assert SECRET in await _everything(database, request_id)
    async with database.begin() as connection:
        assert await readable_rests(connection, [request_id])
        await close_for_erasure(connection, request_id)
        assert await erase_request(connection, request_id) > 10
    left = await _everything(database, request_id)
    assert SECRET not in left
    assert SECRET.encode().hex() not in left
    assert "C101" not in left
    async with database.begin() as connection:
        assert await readable_rests(connection, [request_id]) == []


@pytest.mark.parametrize("name", [name for name, rest in AFTER_ERASURE.items() if rest != "kept" and name != "vault"])
async def test_what_was_overlooked_is_found(database: Database, request_id: str, name: str) -> None:
    await _fill(database, request_id)
    row = _rows(request_id).get(name)
    async with database.begin() as connection:
        await erase_request(connection, request_id)
        if row is None:
            late = text("UPDATE handrail.requests SET goal = 'late' WHERE request_id = :r")
            await connection.execute(late, {"r": request_id})
        else:
            table = tables.metadata.tables[f"handrail.{name}"]
            await connection.execute(table.delete().where(table.c.request_id == request_id))
            await connection.execute(insert(table).values(request_id=request_id, **row))
        assert await readable_rests(connection, [request_id]) == [name]


async def test_the_destroyed_key_opens_no_copy_of_a_value(database: Database, new_request: NewRequest) -> None:
    request_id = await new_request()
    await _fill(database, request_id)
    copy = text("CREATE TEMP TABLE backup ON COMMIT DROP AS SELECT * FROM handrail.vault WHERE request_id = :r")
    async with database.begin() as connection:
        await connection.execute(copy, {"r": request_id})
        assert await has_key(connection, request_id, "C101")
        await erase_request(connection, request_id)
        await forget_subject(connection, request_id, "C101")
        assert not await has_key(connection, request_id, "C101")
        await connection.execute(text("INSERT INTO handrail.vault SELECT * FROM backup"))
        with pytest.raises(KeyMissing, match="destroyed"):
            await VAULT.known_values(connection, request_id)


async def test_a_visitors_key_goes_with_their_request(database: Database, request_id: str) -> None:
    async with database.begin() as connection:
        nobody = text("UPDATE handrail.requests SET customer_id = NULL WHERE request_id = :r")
        await connection.execute(nobody, {"r": request_id})
        await VAULT.tokens_for(connection, request_id, [("ADDRESS", SECRET)], source="test")
        assert await has_key(connection, request_id, f"visitor:{request_id}")
        await erase_request(connection, request_id)
        assert not await has_key(connection, request_id, f"visitor:{request_id}")


NAMES_A_CUSTOMER = {"customer_id", "subject", "principal"}
BY_THEIR_REQUEST = {"requests", "idempotency", "one_time_codes", "facts"}
OUTLIVES = {"data_keys", "erasures"}
"""Their rows stay as proof, without the id."""


def test_every_table_that_names_a_customer_is_thought_of() -> None:
    named = {table.name for table in tables.metadata.tables.values() if NAMES_A_CUSTOMER & set(table.columns.keys())}
    assert named - BY_THEIR_REQUEST - OUTLIVES == set(OF_A_CUSTOMER)


async def test_what_names_the_customer_without_a_request_goes_too(database: Database, request_id: str) -> None:
    scope = opening_scope(f"{request_id}:customer:C101")
    claim = {"scope": scope, "key": "k", "hmac": "h", "request_id": "request-never", "lease_until": NOW}
    rows: dict[str, dict[str, Any]] = {
        "legal_holds": {"hold_id": f"{request_id}-h", "subject": "C101", "reason": "over", "placed_by": "A1"},
        "threads": {"customer_id": "C101", "channel": "sms", "request_id": None},
        "code_locks": {"principal": "C101", "failures": 3},
    }
    async with database.begin() as connection:
        await connection.execute(insert(tables.claims).values(**claim))
        for name, row in rows.items():
            for pack in (request_id, f"{request_id}-another"):
                table = tables.metadata.tables[f"handrail.{name}"]
                own = {**row, "hold_id": f"{pack}-h"} if name == "legal_holds" else row
                await connection.execute(insert(table).values(pack=pack, **own))
        assert set(await rows_of_customer(connection, request_id, "C101")) == {"claims", *rows}
        await forget_subject(connection, request_id, "C101")
        assert await rows_of_customer(connection, request_id, "C101") == []
        assert set(await rows_of_customer(connection, f"{request_id}-another", "C101")) == set(rows)


async def test_a_hold_counts_until_it_is_lifted_or_over(database: Database, request_id: str) -> None:
    async with database.begin() as connection:
        args = {"reason": "a dispute", "by": "compliance"}
        await place_hold(connection, f"{request_id}-1", request_id, "C101", until=None, **args)
        await place_hold(connection, f"{request_id}-2", request_id, "C101", until=NOW - timedelta(days=999), **args)
        (hold,) = await holds_of_people(connection, request_id, "C101", [])
        assert (hold.reason, hold.about) == ("legal_hold", f"{request_id}-1")
        assert await holds_of_people(connection, request_id, "C102", []) == []
        assert await lift_hold(connection, f"{request_id}-1")
        assert not await lift_hold(connection, f"{request_id}-1")
        assert await holds_of_people(connection, request_id, "C101", []) == []


async def test_a_hold_counts_for_a_visit_in_which_the_record_was_read(
    database: Database, new_request: NewRequest
) -> None:
    mine = await new_request()
    visit, other = await _visit(database, mine, owner="C101"), await _visit(database, mine, owner="C102")
    async with database.begin() as connection:
        await place_hold(connection, f"{mine}-1", mine, "C101", until=None, reason="a dispute", by="compliance")
        found = await holds_of_people(connection, mine, f"visitor:{visit}", [visit])
        assert [hold.about for hold in found] == [f"{mine}-1"]
        assert await holds_of_people(connection, mine, f"visitor:{other}", [other]) == []


def _content() -> list[tuple[str, str]]:
    """Each table whose content an erasure empties or removes, with a column of it that holds words."""
    columns = {"inbox": "body", "entries": "body", "calls": "outcome", "effects": "result", "sets": "card"}
    return [*columns.items(), ("handoffs", "summary"), ("requests", "goal")]


async def _add(database: Database, request_id: str, name: str) -> None:
    async with database.begin() as connection:
        if name == "vault":
            await VAULT.tokens_for(connection, request_id, [("ADDRESS", SECRET)], source="late")
        else:
            table = tables.metadata.tables[f"handrail.{name}"]
            await connection.execute(insert(table).values(request_id=request_id, **_rows(request_id)[name]))


ADDED = ("inbox", "entries", "calls", "sentences", "events", "effects", "sets", "facts", "handoffs", "vault")


@pytest.mark.parametrize("name", ADDED)
async def test_the_database_refuses_what_is_added_to_an_erased_request(
    database: Database, request_id: str, name: str
) -> None:
    async with database.begin() as connection:
        await erase_request(connection, request_id)
    with pytest.raises((DBAPIError, KeyMissing), match=r"(is|was) erased"):
        await _add(database, request_id, name)
    assert SECRET not in await _everything(database, request_id)


ONLY_NAMES = {
    "effects": {"authorised_by"},
    "entries": {"digest"},
    "idempotency": {"*"},
    "claims": {"*"},
    "threads": {"*"},
    "requests": {"restricted"},
}
"""What an erasure takes away and no trigger watches, as docs/privacy.md says: names, digests, a customer's threads."""

_TRIGGERS = text(
    """
    SELECT t.event_object_table AS name, array_agg(DISTINCT t.event_manipulation::text) AS events,
           array_remove(array_agg(DISTINCT c.event_object_column::text), NULL) AS columns
    FROM information_schema.triggers AS t
    LEFT JOIN information_schema.triggered_update_columns AS c USING (trigger_schema, trigger_name, event_object_table)
    WHERE t.trigger_schema = 'handrail' AND t.trigger_name = 'erased' GROUP BY 1
    """
)


async def test_the_database_watches_what_an_erasure_takes_away(database: Database) -> None:
    """What is emptied is watched column by column, what is removed whole."""
    async with database.begin() as connection:
        watched = {row.name: row for row in await connection.execute(_TRIGGERS)}
    for name, rest in AFTER_ERASURE.items():
        if isinstance(rest, dict):
            assert set(rest) - set(watched[name].columns) == ONLY_NAMES.get(name, set()), name
            assert name == "requests" or "INSERT" in watched[name].events
        elif rest == "rows go":
            assert (name in watched and "INSERT" in watched[name].events) == (name not in ONLY_NAMES), name
    assert set(watched) <= set(AFTER_ERASURE)


@pytest.mark.parametrize(("name", "column"), _content())
async def test_the_database_refuses_what_is_changed_in_an_erased_request(
    database: Database, request_id: str, name: str, column: str
) -> None:
    await _fill(database, request_id)
    async with database.begin() as connection:
        await erase_request(connection, request_id)
    change = text(f"UPDATE handrail.{name} SET {column} = {column} WHERE request_id = :r")
    with pytest.raises(DBAPIError, match="is erased"):
        async with database.begin() as connection:
            await connection.execute(change, {"r": request_id})


async def test_what_tells_how_far_an_erased_request_is_may_change(database: Database, request_id: str) -> None:
    """The sweeper marks messages as delivered, and audit records go on: neither holds a word."""
    await _fill(database, request_id)
    async with database.begin() as connection:
        await erase_request(connection, request_id)
    async with database.begin() as connection:
        for change in ("UPDATE handrail.inbox SET state = 'done'", "UPDATE handrail.requests SET epoch = epoch + 1"):
            await connection.execute(text(f"{change} WHERE request_id = :r"), {"r": request_id})
        assert await append_audit(connection, request_id, f"{request_id}#late", "erasure", {})


async def test_a_transaction_that_is_under_way_is_known_until_it_ends(database: Database, request_id: str) -> None:
    async with database.begin() as writing:
        await append_event(writing, request_id, "status", {"text": "x"})
        async with database.begin() as looking:
            newest = await newest_transaction(looking)
            assert await oldest_transaction(looking) < newest
    async with database.begin() as looking:
        assert await oldest_transaction(looking) >= newest


def _effect(state: str, *, authorised: bool = False, days: int = 0) -> KeptEffect:
    given = {"effect_id": "e", "tool": "charge", "state": state, "authorised": authorised}
    return KeptEffect.model_validate({**given, "at": NOW - timedelta(days=days)})


@pytest.mark.parametrize(
    ("effect", "reason"),
    [
        (_effect("executing"), "unsettled_effect"),
        (_effect("intended", authorised=True), "unsettled_effect"),
        (_effect("intended"), None),
        (_effect("uncertain"), "uncertain_effect"),
        (_effect("verified"), "statutory_period"),
        (_effect("executed", days=9), "statutory_period"),
        (_effect("compensated", days=9), "statutory_period"),
        (_effect("verified", days=11), None),
        (_effect("verified", days=11).model_copy(update={"half_done": True}), "unsettled_effect"),
        (_effect("rejected"), None),
    ],
)
def test_effects_hold_data_back(effect: KeptEffect, reason: str | None) -> None:
    holds = holds_of_effects([effect], {"charge": timedelta(days=10)}, NOW)
    assert [hold.reason for hold in holds] == ([reason] if reason else [])


class _RolledBack(Exception):
    """Nothing of it is kept: it closes every request."""


async def test_only_what_is_closed_and_kept_long_enough_is_due(database: Database, request_id: str) -> None:
    year = timedelta(days=365)
    close = text("UPDATE handrail.requests SET status = 'closed', closed_at = now() - CAST(:age AS interval)")
    with suppress(_RolledBack):
        async with database.begin() as connection:
            assert await requests_due(connection, request_id, year, after="", limit=9) == []
            await connection.execute(close, {"age": timedelta(days=364)})
            assert await requests_due(connection, request_id, year, after="", limit=9) == []
            await connection.execute(close, {"age": timedelta(days=366)})
            assert await requests_due(connection, request_id, year, after="", limit=9) == [request_id]
            assert await requests_due(connection, request_id, year, after=request_id, limit=9) == []
            raise _RolledBack


async def test_requests_come_in_rounds_of_bounded_size(database: Database, new_request: NewRequest) -> None:
    made = sorted([await new_request() for _ in range(3)])
    async with database.begin() as connection:
        together = text(
            "UPDATE handrail.requests SET pack = :p, status = 'closed', closed_at = now() - CAST('9 days' AS interval)"
            " WHERE request_id = ANY (:made)"
        )
        await connection.execute(together, {"p": made[0], "made": made})
        week = timedelta(days=7)
        assert await requests_due(connection, made[0], week, after="", limit=2) == made[:2]
        assert await requests_due(connection, made[0], week, after=made[1], limit=2) == made[2:]


async def test_while_a_request_is_open_only_its_erasure_waits_and_people_go_on(
    database: Database, request_id: str
) -> None:
    async def is_restricted() -> bool:
        async with database.begin() as connection:
            await restrict(connection, [request_id])
            row = await read_request(connection, request_id)
            return row is not None and row.restricted

    assert not await is_restricted()
    async with database.begin() as connection:
        await connection.execute(
            text("UPDATE handrail.requests SET status = 'closed' WHERE request_id = :r"), {"r": request_id}
        )
    assert await is_restricted()


async def test_an_erasure_made_unreadable_what_its_records_say_was_erased(
    database: Database, new_request: NewRequest
) -> None:
    """What was only deferred, or was somebody else's, is not looked for again: it can be read, and has to be."""
    made, erasure = [await new_request() for _ in range(3)], f"erasure-{secrets.token_hex(8)}"
    async with database.begin() as connection:
        for request_id, key in zip(
            made, (f"{erasure}#{made[0]}#erased", f"{erasure}#{made[1]}#deferred", f"x#{made[2]}#erased"), strict=True
        ):
            await append_audit(connection, request_id, key, "erasure", {})
        await append_audit(connection, made[0], f"{erasure}#{made[0]}#late1", "erasure", {})
        assert await erased_by(connection, erasure) == made[:1]


async def test_what_is_written_after_an_erasure_is_erased_when_it_is_looked_for_again(
    database: Database, request_id: str
) -> None:
    """A call that was under way ends late: its observation, an event and a fact come behind the certificate."""
    async with database.begin() as connection:
        await close_for_erasure(connection, request_id)
        await erase_request(connection, request_id)
        assert await erase_rests(connection, request_id) == []
        late = Entry(entry_key="late", turn=1, step=1, n=100, kind="observation", body={"output": SECRET})
        await put_entry(connection, request_id, late)
        await append_event(connection, request_id, "status", {"text": SECRET})
    async with database.begin() as connection:
        assert set(await erase_rests(connection, request_id)) == {"entries", "events"}
        assert await erase_rests(connection, request_id) == []
    assert SECRET not in await _everything(database, request_id)
