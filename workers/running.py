"""Which database and which Temporal server does an operator's command use, where `make run` keeps them running?

Only commands that an operator types ask this: a worker or a gateway is told where everything is.
"""

import os

from workers.dev.errors import StartError
from workers.dev.state import State, find_running
from workers.settings import Settings


def operators_settings() -> Settings:
    """The settings; without a DATABASE_URL the database is the one that `make run` keeps running for this clone."""
    settings = Settings()
    running = None if settings.database_url else _running()
    return settings if running is None else settings.model_copy(update={"database_url": running.database_url})


def running_temporal() -> str | None:
    """The address of the Temporal server of `make run`; None where TEMPORAL_ADDRESS names one, or nothing runs."""
    running = None if os.environ.get("TEMPORAL_ADDRESS") else _running()
    return None if running is None else running.temporal_address


def _running() -> State | None:
    try:
        return find_running()
    except StartError:
        return None
