"""Is the company seeded anew also while a call is under way?"""

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from demo.systems.database import open_engine
from tests.demo_airline.airline import ADMIN, Airline

FIRST, LAST = "airline_customers.customers", "airline_operations.movements"
_WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
_READ = "SELECT count(*) FROM {table}"


async def until_somebody_waits(connection: AsyncConnection) -> None:
    """Somebody waits for a table."""
    async with asyncio.timeout(20):
        while await connection.scalar(text(_WAITS)) == 0:
            await connection.rollback()  # a transaction sees one picture of the others
            await asyncio.sleep(0.01)


async def test_a_reset_that_loses_a_deadlock_against_a_call_is_done_all_the_same(
    airline: Airline, database_url: str
) -> None:
    call = open_engine(database_url)
    async with call.connect() as connection, call.connect() as onlooker:
        await connection.execute(text("SET deadlock_timeout = '60s'"))  # so that the reset is the one to give way
        await connection.execute(text(_READ.format(table=LAST)))
        reset = asyncio.create_task(airline.client.post("/_control/reset", headers=ADMIN))
        await until_somebody_waits(onlooker)
        await connection.execute(text(_READ.format(table=FIRST)))
        await connection.rollback()
    await call.dispose()
    assert (await reset).json()["done"].startswith("created and seeded")
