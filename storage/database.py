"""How do we reach PostgreSQL, and how do we wake whoever waits for events?"""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Literal

import asyncpg
import structlog
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.direct import DRIVER_ERRORS, as_told_by_sqlalchemy, driver_of

log = structlog.get_logger(__name__)

CHANNEL = "handrail_events"
DATABASE_ERRORS = (DBAPIError, PoolTimeout, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""Everything that a query raises; `is_away` says which of it heals by itself."""

_HEALING_STATES = ("08", "40", "53", "55P03", "57P")
"""SQLSTATE classes: connection lost, deadlock or serialisation, out of resources, lock not available, restarting."""

_OUTDATED = (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)
"""A statement was planned before a migration; the driver has forgotten its plan by now."""


def is_away(error: BaseException) -> bool:
    """Whether it heals by itself: the database is away, busy, or chose us in a deadlock; not a mistake of ours."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout | OSError | asyncpg.InterfaceError):
        return True
    if isinstance(error, DBAPIError):
        if isinstance(error.orig, _OUTDATED):
            return True
        state = str(getattr(error.orig, "sqlstate", "") or "")
        return error.connection_invalidated or state.startswith(_HEALING_STATES)
    return isinstance(error, asyncpg.PostgresError) and str(getattr(error, "sqlstate", "") or "").startswith(
        _HEALING_STATES
    )


def is_unfit(error: BaseException) -> bool:
    """Whether a value is none that the database can look up: NUL in a text, a number out of range (SQLSTATE 22)."""
    found = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(found, "sqlstate", "") or "").startswith("22")


