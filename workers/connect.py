"""How does a process reach what it needs, and what does it say when it cannot?"""

import logging
import os
import socket
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text
from temporalio.client import Client
from temporalio.common import MetricMeter
from temporalio.envconfig import ClientConfig
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

from activities.metrics import BUCKETS
from contracts.errors import NotReady
from contracts.pack import Pack
from storage.database import DATABASE_ERRORS, Database
from storage.packs import PackErrors, load_versions, read_name
from workers.payload_codec import make_data_converter
from workers.settings import Settings

HOST_CHARS = 16
"""Of a host's name, from its end, where pods differ: histories repeat who a worker is in half of their events."""

_CORE_LOGS = LoggingConfig(
    filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
    forwarding=LogForwardingConfig(
        logger=logging.getLogger("temporalio.core"),
        prepend_target_on_message=False,
        append_log_fields_to_message=False,
    ),
)
"""The SDK's core logs through our own formatter, which keeps what is constant."""
_NEWEST = text("SELECT version_num FROM handrail.alembic_version")


async def connect_database(settings: Settings) -> Database:
    """A database that answers and has the newest tables. Raises NotReady saying what is missing."""
    if not settings.database_url:
        raise NotReady("DATABASE_URL is not set: give a PostgreSQL address, or start `make run`, which brings its own.")
    patience = timedelta(seconds=settings.statement_seconds)
    database = Database(settings.database_url, pool_size=settings.pool_size, patience=patience)
    try:
        async with database.begin() as connection:
            found = (await connection.execute(_NEWEST)).scalar()
    except DATABASE_ERRORS as error:
        await database.close()
        if "alembic_version" in str(error):
            raise NotReady("The database has no Handrail tables yet: run `python -m workers migrate`.") from error
        where = settings.database_url.rpartition("@")[2]
        raise NotReady(
            f"The database at {where!r} cannot be reached ({type(error).__name__}): start PostgreSQL or correct "
            "DATABASE_URL."
        ) from error
    wanted = newest_migration()
    if found != wanted:
        await database.close()
        raise NotReady(
            f"The database is at version {found!r}, this code needs {wanted!r}: `python -m workers migrate`."
        )
    return database


def newest_migration() -> str:
    """The newest migration that this code knows."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(Path(__file__).resolve().parents[1] / "storage" / "migrations")).get_current_head() or ""


async def connect_temporal(settings: Settings, address: str | None = None) -> Client:
    """A client of the Temporal server that TEMPORAL_* names, or of the one at `address`.

    Raises NotReady when it does not answer.
    """
    config = ClientConfig.load_client_connect_config()
    if address is not None:
        config["target_host"] = address
    config.setdefault("target_host", "127.0.0.1:7233")
    metrics = None
    if settings.metrics_port:
        metrics = PrometheusConfig(
            bind_address=f"{settings.host}:{settings.metrics_port}", histogram_bucket_overrides=BUCKETS
        )
    try:
        runtime = Runtime(telemetry=TelemetryConfig(logging=_CORE_LOGS, metrics=metrics))
        identity = f"{os.getpid()}@{socket.gethostname()[-HOST_CHARS:]}"
        return await Client.connect(
            **config, data_converter=make_data_converter(settings), runtime=runtime, identity=identity
        )
    except (RuntimeError, OSError, ValueError) as error:
        raise NotReady(
            f"Temporal's server at {config.get('target_host')!r} cannot be reached, or the metrics port is taken: "
            f"start it or correct TEMPORAL_ADDRESS ({error})."
        ) from error


def meter_of(client: Client) -> MetricMeter:
    """The meter whose counts this client's metrics address shows."""
    return (client.service_client.config.runtime or Runtime.default()).metric_meter


def load_all_packs(settings: Settings) -> list[tuple[Pack, dict[str, bytes]]]:
    """The packs in the folders of HANDRAIL_PACKS, each with its files.

    Raises NotReady naming each mistake with file and line, and for two packs of one name.
    """
    try:
        return list(load_versions(settings.pack_folders, settings.pack_variables))
    except PackErrors as error:
        raise NotReady(f"A pack has mistakes; `python -m workers pack check DIR` lists them:\n{error}") from error
    except OSError as error:
        raise NotReady(f"A pack cannot be read ({error}): correct HANDRAIL_PACKS.") from error


def served_packs(settings: Settings) -> list[str]:
    """The names of the packs that a process serves. Their content is in the database: of a folder only the name counts.

    Raises NotReady for a folder that is none of a pack's, and for two of one name.
    """
    names = list(settings.pack_names)
    for folder in settings.pack_folders:
        try:
            names.append(read_name(folder))
        except (OSError, ValueError) as error:
            raise NotReady(f"{str(folder)!r} is no pack ({error}): correct HANDRAIL_PACKS.") from error
    if len(set(names)) < len(names):
        raise NotReady(f"HANDRAIL_PACKS names two packs of one name ({', '.join(names)}): keep one.")
    return names
