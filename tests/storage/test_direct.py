"""Does what goes past SQLAlchemy fail as SQLAlchemy does, and leave connections that are fit for the next?"""

import asyncio
import contextlib

import asyncpg
import pytest
from sqlalchemy import Text, bindparam, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import direct
from storage.database import Database, is_away, roll_back
from storage.direct import Direct, driver_of
from storage.tables import requests

CLAIM = Direct(lambda: text("INSERT INTO handrail.claims VALUES ('direct', :key, '', 'request-1', now())"))
COUNT = Direct(lambda: text("SELECT count(*) FROM handrail.claims WHERE scope = 'direct' AND key = :key"))
DIVIDE = Direct(lambda: text("SELECT 1 / CAST(:by AS integer)"))
SLEEP = Direct(lambda: text("SELECT pg_sleep(:seconds)"))
PID = Direct(lambda: text("SELECT pg_backend_pid()"))
END = Direct(lambda: text("SELECT pg_terminate_backend(:pid)"))


async def count(database: Database, key: str) -> int:
    async with database.single() as connection:
        return int(await COUNT.scalar(connection, {"key": key}))


async def insert_and_fail(database: Database, key: str) -> None:
    async with database.begin() as connection:
        await CLAIM.rows(connection, {"key": key})
        await DIVIDE.rows(connection, {"by": 0})


async def test_a_transaction_keeps_nothing_of_what_failed(database: Database) -> None:
    with pytest.raises(DBAPIError) as raised:
        await insert_and_fail(database, "failed")
    assert not is_away(raised.value)
    assert await count(database, "failed") == 0


async def test_what_is_there_already_is_an_integrity_error_without_values(database: Database) -> None:
    async with database.single() as connection:
        await CLAIM.rows(connection, {"key": "twice-secret"})
        with pytest.raises(IntegrityError) as raised:
            await CLAIM.rows(connection, {"key": "twice-secret"})
    assert raised.value.params is None


async def insert_and_ignore(database: Database, key: str) -> None:
    async with database.begin() as connection:
        await CLAIM.rows(connection, {"key": key})
        with contextlib.suppress(DBAPIError):
            await DIVIDE.rows(connection, {"by": 0})


async def test_a_commit_of_what_has_failed_is_an_error(database: Database) -> None:
    """PostgreSQL answers such a commit by rolling back: who has ignored the failure must not take it for kept."""
    with pytest.raises(DBAPIError, match="COMMIT came to ROLLBACK"):
        await insert_and_ignore(database, "ignored")
    assert await count(database, "ignored") == 0


async def commit_early(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("INSERT INTO handrail.claims VALUES ('direct', 'early', '', 'r', now())"))
        await connection.commit()


async def test_nobody_commits_but_the_boundary(database: Database) -> None:
    """SQLAlchemy knows of no transaction here: its own commit would keep nothing, and say nothing."""
    with pytest.raises(RuntimeError, match="the boundary"):
        await commit_early(database)
    assert await count(database, "early") == 0


async def insert_and_wait(database: Database, key: str, waits: asyncio.Event) -> None:
    async with database.begin() as connection:
        await CLAIM.rows(connection, {"key": key})
        waits.set()
        await SLEEP.rows(connection, {"seconds": 60})


async def test_a_cancelled_transaction_leaves_no_connection_that_is_still_in_it(server_url: str) -> None:
    database, waits = Database(server_url, pool_size=0), asyncio.Event()
    task = asyncio.create_task(insert_and_wait(database, "cancelled", waits))
    await waits.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with database.single() as connection:
        assert not driver_of(connection).is_in_transaction()
        await CLAIM.rows(connection, {"key": "after"})
    await database.close()
    again = Database(server_url)
    assert [await count(again, "cancelled"), await count(again, "after")] == [0, 1]
    await again.close()


async def test_a_connection_that_went_is_not_handed_out_again(server_url: str, database: Database) -> None:
    lonely = Database(server_url, pool_size=0)
    async with lonely.single() as connection:
        pid = await PID.scalar(connection, {})
    async with database.single() as connection:
        await END.rows(connection, {"pid": pid})
    await asyncio.sleep(0.2)
    async with lonely.single() as connection:
        assert await PID.scalar(connection, {}) != pid
    await lonely.close()


async def lose_the_connection(lonely: Database, other: Database) -> None:
    async with lonely.begin() as connection:
        pid = await PID.scalar(connection, {})
        async with other.single() as ending:
            await END.rows(ending, {"pid": pid})
        await SLEEP.rows(connection, {"seconds": 60})


async def test_a_connection_that_goes_in_the_middle_is_away_and_replaced(server_url: str, database: Database) -> None:
    lonely = Database(server_url, pool_size=0)
    with pytest.raises(DBAPIError) as raised:
        await lose_the_connection(lonely, database)
    assert is_away(raised.value)
    assert await count(lonely, "nothing") == 0
    await lonely.close()


class Confused:
    """A driver whose connection went while a statement was under way: it can not even roll back."""

    async def fetch(self, *_: object) -> None:
        raise asyncpg.InternalClientError("cannot switch to state 11; another operation (2) is in progress")

    execute = fetch

    def is_closed(self) -> bool:
        return False

    def is_in_transaction(self) -> bool:
        return False


async def fail_confused(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with database.begin() as connection:
        monkeypatch.setattr(direct, "driver_of", lambda _: Confused())
        await PID.scalar(connection, {})


async def test_a_driver_that_lost_its_thread_is_away_for_a_while(
    server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lonely = Database(server_url, pool_size=0)
    async with lonely.single() as connection:
        before = await PID.scalar(connection, {})
    with pytest.raises(DBAPIError) as raised:
        await fail_confused(lonely, monkeypatch)
    monkeypatch.undo()
    assert is_away(raised.value)
    async with lonely.single() as connection:
        assert await PID.scalar(connection, {}) != before, "nobody else gets its connection"
    await lonely.close()


async def test_a_roll_back_that_fails_hides_no_reason() -> None:
    await roll_back(Confused())


async def test_a_value_that_is_missing_is_noticed(database: Database) -> None:
    found = Direct(lambda: select(requests.c.pack).where(requests.c.request_id == bindparam("of", type_=Text)))
    async with database.single() as connection:
        with pytest.raises(KeyError):
            await found.rows(connection, {})


def test_a_statement_whose_text_depends_on_what_is_given_is_refused() -> None:
    listed = Direct(lambda: select(requests.c.pack).where(requests.c.request_id.in_(["a", "b"])))
    with pytest.raises(ValueError, match="any length"):
        _ = listed._sent  # pyright: ignore[reportPrivateUsage]  # what the first use does, without a database


async def test_a_statement_that_was_planned_before_a_migration_is_worth_another_try(database: Database) -> None:
    read = Direct(lambda: text("SELECT value FROM public.changing"))
    async with database.begin() as connection:
        await connection.execute(text("CREATE TABLE public.changing (value integer)"))
    try:
        async with database.begin() as connection:
            await read.rows(connection, {})
        other = Database(database.url, pool_size=1)
        async with other.begin() as connection:
            await connection.execute(text("ALTER TABLE public.changing ALTER COLUMN value TYPE text"))
        await other.close()
        with pytest.raises(DBAPIError) as raised:
            async with database.begin() as connection:
                await read.rows(connection, {})
        assert is_away(raised.value)
        async with database.begin() as connection:
            assert await read.rows(connection, {}) == []
    finally:
        async with database.begin() as connection:
            await connection.execute(text("DROP TABLE public.changing"))
