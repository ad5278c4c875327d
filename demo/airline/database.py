"""How do the six schemas come to be, and how is their data kept relative to today?"""

import hashlib
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Column, Date, Identity, Integer, MetaData, String, Table, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.schema import CreateIndex, CreateTable

from demo.airline.booking.tables import BookingTable
from demo.airline.clock import Clock
from demo.airline.customers.tables import CustomersTable
from demo.airline.fares.tables import FaresTable
from demo.airline.loyalty.tables import LoyaltyTable
from demo.airline.operations.tables import OperationsTable
from demo.airline.payments.tables import PaymentsTable
from demo.airline.records import RECORDS, forget_expired_tokens
from demo.airline.rolling import postpone_relief_flight, roll_dates
from demo.airline.seeding.plant import DATASET, plant
from demo.airline.shapes import SYSTEMS

_LOCK = 0x4E5741  # one process at a time creates, seeds or rolls

WORLD = MetaData(schema="airline_world")
CALENDAR = Table(
    "calendar",
    WORLD,
    Column("id", Integer, Identity(), primary_key=True),
    Column("rolled_to", Date, nullable=False),
    Column("shape", String, nullable=False),
)
SCHEMAS = ("airline_world", *(f"airline_{system}" for system in SYSTEMS))
METADATA: Sequence[MetaData] = (
    WORLD,
    *(records.metadata for records in RECORDS.values()),
    BookingTable.metadata,
    CustomersTable.metadata,
    FaresTable.metadata,
    LoyaltyTable.metadata,
    OperationsTable.metadata,
    PaymentsTable.metadata,
)


def open_engine(url: str) -> AsyncEngine:
    """A pool of at most 30 connections that keep time in UTC."""
    return create_async_engine(
        url,
        pool_size=10,
        max_overflow=20,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,  # errors are logged; what customers said is not
        connect_args={"server_settings": {"timezone": "UTC", "application_name": "demo airline"}, "timeout": 10},
    )


async def prepare(engine: AsyncEngine, clock: Clock, *, reset: bool = False) -> str:
    """Create and seed what is absent, roll what is old; gives a sentence that says what was done.

    Tables of another release, or `reset`, are dropped first: this is demo data.
    """
    async with engine.begin() as connection:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        rolled_to = None if reset else await _rolled_to(connection)
        if rolled_to is None:
            await _create(connection)
            await plant(connection, clock.today())
            await connection.execute(CALENDAR.insert().values(rolled_to=clock.today(), shape=_shape()))
            done = f"created and seeded for {clock.today()}"
        else:
            days = (clock.today() - rolled_to).days
            await roll_dates(connection, days)
            await connection.execute(CALENDAR.update().values(rolled_to=clock.today()))
            done = f"found, dates rolled by {days} days" if days else "found as it was left"
        await postpone_relief_flight(connection, clock.now())
        await forget_expired_tokens(connection)
    return done


async def _rolled_to(connection: AsyncConnection) -> date | None:
    """The day to which the data was rolled last; None when there are no tables of this release."""
    present = await connection.scalar(text("SELECT to_regclass('airline_world.calendar') IS NOT NULL"))
    if not present:
        return None
    row = (await connection.execute(CALENDAR.select())).one_or_none()
    return row.rolled_to if row is not None and row.shape == _shape() else None


async def _create(connection: AsyncConnection) -> None:
    for schema in SCHEMAS:
        await connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        await connection.execute(text(f"CREATE SCHEMA {schema}"))
    for metadata in METADATA:
        await connection.run_sync(metadata.create_all, checkfirst=False)
    for system in SYSTEMS:
        for statement in _append_only(f"airline_{system}"):
            await connection.execute(text(statement))


def _append_only(schema: str) -> tuple[str, str]:
    """A ledger to which rows are added and from which none is taken."""
    return (
        f"CREATE FUNCTION {schema}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION 'the ledger of {schema} is append-only'; END $$",
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.ledger "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_change()",
    )


def _shape() -> str:
    """A digest of every table's definition and of the seed's version."""
    dialect = postgresql.dialect()
    digest = hashlib.sha256(DATASET.encode())
    for metadata in METADATA:
        for table in metadata.sorted_tables:
            digest.update(str(CreateTable(table).compile(dialect=dialect)).encode())
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                digest.update(str(CreateIndex(index).compile(dialect=dialect)).encode())
    return digest.hexdigest()[:16]
