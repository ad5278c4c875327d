"""A server to send to, and a client that may reach it."""

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from pathlib import Path

import httpx2
import pytest
from echo_server import EchoServer, echo_server
from one_company import OneCompany
from one_payment import Payment, confirm_payment
from scripted_company import ScriptedCompany

from activities.delegate_rights import DelegatedTokens
from activities.egress import LOOPBACK, Egress, http_client
from activities.systems import Systems
from storage.data_keys import LocalMasterKeys
from storage.database import Database
from storage.migrate import migrate
from storage.packs import load_pack
from storage.vault import Vault
from tests.records import ask
from tests.spared_disk import spare_disk
from workers.dev.postgres import Postgres, start_postgres

ROOT = Path(__file__).parents[2]


@pytest.fixture
def echo() -> Generator[EchoServer]:
    """A server that answers with what it was sent."""
    with echo_server() as server:
        yield server


@pytest.fixture
async def client() -> AsyncGenerator[httpx2.AsyncClient]:
    """The client for company systems, of an operator who lists this machine."""
    async with http_client(Egress.parse(LOOPBACK)) as made:
        yield made


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """A scratch server that leaves nothing behind."""
    server = start_postgres()
    ask(spare_disk(server.url))
    yield server
    server.stop()


@pytest.fixture(scope="session")
async def database(server: Postgres) -> AsyncIterator[Database]:
    """The migrated database."""
    await migrate(server.url)
    database = Database(server.url, pool_size=10)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def airline() -> OneCompany:
    """The airline, ready for work."""
    return OneCompany(load_pack(ROOT / "packs" / "airline", {"HANDRAIL_SYSTEMS_URL": "http://airline.test"}))


@pytest.fixture
def company() -> ScriptedCompany:
    """The airline's systems, as a test plans them."""
    return ScriptedCompany()


@pytest.fixture
async def systems(database: Database, airline: OneCompany, company: ScriptedCompany) -> AsyncGenerator[Systems]:
    """What tool calls need to reach the scripted systems."""
    async with httpx2.AsyncClient(transport=company) as http:
        tokens = DelegatedTokens("a-secret-of-the-tests-that-is-long-enough")
        yield Systems(database, Vault(LocalMasterKeys(b"k" * 32)), airline, http, tokens)


@pytest.fixture
async def payment(systems: Systems) -> Payment:
    """A payment that the customer has confirmed."""
    return await confirm_payment(systems)
