"""What do the airline's tests stand on? A real PostgreSQL, and for each test a fresh copy of one seeded database."""

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy.engine import URL

from demo.airline.company import AIRLINE
from tests.demo_airline.airline import CONTRACTS, Airline
from tests.demo_systems.databases import NOW, fresh_database, make_template, open_company, running_postgres

__all__ = ["NOW"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[URL]:
    """An embedded PostgreSQL; its URL names the database `postgres`."""
    with running_postgres() as url:
        yield url


@pytest.fixture(scope="session")
async def template(postgres: URL) -> str:
    """The name of a database that was seeded once, for NOW."""
    return await make_template(postgres, AIRLINE)


@pytest.fixture
async def empty_database(postgres: URL) -> AsyncIterator[str]:
    """The URL of a database with nothing in it."""
    async with fresh_database(postgres) as url:
        yield url


@pytest.fixture
async def database_url(postgres: URL, template: str) -> AsyncIterator[str]:
    """The URL of a fresh copy of the seeded airline."""
    async with fresh_database(postgres, template) as url:
        yield url


@pytest.fixture
async def airline(database_url: str) -> AsyncIterator[Airline]:
    """The six systems on a fresh copy of the seed, at NOW."""
    async with open_company(CONTRACTS, database_url, tracing_seconds=3_600) as opened:
        yield opened


@pytest.fixture(scope="session")
async def untouched(postgres: URL, template: str) -> AsyncIterator[Airline]:
    """The six systems on one copy of the seed for all the tests whose calls must have no effect."""
    async with fresh_database(postgres, template) as url, open_company(CONTRACTS, url, tracing_seconds=3_600) as opened:
        yield opened
        assert await opened.rows("ledger") == []
