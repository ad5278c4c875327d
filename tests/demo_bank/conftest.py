"""What do the bank's tests stand on? A real PostgreSQL, and for each test a fresh copy of one seeded database."""

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy.engine import URL

from demo.bank.company import BANK
from tests.demo_systems.back_office import BackOffice, Contracts
from tests.demo_systems.databases import fresh_database, make_template, open_company, running_postgres

CONTRACTS = Contracts(BANK, "P201")


@pytest.fixture(scope="session")
def bank_postgres() -> Iterator[URL]:
    """An embedded PostgreSQL; its URL names the database `postgres`."""
    with running_postgres() as url:
        yield url


@pytest.fixture(scope="session")
async def bank_template(bank_postgres: URL) -> str:
    """The name of a database that was seeded once."""
    return await make_template(bank_postgres, BANK)


@pytest.fixture
async def bank(bank_postgres: URL, bank_template: str) -> AsyncIterator[BackOffice]:
    """The four systems on a fresh copy of the seed."""
    async with fresh_database(bank_postgres, bank_template) as url, open_company(CONTRACTS, url) as opened:
        yield opened
