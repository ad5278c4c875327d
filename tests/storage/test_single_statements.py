"""Is a statement outside of a transaction kept at once, and one inside of it only with the whole?"""

from contextlib import AbstractAsyncContextManager

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database

INSERT = text("INSERT INTO handrail.claims VALUES ('single', :key, '', 'request-1', now())")
COUNT = text("SELECT count(*) FROM handrail.claims WHERE scope = 'single' AND key = :key")


async def count(database: Database, key: str) -> int:
    async with database.single() as connection:
        return int((await connection.execute(COUNT, {"key": key})).scalar_one())


async def insert_and_fail(opening: AbstractAsyncContextManager[AsyncConnection], key: str) -> None:
    async with opening as connection:
        await connection.execute(INSERT, {"key": key})
        raise ZeroDivisionError


async def test_a_single_statement_is_kept_whatever_follows(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await insert_and_fail(database.single(), "alone")
    assert await count(database, "alone") == 1


async def test_a_transaction_keeps_nothing_of_what_failed(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await insert_and_fail(database.begin(), "together")
    assert await count(database, "together") == 0
