"""Whose share of the day's budget does a model call count to?"""

import asyncio

from sqlalchemy import text

from contracts.ids import new_request_id
from governance.budget import Spent
from storage.calls import Usage, add_cost, close_call, open_call
from storage.database import Database
from storage.requests import insert_request
from storage.spending import spent_today


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
        await add_cost(connection, call, cost // 3)
        assert await close_call(connection, call, 1, Usage(cost_micro=cost - cost // 3)) is not None


async def one_day_older(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("UPDATE handrail.spending SET day = day - 1"))
        await connection.execute(text("UPDATE handrail.calls SET created_at = created_at - interval '1 day'"))


async def spent(database: Database, request_id: str) -> Spent:
    async with database.begin() as connection:
        return await spent_today(connection, request_id)


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
