"""Can sums over a window be outrun by effects of several requests at once? And what counts towards them?"""

import asyncio
import secrets
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from contracts.ids import new_request_id
from storage.database import Database
from storage.effects import EffectRow, begin_sending, intend_effect, read_effect
from storage.requests import insert_request, read_request
from storage.sums import first_over_limit, spent_within
from tests.governance.governance_samples import MONEY, make_tool
from tests.storage.codes_samples import DIGEST, KEY, NewRequest, put_waiting_set, sent_code
from tests.storage.test_kept_codes import attempt

LIMIT: dict[str, Any] = {"window": "1d", "per": "customer", "max": {"amount": 10_000, "currency": "EUR"}}
REFUND = make_tool("refund", "write", {"amount": MONEY}, limits=[LIMIT])


@pytest.fixture
def one_customer(database: Database) -> NewRequest:
    """Requests of one customer of one company that no other test knows."""
    pack = f"pack-{secrets.token_hex(6)}"

    async def store() -> str:
        request_id = new_request_id()
        row = {"request_id": request_id, "pack": pack, "pack_digest": "d", "channel": "web", "role": "customer"}
        async with database.begin() as connection:
            await insert_request(connection, {**row, "assurance": "verified", "customer_id": "C101"})
        return request_id

    return store


def refund(request_id: str, amount: int, **changes: Any) -> EffectRow:
    values: dict[str, Any] = {
        "effect_id": f"e-{secrets.token_hex(6)}",
        "request_id": request_id,
        "turn": 1,
        "step": 1,
        "ordinal": 1,
        "tool": "refund",
        "arguments": {"amount": {"amount": amount, "currency": "EUR"}},
        "digest": secrets.token_hex(8),
        "needs": "confirm",
        "authorised": True,
    }
    return EffectRow.model_validate({**values, **changes})


async def send(database: Database, row: EffectRow) -> bool:
    """T2 as the executor does it: the sums first, under their lock, then the compare-and-set."""
    async with database.begin() as connection:
        request = await read_request(connection, row.request_id, lock=True)
        assert request is not None
        if await first_over_limit(connection, request, REFUND, [row], None) is not None:
            return False
        sending = await begin_sending(connection, row.effect_id, row.digest, b"{}", budget=timedelta(seconds=5))
    return sending is not None


async def intend(database: Database, row: EffectRow, state: str = "intended", **columns: str) -> EffectRow:
    async with database.begin() as connection:
        stored = await intend_effect(connection, row, [])
        sets = "".join(f", {name} = {value}" for name, value in columns.items())
        query = text(f"UPDATE handrail.effects SET state = :s {sets} WHERE effect_id = :e")
        await connection.execute(query, {"s": state, "e": row.effect_id})
        return stored


async def test_of_many_at_once_only_as_many_as_fit_are_sent(database: Database, one_customer: NewRequest) -> None:
    made = [await intend(database, refund(await one_customer(), 3_300), authorised="false") for _ in range(10)]

    async def confirm_and_send(row: EffectRow) -> bool:
        async with database.begin() as connection:
            request = await read_request(connection, row.request_id, lock=True)
            assert request is not None
            if await first_over_limit(connection, request, REFUND, [row], None) is not None:
                return False
            agreed = text("UPDATE handrail.effects SET authorised = true WHERE effect_id = :e")
            await connection.execute(agreed, {"e": row.effect_id})
        return await send(database, row)

    sent = await asyncio.gather(*(confirm_and_send(row) for row in made))
    assert sum(sent) == 3, "three of 33.00 fit under 100.00"
    async with database.begin() as connection:
        states = [(await read_effect(connection, row.effect_id)).state for row in made]
    assert sorted(states) == ["executing"] * 3 + ["intended"] * 7


async def test_of_two_customers_at_once_a_limit_for_all_lets_one_through(
    database: Database, one_customer: NewRequest
) -> None:
    """The second waits for the first, as it has to be seen: neither has written anything when both have begun."""
    shared = make_tool("refund", "write", {"amount": MONEY}, limits=[{**LIMIT, "per": "agent"}])
    requests = [await one_customer(), await one_customer()]
    async with database.begin() as connection:
        another = text("UPDATE handrail.requests SET customer_id = 'C102' WHERE request_id = :r")
        await connection.execute(another, {"r": requests[1]})
    rows = [await intend(database, refund(one, 9_900), authorised="false") for one in requests]

    async def agree(row: EffectRow) -> bool:
        async with database.begin() as connection:
            request = await read_request(connection, row.request_id, lock=True)
            assert request is not None
            if await first_over_limit(connection, request, shared, [row], None) is not None:
                return False
            await connection.execute(text("SELECT pg_sleep(0.2)"))
            agreed = text("UPDATE handrail.effects SET authorised = true WHERE effect_id = :e")
            await connection.execute(agreed, {"e": row.effect_id})
        return True

    assert sorted(await asyncio.gather(*(agree(row) for row in rows))) == [False, True]