def async_url(url: str) -> str:
    """The same database address with the asyncpg driver; accepts `postgres://` and `postgresql://`."""
    for prefix in ("postgresql+asyncpg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+asyncpg://" + url.removeprefix(prefix)
    return url


class Database:
    """One bounded pool of connections; `begin` is the boundary that commits. A statement ends within `patience`."""

    def __init__(self, url: str, *, pool_size: int = 10, patience: timedelta = timedelta(seconds=10)) -> None:
        self.url = async_url(url)
        self.engine: AsyncEngine = create_async_engine(
            self.url,
            pool_size=pool_size + 1,  # one is the waker's
            max_overflow=0,
            pool_timeout=5,
            pool_use_lifo=True,  # few connections are busy then, and have their statements prepared and planned
            pool_pre_ping=False,
            pool_recycle=1800,
            isolation_level="AUTOCOMMIT",  # the edges of transactions are ours
            hide_parameters=True,
            connect_args={
                "timeout": 5,
                "max_cached_statement_lifetime": 0,
                "max_cacheable_statement_size": 0,  # no limit: the longest statements are the dearest to plan
                "command_timeout": patience.total_seconds(),
                "server_settings": {"application_name": "handrail", "TimeZone": "UTC"},  # times in JSON as elsewhere
            },
        )
        event.listen(self.engine.sync_engine, "checkout", _refuse_closed)
        event.listen(self.engine.sync_engine, "commit", _refuse_commit)
        self.waker = EventWaker(self.engine)

    @asynccontextmanager
    async def begin(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction: commits at the end of the block, rolls back when it raises.

        Its edges go to the driver, as most of its statements do: SQLAlchemy is asked for the connection alone.
        """
        async with self.single() as connection:
            driver = driver_of(connection)
            await _at_edge(driver, "BEGIN")
            try:
                yield connection
            except Exception as error:
                if not isinstance(error, OSError):  # the server is silent: it would be waited for once more
                    await roll_back(driver)
                raise
            await _at_edge(driver, "COMMIT")

    @asynccontextmanager
    async def single(self) -> AsyncGenerator[AsyncConnection]:
        """Statements each of which is a transaction of its own: for reads, and for a write that is one statement.

        It takes one round trip to the server where `begin` takes three.
        """
        async with self.engine.connect() as connection:
            driver, error = driver_of(connection), None
            try:
                yield connection
            except BaseException as raised:
                error = raised
                raise
            finally:
                if not _is_fit(driver, error):  # the pool does not see what happens past SQLAlchemy
                    await connection.invalidate()

    async def close(self) -> None:
        """Flush pending wake-ups and close every connection."""
        await self.waker.close()
        await self.engine.dispose()


async def _at_edge(driver: Any, word: Literal["BEGIN", "COMMIT"]) -> None:
    """Begin or commit. DBAPIError where the server does not do it, such as a commit of what has failed."""
    try:
        done = await driver.execute(word)
    except DRIVER_ERRORS as error:
        raise as_told_by_sqlalchemy(error, lost=driver.is_closed()) from error
    if done != word:
        raise as_told_by_sqlalchemy(asyncpg.InFailedSQLTransactionError(f"{word} came to {done}"), lost=False)


async def roll_back(driver: Any) -> None:
    """End a transaction whose block has failed, for the reason that the caller raises; else the connection ends it."""
    with contextlib.suppress(*DRIVER_ERRORS, OSError):
        await driver.execute("ROLLBACK")


def _is_fit(driver: Any, error: BaseException | None) -> bool:
    """Whether somebody else may have the connection: nothing is under way on it, and no transaction open.

    After a cancellation or a timeout a statement may still be under way, be it the one that begins or commits.
    """
    is_calm = error is None or (isinstance(error, Exception) and not isinstance(error, OSError))
    is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return is_calm and not is_lost and not driver.is_closed() and not driver.is_in_transaction()


def _refuse_closed(connection: Any, *_: Any) -> None:
    """A connection that is known to be gone is not handed out; nor are those that were made before it went."""
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError


def _refuse_commit(*_: Any) -> None:
    raise RuntimeError("nobody commits but the boundary: let the block of `begin` end")


PATIENT = 0.1
"""Seconds that an event may wait of which nobody waits, such as that a message is being read."""


_NOTIFY = "SELECT pg_notify($1, $2)"

BURST = 4
"""Wake-ups that a quiet process sends without a pause: a turn's first sentence, its last, and its end."""


class EventWaker:
    """Tells listeners which requests have new events: at once, and where many come, by one NOTIFY every 20 ms.

    The wake-up is a hint and apart from the insert: a lost one costs a listener at most its poll of one second. It goes
    past SQLAlchemy, over a connection that the waker keeps: no other statement is as frequent, and none says less.
    """

    def __init__(self, engine: AsyncEngine, *, interval: float = 0.02) -> None:
        self._engine = engine
        self._interval = interval
        self._waiting: set[str] = set()
        self._due = 0.0
        self._task: asyncio.Task[None] | None = None
        self._later: asyncio.TimerHandle | None = None
        self._connection: AsyncConnection | None = None

    def wake(self, request_id: str, *, soon: bool = True) -> None:
        """Note, after a commit, that this request has new events.

        Those that can wait (not `soon`) are told of with the next ones, by which they are mostly overtaken.
        """
        self._waiting.add(request_id)
        loop = asyncio.get_running_loop()
        if not soon:
            self._later = self._later or loop.call_later(PATIENT, self._flush)
            return
        self._flush()

    def _flush(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._flush_soon())

    async def _flush_soon(self) -> None:
        clock = asyncio.get_running_loop().time
        while self._waiting:
            await asyncio.sleep(max(self._due - clock(), 0))
            self._due = max(self._due, clock() - (BURST - 1) * self._interval) + self._interval
            batch, self._waiting = sorted(self._waiting), set()
            try:
                await self._notify(batch)
            except DATABASE_ERRORS as error:
                log.warning("notify_failed", requests=len(batch), error=type(error).__name__)

    async def _notify(self, batch: list[str]) -> None:
        try:
            await self._tell(batch)
        except (*DATABASE_ERRORS, asyncpg.InternalClientError):  # the server was started again, perhaps, meanwhile
            await self._hang_up()
            await self._tell(batch)

    async def _tell(self, batch: list[str]) -> None:
        connection = self._connection = self._connection or await self._engine.connect()
        driver: Any = (await connection.get_raw_connection()).driver_connection
        for start in range(0, len(batch), 100):
            await driver.execute(_NOTIFY, CHANNEL, json.dumps(batch[start : start + 100]))

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.invalidate()
            await connection.close()

    async def close(self) -> None:
        """Send the last wake-ups, and end the connection."""
        if self._later is not None:
            self._flush()
        if self._task is not None:
            await self._task
        await self._hang_up()
