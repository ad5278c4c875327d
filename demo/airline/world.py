"""On what do all six systems stand?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from demo.airline.clock import Clock, real_now
from demo.airline.faults import FaultPlan
from demo.airline.shapes import System

# How far a feed lags behind: operations publishes every few minutes, the others answer from the record itself.
FEED_AGE: dict[System, timedelta] = {"operations": timedelta(minutes=4), "loyalty": timedelta(minutes=1)}


@dataclass(frozen=True, slots=True)
class World:
    """Database, clock, secrets and planned faults of one server process."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    clock: Clock
    secret: SecretStr
    admin_token: SecretStr
    tracing: timedelta
    faults: FaultPlan

    def as_of(self, system: System) -> datetime:
        """The moment at which this system's data was current."""
        return real_now() - FEED_AGE.get(system, timedelta())
