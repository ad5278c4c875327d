"""Whose share of the day's budget does a model call count to, and is no more begun than is left?"""

import asyncio
import random
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from contracts.ids import new_request_id
from governance.budget import Budget, Spent, check_shares
from storage import spending
from storage.calls import Usage, add_cost, close_call, open_call
from storage.database import DATABASE_ERRORS, Database
from storage.requests import insert_request
from storage.spending import hold_spending

LEASE = timedelta(seconds=60)


async def opened(database: Database, customer: str | None, pack: str) -> str:
    row = {"request_id": new_request_id(), "pack": pack, "pack_digest": "d", "channel": "web", "customer_id": customer}
    async with database.begin() as connection:
        role = "customer" if customer else "visitor"
        await insert_request(connection, {**row, "role": role, "assurance": "anonymous"})
    return row["request_id"]  # type: ignore[return-value]


async def spend(database: Database, request_id: str, cost: int, *, billed: bool = True) -> None:
    """A call whose first attempt failed after a third of its cost."""
    call = f"{request_id}/t1.{cost}"
    async with database.begin() as connection:
        await open_call(connection, call, request_id, turn=1, step=cost, tier="fast", model="m", billed=billed)
        await add_cost(connection, call, 1, cost // 3)
        assert await close_call(connection, call, 1, Usage(cost_micro=cost - cost // 3)) is not None


async def one_day_older(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("UPDATE handrail.spending SET day = day - 1"))
        await connection.execute(text("UPDATE handrail.calls SET created_at = created_at - interval '1 day'"))


async def spent(database: Database, request_id: str) -> Spent:
    async with database.begin() as connection:
        return await hold_spending(connection, "none", 1, request_id, 0, lease=LEASE, budget=Budget(daily_micro=0))


async def test_a_customer_is_one_caller_in_all_requests_and_a_visitor_in_each(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("TRUNCATE handrail.calls, handrail.spending"))
    anna = [await opened(database, "C101", "airline") for _ in range(2)]
    namesake = await opened(database, "C101", "bank")
    visitors = [await opened(database, None, "airline") for _ in range(2)]
    await spend(database, anna[0], 64)
    await one_day_older(database)
    for request_id, cost in zip((*anna, namesake, *visitors), (1, 2, 4, 8, 16), strict=True):
        await spend(database, request_id, cost)
    await spend(database, anna[0], 32, billed=False)
    assert [await spent(database, one) for one in anna] == [Spent(total=31, caller=3, visitors=24)] * 2
    assert await spent(database, namesake) == Spent(total=31, caller=4, visitors=24)
    assert [(await spent(database, one)).caller for one in visitors] == [8, 16]


async def test_calls_that_end_at_once_are_all_counted(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("TRUNCATE handrail.spending"))
    visitors = [await opened(database, None, "airline") for _ in range(12)]
    await asyncio.gather(*(spend(database, one, cost) for one in visitors for cost in (30, 60, 90)))
    assert await spent(database, visitors[0]) == Spent(total=12 * 180, caller=180, visitors=12 * 180)


class TooMuch(Exception):
    """The call may not begin: its transaction is rolled back."""


class Till:
    """Calls that ask before they begin, hold what they may cost, and pay in the end; as `call_model` does."""

    def __init__(self, database: Database, budget: Budget) -> None:
        self.database = database
        self.budget = budget
        self.paid = 0
        self.more_than_held = 0

    async def begin(self, request_id: str, call: str, most: int, *, customer: bool = True, attempt: int = 1) -> bool:
        """Whether the call may begin; its attempt holds `most` then."""
        with suppress(TooMuch):
            async with self.database.begin() as connection:
                await open_call(connection, call, request_id, turn=1, step=1, tier="fast", model="m")
                spent = await hold_spending(
                    connection, call, attempt, request_id, most, lease=LEASE, budget=self.budget
                )
                if not check_shares(self.budget, spent, most, is_visitor=not customer).allowed:
                    raise TooMuch
                return True
        return False

    async def end(self, call: str, most: int, cost: int, attempt: int = 1) -> None:
        """It has cost this much."""
        async with self.database.begin() as connection:
            assert await close_call(connection, call, attempt, Usage(cost_micro=cost)) is not None
        self.paid += cost
        self.more_than_held += max(0, cost - most)

    async def call(self, request_id: str, name: str, most: int, cost: int, **who: bool) -> bool:
        """A call from its beginning to its end, if it may begin."""
        call = f"{request_id}/{name}"
        if not await self.begin(request_id, call, most, **who):
            return False
        await asyncio.sleep(0)
        await self.end(call, most, cost)
        return True


async def emptied(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("TRUNCATE handrail.calls, handrail.spending, handrail.held_spending"))


async def held(database: Database) -> int:
    async with database.begin() as connection:
        query = "SELECT COALESCE(sum(cost_micro), 0)::bigint FROM handrail.held_spending"
        return int((await connection.execute(text(query))).scalar_one())


@pytest.mark.parametrize("seed", range(4))
async def test_calls_at_once_spend_no_more_than_there_is_but_for_what_they_cost_beyond_what_they_held(
    database: Database, seed: int
) -> None:
    await emptied(database)
    chance = random.Random(seed)
    till = Till(database, Budget(daily_micro=1_000))
    requests = [await opened(database, f"C{n}", "airline") for n in range(30)]
    plans = [(one, most := chance.randint(20, 120), chance.randint(1, most + seed * 10)) for one in requests]
    begun = await asyncio.gather(*(till.call(one, "t1.1", most, cost) for one, most, cost in plans))
    assert any(begun)
    assert till.paid <= 1_000 + till.more_than_held
    assert seed or till.paid <= 1_000
    assert await held(database) == 0
    assert (await spent(database, requests[0])).total == till.paid


async def test_of_calls_that_begin_at_once_only_as_many_begin_as_the_budget_holds(database: Database) -> None:
    await emptied(database)
    till = Till(database, Budget(daily_micro=1_000))
    requests = [await opened(database, f"C{n}", "airline") for n in range(24)]
    begun = await asyncio.gather(*(till.begin(one, f"{one}/t1.1", 300) for one in requests))
    assert sum(begun) == 3
    assert await held(database) == 900
    assert not await till.begin(requests[0], f"{requests[0]}/late", 101)
    assert await till.begin(requests[0], f"{requests[0]}/late", 100)


async def test_shares_of_a_caller_and_of_visitors_hold_at_once_too(database: Database) -> None:
    await emptied(database)
    till = Till(database, Budget(daily_micro=1_000, caller_share=0.25, visitors_share=0.5))
    anna = [await opened(database, "C101", "airline") for _ in range(6)]
    visitors = [await opened(database, None, "airline") for _ in range(12)]
    mine, theirs = await asyncio.gather(
        asyncio.gather(*(till.begin(one, f"{one}/t1.1", 100) for one in anna)),
        asyncio.gather(*(till.begin(one, f"{one}/t1.1", 100, customer=False) for one in visitors)),
    )
    assert (sum(mine), sum(theirs)) == (2, 5)


async def test_an_attempt_that_fails_or_dies_or_is_overtaken_holds_nothing_for_ever(database: Database) -> None:
    await emptied(database)
    till = Till(database, Budget(daily_micro=1_000))
    (one,) = [await opened(database, "C101", "airline")]
    call = f"{one}/t1.1"
    assert await till.begin(one, call, 400)
    assert await till.begin(one, call, 400, attempt=2), "the first one died, or seems to have"
    assert not await till.begin(one, call, 400, attempt=3), "it may cost something until its time is over"
    async with database.begin() as connection:
        await connection.execute(text("UPDATE handrail.held_spending SET until = now() WHERE attempt = 1"))
    assert (await spent(database, one)).total == 400
    async with database.begin() as connection:
        await add_cost(connection, call, 2, 30)
    assert await held(database) == 0, "what its time ended is removed by the next call"
    assert (await spent(database, one)) == Spent(total=30, caller=30)
    assert await till.begin(one, call, 900, attempt=3)


@pytest.mark.parametrize(
    ("budget", "held_before", "waits"),
    [
        (Budget(daily_micro=1_000_000), 0, False),
        (Budget(daily_micro=1_000_000), 890_000, False),
        (Budget(daily_micro=1_000_000), 910_000, True),
        (Budget(daily_micro=5_000), 0, False),
        (Budget(daily_micro=4_900), 0, True),
        (Budget(daily_micro=1_000_000, caller_share=0.0049), 0, True),
        (Budget(daily_micro=1_000_000, visitors_share=0.0049), 0, True),
    ],
)
async def test_only_near_a_limit_does_a_call_wait_for_those_that_begin_beside_it(
    database: Database, budget: Budget, held_before: int, waits: bool
) -> None:
    await emptied(database)
    first, second, others = [await opened(database, None, "airline") for _ in range(3)]
    async with database.begin() as connection:
        await hold_spending(connection, "old", 1, others, held_before, lease=LEASE, budget=budget)

    async def ask() -> Spent:
        async with database.begin() as connection:
            await connection.execute(text("SET LOCAL lock_timeout = '200ms'"))
            return await hold_spending(connection, "c2", 1, second, 100, lease=LEASE, budget=budget)

    async with database.begin() as beside:
        await hold_spending(beside, "c1", 1, first, 100, lease=LEASE, budget=budget)
        if waits:
            with pytest.raises(DBAPIError, match="lock timeout"):
                await ask()
        else:
            assert (await ask()).total == held_before


async def test_a_process_that_stands_still_before_its_commit_holds_up_the_others_for_a_moment_only(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await emptied(database)
    monkeypatch.setattr(spending, "STALLED", timedelta(milliseconds=300))
    (one, other) = [await opened(database, customer, "airline") for customer in ("C101", "C102")]
    till = Till(database, Budget(daily_micro=1_000))

    async def stall() -> None:
        async with database.begin() as connection:
            await hold_spending(connection, f"{one}/t1.1", 1, one, 900, lease=LEASE, budget=till.budget)
            async with asyncio.timeout(30):
                assert await till.begin(other, f"{other}/t1.1", 1_000), "what nobody committed is not held"

    with pytest.raises(DATABASE_ERRORS):
        await stall()
    assert await held(database) == 1_000
    async with database.begin() as connection:
        query = text("SELECT current_setting('idle_in_transaction_session_timeout')")
        assert (await connection.execute(query)).scalar_one() == "0", "and no other transaction is cut short"
