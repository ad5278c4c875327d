"""Which settings does the demo airline have beside every company's?"""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from demo.systems.settings import DemoSettings
from demo.systems.world import World


class AirlineSettings(DemoSettings):
    """The airline's own: how long it takes to trace a bag."""

    tracing_seconds: Annotated[float, Field(alias="HANDRAIL_DEMO_TRACING_SECONDS", ge=0)] = 86_400

    @property
    def tracing(self) -> timedelta:
        """How long the tracing of a bag takes."""
        return timedelta(seconds=self.tracing_seconds)


def tracing_time(world: World) -> timedelta:
    """How long the tracing of a bag takes in this world."""
    assert isinstance(world.settings, AirlineSettings)
    return world.settings.tracing
