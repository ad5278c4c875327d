"""How does a test let something happen while an activity waits for its request's row?"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.control import set_switch
from storage.database import Database

_WAITS = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))"


async def somebody_waits(connection: AsyncConnection) -> None:
    """Another transaction waits for a row that this one has locked; TimeoutError where none ever does."""
    async with asyncio.timeout(10):
        while not (await connection.execute(text(_WAITS))).scalar_one():  # noqa: ASYNC110 - nobody tells us
            await asyncio.sleep(0.01)


@asynccontextmanager
async def switched_off(database: Database, kind: str, name: str) -> AsyncGenerator[None]:
    """The airline's tool, intent or whole pack is off within the block."""

    async def turn(*, on: bool) -> None:
        async with database.begin() as connection:
            await set_switch(connection, "airline", kind, name, on=on, by="op", reason="test")

    await turn(on=False)
    try:
        yield
    finally:
        await turn(on=True)
