"""Whose share of the day's budget does a model call count to?"""

from datetime import timedelta

from sqlalchemy import text

from contracts.ids import new_request_id
from governance.budget import Spent
from storage.calls import open_call, spent_today
from storage.database import Database
from storage.requests import insert_request


async def opened(database: Database, customer: str | None, pack: str) -> str:
    row = {"request_id": new_request_id(), "pack": pack, "pack_digest": "d", "channel": "web", "customer_id": customer}
    async with database.begin() as connection:
        role = "customer" if customer else "visitor"
        await insert_request(connection, {**row, "role": role, "assurance": "anonymous"})
    return row["request_id"]  # type: ignore[return-value]


async def spend(database: Database, request_id: str, cost: int, *, billed: bool = True, days: int = 0) -> None:
    call = f"{request_id}/t1.{cost}"
    async with database.begin() as connection:
        await open_call(connection, call, request_id, turn=1, step=cost, tier="fast", model="m", billed=billed)
        change = "UPDATE handrail.calls SET cost_micro = :cost, created_at = now() - CAST(:ago AS interval) "
        await connection.execute(
            text(change + "WHERE call_id = :call"), {"cost": cost, "ago": timedelta(days=days), "call": call}
        )


async def spent(database: Database, request_id: str) -> Spent:
    async with database.begin() as connection:
        return await spent_today(connection, request_id)


async def test_a_customer_is_one_caller_in_all_requests_and_a_visitor_in_each(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("DELETE FROM handrail.calls"))
    anna = [await opened(database, "C101", "airline") for _ in range(2)]
    namesake = await opened(database, "C101", "bank")
    visitors = [await opened(database, None, "airline") for _ in range(2)]
    for request_id, cost in zip((*anna, namesake, *visitors), (1, 2, 4, 8, 16), strict=True):
        await spend(database, request_id, cost)
    await spend(database, anna[0], 32, billed=False)
    await spend(database, anna[0], 64, days=1)
    assert [await spent(database, one) for one in anna] == [Spent(total=31, caller=3, visitors=24)] * 2
    assert await spent(database, namesake) == Spent(total=31, caller=4, visitors=24)
    assert [(await spent(database, one)).caller for one in visitors] == [8, 16]
