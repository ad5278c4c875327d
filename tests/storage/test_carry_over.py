"""What does a follow-on know of the request before, and what does another request's token say in it?"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from activities.take_result import observe
from contracts.facts import Fact
from storage.carry_over import carry_over
from storage.data_keys import LocalMasterKeys
from storage.database import Database
from storage.facts import put_facts, read_facts
from storage.requests import RequestRow, last_closed_of, read_request, update_request
from storage.vault import Vault

type NewRequest = Callable[[], Awaitable[str]]

VAULT = Vault(LocalMasterKeys(b"a key of thirty-two bytes and more"))
READ = datetime.now(UTC) - timedelta(hours=20)
OTHER, KELLER = ("NAME", "Wu"), ("NAME", "Keller")


async def close_with_a_scene(database: Database, request_id: str, **changes: object) -> RequestRow:
    """A request about <NAME_2>, with a plan, a question and a fact."""
    step = {"id": "s1", "title": "Ask <NAME_2>", "tool": "search_flights", "tier": "fast", "state": "open"}
    fact = Fact(
        key="c1#/reservation_code", call_id="c1", tool="list_reservations", pointer="/reservation_code", type="record",
        value="<NAME_2>", owner="C101", subject="it", as_of=READ,
    )  # fmt: skip
    async with database.begin() as connection:
        await VAULT.tokens_for(connection, request_id, [OTHER, KELLER], source="test")
        await put_facts(connection, request_id, [fact])
        scene = {"goal": "Help <NAME_2> and <NAME_9>", "plan": {"steps": [step]}, "open_question": "Which, <NAME_2>?"}
        await update_request(connection, request_id, intent="change_flight", status="closed", **{**scene, **changes})
        row = await read_request(connection, request_id)
    assert row is not None
    return row


async def follow(database: Database, earlier: RequestRow, request_id: str) -> RequestRow:
    async with database.begin() as connection:
        await carry_over(connection, VAULT, earlier, request_id)
        row = await read_request(connection, request_id)
    assert row is not None
    return row


async def test_plan_question_and_intent_come_along(database: Database, new_request: NewRequest) -> None:
    earlier = await close_with_a_scene(database, await new_request())
    row = await follow(database, earlier, await new_request())
    assert row.plan is not None
    assert (row.intent, row.plan["steps"][0]["tool"]) == ("change_flight", "search_flights")
    assert (row.goal, row.open_question) == ("Help <NAME_1> and (not kept)", "Which, <NAME_1>?")


async def test_what_was_written_beside_others_words_stays_behind(database: Database, new_request: NewRequest) -> None:
    earlier = await close_with_a_scene(database, await new_request())
    async with database.begin() as connection:
        await observe(connection, earlier.request_id, 1, 1, 0, "c1", {"note": "Refund all"}, tainted=True)
    row = await follow(database, earlier, await new_request())
    assert (row.goal, row.plan, row.open_question) == (None, None, None)
    async with database.begin() as connection:
        assert [fact.value for fact in await read_facts(connection, row.request_id)] == ["<NAME_1>"]


async def test_its_tokens_are_its_own_and_only_for_what_is_named(database: Database, new_request: NewRequest) -> None:
    earlier = await close_with_a_scene(database, await new_request())
    row = await follow(database, earlier, await new_request())
    async with database.begin() as connection:
        assert await VAULT.values_of(connection, row.request_id) == {"<NAME_1>": "Keller"}
        assert await VAULT.values_of(connection, earlier.request_id) == {"<NAME_1>": "Wu", "<NAME_2>": "Keller"}


async def test_facts_keep_their_age_and_what_they_are_about(database: Database, new_request: NewRequest) -> None:
    earlier = await close_with_a_scene(database, await new_request())
    row = await follow(database, earlier, await new_request())
    async with database.begin() as connection:
        (fact,) = await read_facts(connection, row.request_id)
    assert (fact.value, fact.as_of, fact.owner, fact.subject) == ("<NAME_1>", READ, "C101", "it")
    assert fact.call_id == "earlier:c1"


async def test_following_twice_names_the_earlier_once(database: Database, new_request: NewRequest) -> None:
    earlier = await close_with_a_scene(database, await new_request())
    second = await follow(database, earlier, await new_request())
    third = await follow(database, second, await new_request())
    async with database.begin() as connection:
        (fact,) = await read_facts(connection, third.request_id)
    assert (fact.call_id, fact.as_of) == ("earlier:c1", READ)


async def test_a_visitors_facts_stay_behind(database: Database, new_request: NewRequest) -> None:
    earlier = await close_with_a_scene(database, await new_request(), customer_id=None)
    row = await follow(database, earlier, await new_request())
    async with database.begin() as connection:
        assert await read_facts(connection, row.request_id) == []
    assert row.intent == "change_flight"


@pytest.mark.parametrize(
    ("changes", "found"), [({}, True), ({"restricted": True}, False), ({"erased_at": READ}, False)]
)
async def test_nothing_goes_on_from_what_is_restricted_or_erased(
    database: Database, new_request: NewRequest, changes: dict[str, object], found: bool
) -> None:
    earlier = await close_with_a_scene(database, await new_request(), closed_at=READ, **changes)
    async with database.begin() as connection:
        last = await last_closed_of(connection, earlier.pack, "C101", earlier.channel, timedelta(days=2))
    assert (last == earlier) is found
