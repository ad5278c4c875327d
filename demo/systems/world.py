"""On what do all systems of one company stand?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from demo.systems.clock import Clock, real_now
from demo.systems.company import Company
from demo.systems.faults import FaultPlan
from demo.systems.records import Records
from demo.systems.settings import DemoSettings
from demo.systems.signing_keys import SigningKeys


@dataclass(frozen=True, slots=True)
class World:
    """Company, database, clock, settings, keys of tokens and planned faults of one server process."""

    company: Company
    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    clock: Clock
    settings: DemoSettings
    keys: SigningKeys
    faults: FaultPlan

    def as_of(self, system: str) -> datetime:
        """The moment at which this system's data was current: a feed lags behind, a record does not."""
        return real_now() - self.company.feed_age.get(system, timedelta())

    def records(self, system: str) -> Records:
        """The tables in which a system records its calls."""
        return self.company.records[system]
