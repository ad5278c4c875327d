"""Do the migrations go forward, back and forward again, and end where `storage.tables` says?"""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.migrate import migrate
from storage.schema import metadata
from workers.dev.postgres import Postgres

NAME = "moved"


@pytest.fixture
async def moved(server: Postgres) -> AsyncIterator[AsyncEngine]:
    """An empty database."""
    engine = create_async_engine(server.create_database(NAME))
    yield engine
    await engine.dispose()
    server.drop_database(NAME)


def _differences(connection: Connection) -> list[Any]:
    options = {
        "include_schemas": True,
        "include_name": lambda name, kind, _: kind != "schema" or name == metadata.schema,
        "version_table_schema": metadata.schema,
        "compare_server_default": True,
    }
    return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)


async def differences(engine: AsyncEngine) -> list[Any]:
    """What alembic's autogenerate would change."""
    async with engine.begin() as connection:
        return await connection.run_sync(_differences)


async def rows(engine: AsyncEngine, query: str) -> list[str]:
    async with engine.begin() as connection:
        return [str(row[0]) for row in await connection.execute(text(query))]


TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'handrail' ORDER BY 1"
IN_INDEXES = (  # columns of keys and of conditions
    "SELECT DISTINCT a.attname FROM pg_depend AS d JOIN pg_class AS i ON i.oid = d.objid AND i.relkind = 'i'"
    " JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid"
    " WHERE d.refobjid = 'handrail.requests'::regclass AND d.refobjsubid > 0"
)
INDEX = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'handrail' AND indexname = 'effects_once'"


async def test_forward_back_and_forward_ends_at_the_tables_of_the_code(moved: AsyncEngine) -> None:
    url = str(moved.url)
    await migrate(url)
    assert await differences(moved) == []
    await migrate(url, "base")
    assert set(await rows(moved, TABLES)) <= {"alembic_version"}
    await migrate(url)
    assert await differences(moved) == []
    assert set(await rows(moved, TABLES)) == {table.name for table in metadata.sorted_tables} | {"alembic_version"}


async def test_a_column_that_no_migration_makes_is_noticed(moved: AsyncEngine) -> None:
    await migrate(str(moved.url))
    async with moved.begin() as connection:
        await connection.execute(text("ALTER TABLE handrail.turns DROP COLUMN reason"))
    assert [difference[0] for difference in await differences(moved)] == ["add_column"]


async def test_the_same_payment_is_stopped_by_the_index_itself(moved: AsyncEngine) -> None:
    """Autogenerate does not compare a partial index's condition."""
    await migrate(str(moved.url))
    (definition,) = await rows(moved, INDEX)
    assert "UNIQUE" in definition
    assert "NULLS NOT DISTINCT" in definition
    assert set(re.findall(r"'(\w+)'", definition)) == {"rejected", "compensated"}


async def test_moving_to_where_it_stands_changes_nothing(moved: AsyncEngine) -> None:
    await migrate(str(moved.url))
    await migrate(str(moved.url))
    assert await differences(moved) == []


async def test_what_changes_with_every_turn_stands_in_no_index(moved: AsyncEngine) -> None:
    """A row whose indexed columns stay as they are is updated in place."""
    await migrate(str(moved.url))
    indexed = set(await rows(moved, IN_INDEXES))
    assert {"request_id", "told_epoch", "erased_at"} <= indexed
    every_turn = {"updated_at", "next_event", "next_inbox", "next_audit", "audit_head", "status", "route", "intent"}
    assert indexed.isdisjoint(every_turn)
