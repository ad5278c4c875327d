"""How do a company's schemas come to be, and how is their data kept relative to today?"""

import hashlib
from datetime import date

from sqlalchemy import Column, Date, Identity, Integer, MetaData, String, Table, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.schema import CreateIndex, CreateTable

from demo.systems.clock import Clock
from demo.systems.company import Company
from demo.systems.records import forget_expired_tokens

_DEADLOCK = "40P01"
_TRIES = 5


def open_engine(url: str) -> AsyncEngine:
    """A pool of at most 30 connections that keep time in UTC."""
    return create_async_engine(
        url,
        pool_size=10,
        max_overflow=20,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,  # errors are logged; what customers said is not
        connect_args={"server_settings": {"timezone": "UTC", "application_name": "demo company"}, "timeout": 10},
    )


async def prepare(engine: AsyncEngine, company: Company, clock: Clock, *, reset: bool = False) -> str:
    """Create and seed what is absent, roll what is old; gives a sentence that says what was done.

    Tables of another release, or `reset`, are dropped first: this is demo data. Where a call that is under way holds
    what is to be changed and wants what was, the database may choose this side to give way: then it is done again.
    """
    for _ in range(_TRIES - 1):
        try:
            return await _prepare(engine, company, clock, reset=reset)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _DEADLOCK:
                raise
    return await _prepare(engine, company, clock, reset=reset)


async def _prepare(engine: AsyncEngine, company: Company, clock: Clock, *, reset: bool) -> str:
    store = _Store(company)
    async with engine.begin() as connection:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": store.lock})
        rolled_to = None if reset else await store.rolled_to(connection)
        if rolled_to is None:
            await store.create(connection)
            await company.plant(connection, clock.today())
            await connection.execute(store.calendar.insert().values(rolled_to=clock.today(), shape=store.shape()))
            done = f"created and seeded for {clock.today()}"
        else:
            days = (clock.today() - rolled_to).days
            await company.roll(connection, days)
            await connection.execute(store.calendar.update().values(rolled_to=clock.today()))
            done = f"found, dates rolled by {days} days" if days else "found as it was left"
        await company.settle(connection, clock.now())
        await forget_expired_tokens(connection, company.records.values())
    return done


class _Store:
    """The schemas of one company: a calendar, the systems' records, and their own tables."""

    def __init__(self, company: Company) -> None:
        self.world = company.schema("world")
        self.schemas = (self.world, *(company.schema(system) for system in company.systems))
        metadata = MetaData(schema=self.world)
        self.calendar = Table(
            "calendar",
            metadata,
            Column("id", Integer, Identity(), primary_key=True),
            Column("rolled_to", Date, nullable=False),
            Column("shape", String, nullable=False),
        )
        self.company = company
        self.metadata = (metadata, *(records.metadata for records in company.records.values()), *company.tables)

    @property
    def lock(self) -> int:
        """One process at a time creates, seeds or rolls this company."""
        return int.from_bytes(hashlib.sha256(self.world.encode()).digest()[:7])

    async def rolled_to(self, connection: AsyncConnection) -> date | None:
        """The day to which the data was rolled last; None when there are no tables of this release."""
        present = await connection.scalar(text(f"SELECT to_regclass('{self.world}.calendar') IS NOT NULL"))
        if not present:
            return None
        row = (await connection.execute(self.calendar.select())).one_or_none()
        return row.rolled_to if row is not None and row.shape == self.shape() else None

    async def create(self, connection: AsyncConnection) -> None:
        """Create every table anew; whatever was there is dropped."""
        for schema in self.schemas:
            await connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
            await connection.execute(text(f"CREATE SCHEMA {schema}"))
        for metadata in self.metadata:
            await connection.run_sync(metadata.create_all, checkfirst=False)
        for schema in self.schemas[1:]:
            for statement in _append_only(schema):
                await connection.execute(text(statement))

    def shape(self) -> str:
        """A digest of every table's definition and of the seed's version."""
        dialect = postgresql.dialect()
        digest = hashlib.sha256(self.company.dataset.encode())
        for metadata in self.metadata:
            for table in metadata.sorted_tables:
                digest.update(str(CreateTable(table).compile(dialect=dialect)).encode())
                for index in sorted(table.indexes, key=lambda index: str(index.name)):
                    digest.update(str(CreateIndex(index).compile(dialect=dialect)).encode())
        return digest.hexdigest()[:16]


def _append_only(schema: str) -> tuple[str, str]:
    """A ledger to which rows are added and from which none is taken."""
    return (
        f"CREATE FUNCTION {schema}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION 'the ledger of {schema} is append-only'; END $$",
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.ledger "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_change()",
    )
