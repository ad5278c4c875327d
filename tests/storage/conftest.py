"""What do the tests of storage share? A PostgreSQL of their own, at the newest version of the tables."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from contracts.ids import new_request_id
from storage.database import Database
from storage.migrate import migrate
from storage.requests import insert_request
from tests.records import ask
from tests.spared_disk import spare_disk
from workers.dev.postgres import Postgres, start_postgres


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """A scratch server that leaves nothing behind."""
    server = start_postgres()
    ask(spare_disk(server.url))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def server_url(server: Postgres, database: Database) -> str:
    """Where the migrated database is, for a test that wants connections of its own."""
    return server.url


@pytest.fixture(scope="session")
async def database(server: Postgres) -> AsyncIterator[Database]:
    """The migrated database, with connections for twenty writers at once."""
    await migrate(server.url)
    database = Database(server.url, pool_size=30)
    yield database
    await database.close()


type NewRequest = Callable[[], Awaitable[str]]


@pytest.fixture
def new_request(database: Database) -> NewRequest:
    """Stores requests that no other test uses, each in a pack of its own, so that switches touch no other."""

    async def store() -> str:
        request_id = new_request_id()
        row = {"request_id": request_id, "pack": request_id, "pack_digest": "d", "channel": "web", "role": "customer"}
        async with database.begin() as connection:
            await insert_request(connection, {**row, "assurance": "verified", "customer_id": "C101"})
        return request_id

    return store


@pytest.fixture
async def request_id(new_request: NewRequest) -> str:
    """A request of the test's own."""
    return await new_request()
