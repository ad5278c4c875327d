"""How is the database brought to a version of the tables, forward and back?"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import async_url

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = text("SELECT pg_advisory_xact_lock(7261524115)")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _move(connection: Connection, target: str) -> None:
    connection.execute(_LOCK)
    connection.execute(text("CREATE SCHEMA IF NOT EXISTS handrail"))
    if target == "base" or target.startswith("-"):
        command.downgrade(_config(connection), target)
    else:
        command.upgrade(_config(connection), target)


async def migrate(url: str, target: str = "head") -> None:
    """Move the database at `url` to `target` (a revision, `head`, `base`, `-1`); one mover at a time."""
    engine = create_async_engine(async_url(url))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_move, target)
    finally:
        await engine.dispose()
