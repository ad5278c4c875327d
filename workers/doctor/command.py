"""In which order is a machine looked at, and what is asked of which server?"""

import argparse
import asyncio

from pydantic import ValidationError
from temporalio.client import Client

from contracts.errors import NotReady
from contracts.pack import Pack
from workers.connect import connect_temporal
from workers.dev.places import DevSettings
from workers.dev.state import State, find_running
from workers.doctor.configured import broken_values, check_names, check_settings
from workers.doctor.database import check_database
from workers.doctor.environment import check_environment
from workers.doctor.findings import Finding, as_json, as_text, is_fit
from workers.doctor.models import check_models
from workers.doctor.names_model import check_names_model
from workers.doctor.packs import check_active, check_folders
from workers.doctor.ports import check_ports
from workers.doctor.temporal import check_server, check_server_settings, check_workers
from workers.model_queues import model_queues

_START = (
    "`make run` starts everything; `docker compose up` does so in containers; or set {name} to a server of your own"
)


def main(argv: list[str]) -> int:
    """Look at everything and print it: 0 when fit, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m workers doctor", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the findings for programs")
    given = parser.parse_args(argv)
    findings = asyncio.run(examine())
    print(as_json(findings) if given.json else as_text(findings))
    return 0 if is_fit(findings) else 1


async def examine() -> list[Finding]:
    """Everything that can be looked at from here; what depends on a thing that is missing is left out."""
    found = [*check_environment(), *check_names()]
    try:
        settings = DevSettings()
        running = find_running()
    except ValidationError as error:
        return [*found, *broken_values(error)]
    settings = _with_running(settings, running)
    found += [*await check_settings(settings), *await check_names_model(settings), *check_ports(settings, running)]
    if settings.database_url:
        found += await check_database(settings)
    else:
        found.append(_not_running("database", "no PostgreSQL: nothing runs on this machine", "DATABASE_URL"))
    told, folders = check_folders(settings)
    active, packs = await check_active(settings, folders)
    packs = packs or list(folders.values())
    return [*found, *await _examine_temporal(settings, packs), *told, *active, *await check_models(settings, packs)]


def _with_running(settings: DevSettings, running: State | None) -> DevSettings:
    """The settings, with the addresses of what `make run` keeps running where none are given."""
    if running is None:
        return settings
    found = {
        "database_url": settings.database_url or running.database_url,
        "temporal_address": settings.temporal_address or running.temporal_address,
        "port": running.port or settings.port,
    }
    return settings.model_copy(update=found)


async def _examine_temporal(settings: DevSettings, packs: list[Pack]) -> list[Finding]:
    if not settings.temporal_address:
        return [_not_running("temporal", "no Temporal server: nothing runs on this machine", "TEMPORAL_ADDRESS")]
    try:
        client = await connect_temporal(settings.model_copy(update={"metrics_port": None}), settings.temporal_address)
    except NotReady as error:
        return [Finding.of("temporal", error)]
    return await _ask_server(client, packs)


async def _ask_server(client: Client, packs: list[Pack]) -> list[Finding]:
    found = await check_server(client)
    if not is_fit(found[:1]):
        return found
    return [*found, *await check_server_settings(client), *await check_workers(client, model_queues(packs))]


def _not_running(area: str, what: str, name: str) -> Finding:
    return Finding.model_validate({"area": area, "level": "wrong", "what": what, "todo": _START.format(name=name)})
