"""What makes one demo company: its systems, whom it knows, how it refuses, and how its data comes to be?"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import ModuleType
from typing import Any

from fastapi import APIRouter
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncConnection

from demo.systems.problems import Refusals
from demo.systems.records import Records, record_tables
from demo.systems.settings import DemoSettings


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is not signed in: what such a person knows, and may say."""

    story: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Company:
    """One company's back office. `name` begins its database schemas, whose endings are the systems' path prefixes.

    `subject` and `claimed_record` are the patterns of a customer's number and of the codes in a visitor's token.
    `record` is the argument by which its ledgers are searched, such as `reservation_code`. `audience` begins the
    audience of each system's tokens. `plant` fills empty tables for a day, `roll` shifts stored dates by so many days,
    `settle` sets right what must lie ahead of a moment.
    """

    name: str
    title: str
    realm: str
    systems: tuple[str, ...]
    apis: Mapping[str, ModuleType]
    control: APIRouter
    settings: type[DemoSettings]
    refusals: Refusals
    subject: str
    claimed_record: str
    record: str
    dataset: str
    tables: Sequence[MetaData]
    plant: Callable[[AsyncConnection, date], Awaitable[None]]
    roll: Callable[[AsyncConnection, int], Awaitable[None]]
    settle: Callable[[AsyncConnection, datetime], Awaitable[None]]
    people: Callable[[], Sequence[Any]]
    visitor: Visitor
    audience: str = ""
    feed_age: Mapping[str, timedelta] = field(default_factory=dict[str, timedelta])
    records: dict[str, Records] = field(init=False)

    def __post_init__(self) -> None:
        """Every system keeps records of its own, in its own schema."""
        tables = {system: record_tables(self.schema(system), system) for system in self.systems}
        object.__setattr__(self, "records", tables)

    def schema(self, system: str) -> str:
        """The database schema of a system."""
        return f"{self.name}_{system}"

    def audience_of(self, system: str) -> str:
        """For whom a delegated token must be, so that no other system takes it."""
        return f"{self.audience}{system}"