@pytest.mark.parametrize(
    ("state", "columns", "counts"),
    [
        ("executing", {}, True),
        ("uncertain", {}, True),
        ("executed", {"executed_at": "now() - interval '23 hours'"}, True),
        ("verified", {"executed_at": "now() - interval '23 hours'"}, True),
        ("verified", {"executed_at": "now() - interval '25 hours'"}, False),
        ("uncertain", {"intended_at": "now() - interval '25 hours'"}, True),
        ("rejected", {}, False),
        ("compensated", {}, False),
        ("intended", {"authorised": "true"}, True),
        ("intended", {"authorised": "false"}, False),
        ("intended", {"authorised": "true", "authorised_until": "now() - interval '1 second'"}, False),
        ("verified", {"compensates": "'another'", "executed_at": "now()"}, False),
    ],
)
async def test_what_happened_or_may_happen_counts(
    database: Database, one_customer: NewRequest, state: str, columns: dict[str, str], counts: bool
) -> None:
    await intend(database, refund(await one_customer(), 9_900), state, **columns)
    async with database.begin() as connection:
        request = await read_request(connection, await one_customer())
        assert request is not None
        (spent,) = await spent_within(connection, request, REFUND)
    assert (spent.limit, spent.amount) == ("customer_1d", 9_900 if counts else 0)


async def test_an_amount_counts_however_it_was_stored_once(database: Database, one_customer: NewRequest) -> None:
    """Under a version of the pack that had no limit any number of the contract was taken."""
    for amount in ("9900.0", "1e2", "0.5"):
        await intend(database, refund(await one_customer(), 0), "executing", arguments=_stored(amount))
    async with database.begin() as connection:
        request = await read_request(connection, await one_customer())
        assert request is not None
        (spent,) = await spent_within(connection, request, REFUND)
    assert spent.amount == 10_001


def _stored(amount: str) -> str:
    return f"""'{{"amount": {{"amount": {amount}, "currency": "EUR"}}}}'"""


async def test_another_customer_company_tool_or_currency_does_not_count(
    database: Database, one_customer: NewRequest, new_request: NewRequest
) -> None:
    mine = await one_customer()
    await intend(database, refund(await new_request(), 9_900), "executing")
    await intend(database, refund(mine, 9_900, tool="other"), "executing")
    await intend(database, refund(mine, 0, arguments={"amount": {"amount": 9_900, "currency": "USD"}}), "executing")
    async with database.begin() as connection:
        request = await read_request(connection, mine)
        assert request is not None
        (spent,) = await spent_within(connection, request, REFUND)
    assert spent.amount == 0


async def test_visitors_have_one_limit_together(database: Database) -> None:
    pack, visits = f"pack-{secrets.token_hex(6)}", [new_request_id(), new_request_id()]
    for visit in visits:
        row = {"request_id": visit, "pack": pack, "pack_digest": "d", "channel": "web", "role": "visitor"}
        async with database.begin() as connection:
            await insert_request(connection, {**row, "assurance": "anonymous", "customer_id": None})
    await intend(database, refund(visits[0], 9_900), "executing")
    assert await send(database, await intend(database, refund(visits[1], 100)))
    assert not await send(database, await intend(database, refund(visits[1], 1)))


async def test_what_an_approver_may_lift_is_sent_only_when_approved(
    database: Database, one_customer: NewRequest
) -> None:
    asks = make_tool("refund", "write", {"amount": MONEY}, limits=[{**LIMIT, "role": "supervisor"}])
    request_id = await one_customer()
    async with database.begin() as connection:
        request = await read_request(connection, request_id)
        assert request is not None
        large = refund(request_id, 10_001)
        assert await first_over_limit(connection, request, asks, [large], None) is not None
        approved = large.model_copy(update={"needs": "approve"})
        assert await first_over_limit(connection, request, asks, [approved], "supervisor") is None
        assert await first_over_limit(connection, request, asks, [approved], "director") is not None, "another's limit"
        assert await first_over_limit(connection, request, asks, [large], "supervisor") is None, "the set was approved"
        assert await first_over_limit(connection, request, REFUND, [approved], "supervisor") is not None


async def test_a_ceiling_holds_for_what_was_approved_in_several_requests(
    database: Database, one_customer: NewRequest
) -> None:
    ceiling = {"amount": 15_000, "currency": "EUR"}
    capped = make_tool(
        "refund", "write", {"amount": MONEY}, limits=[{**LIMIT, "role": "supervisor", "ceiling": ceiling}]
    )
    await intend(database, refund(await one_customer(), 9_000, needs="approve"), "verified", executed_at="now()")
    async with database.begin() as connection:
        request = await read_request(connection, await one_customer())
        assert request is not None
        for amount, fits in ((6_000, True), (6_001, False)):
            second = refund(request.request_id, amount, needs="approve")
            over = await first_over_limit(connection, request, capped, [second], "supervisor")
            assert (over is None) == fits


async def test_behind_a_code_nothing_is_sent_before_its_proof(database: Database, request_id: str) -> None:
    code = await sent_code(database, request_id)
    row = await intend(database, refund(request_id, 100, needs_code=True, set_id=code.set_id))
    assert not await send(database, row)
    assert await attempt(database, request_id, code.code(KEY)) == "proved"
    async with database.begin() as connection:
        moved = text("UPDATE handrail.sets SET digest = 'another' WHERE set_id = :s")
        await connection.execute(moved, {"s": code.set_id})
    assert not await send(database, row), "the proof is of another digest"
    async with database.begin() as connection:
        back = text("UPDATE handrail.sets SET digest = :d WHERE set_id = :s")
        await connection.execute(back, {"d": DIGEST, "s": code.set_id})
    await put_waiting_set(database, request_id, state="confirmed")
    assert await send(database, row)
