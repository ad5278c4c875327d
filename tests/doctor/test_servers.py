"""Does the doctor see what is wrong with PostgreSQL, Temporal and the models, each a real server?"""

import json
import threading
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import asyncpg
import pytest
from doctor_samples import levels
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from contracts.pack import Pack
from storage.migrate import migrate
from workers.dev.places import DevSettings
from workers.dev.ports import find_free_port
from workers.dev.postgres import Postgres, start_postgres
from workers.dev.temporal_server import find_temporal
from workers.doctor.database import check_database
from workers.doctor.models import check_models
from workers.doctor.packs import check_active, check_folders
from workers.doctor.temporal import check_server, check_server_settings, check_workers


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A scratch PostgreSQL without our tables."""
    server = start_postgres()
    yield server
    server.stop()


@pytest.fixture(scope="module")
async def as_it_comes() -> AsyncIterator[Client]:
    """Temporal's development server without any of our settings and names."""
    environment = await WorkflowEnvironment.start_local(dev_server_existing_path=str(find_temporal()))
    yield environment.client
    await environment.shutdown()


async def test_a_database_that_is_away_is_told_with_its_place(settings: DevSettings) -> None:
    url = f"postgresql://someone:sesame@127.0.0.1:{find_free_port()}/handrail"
    (found,) = await check_database(settings.model_copy(update={"database_url": url}))
    assert found.level == "wrong"
    assert "cannot be reached" in found.what
    assert "start PostgreSQL" in found.todo
    assert "sesame" not in found.what + found.todo


async def test_tables_rights_and_connections_are_looked_at(settings: DevSettings, server: Postgres) -> None:
    here = settings.model_copy(update={"database_url": server.url})
    (bare,) = await check_database(here)
    assert "workers migrate" in bare.todo
    await migrate(server.url)
    assert levels(await check_database(here), "wrong") == []
    (many,) = levels(await check_database(here.model_copy(update={"pool_size": 5_000})), "wrong")
    assert many.startswith("too few connections")
    assert f"may hold {5_001 * (here.runtimes + 1) + 1}" in many
    told, _ = await check_active(here, {})
    assert [one.todo.split("`")[1] for one in told if one.level == "wrong"] == ["python -m workers migrate"] * 2
    await _run(server.url, "CREATE ROLE reader LOGIN", *_RIGHTS)
    place = here.model_copy(update={"database_url": _as_reader(server.url)})
    (lacking,) = levels(await check_database(place), "wrong")
    assert "INSERT on" in lacking


_RIGHTS = (
    "GRANT USAGE ON SCHEMA handrail TO reader",
    "GRANT SELECT ON ALL TABLES IN SCHEMA handrail TO reader",
)


def _as_reader(url: str) -> str:
    scheme, rest = url.split("://", 1)
    return f"{scheme}://reader@{rest.partition('@')[2]}"


async def _run(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_a_server_without_our_names_settings_and_workers(as_it_comes: Client) -> None:
    (names,) = levels(await check_server(as_it_comes), "wrong")
    assert "HandrailPack" in names
    eager, rate = await check_server_settings(as_it_comes)
    assert (eager.level, eager.what.split()[0]) == ("wrong", "system.enableActivityEagerExecution")
    assert "history.transferProcessorMaxPollRPS" in rate.what
    assert rate.level in ("wrong", "note"), "beside other work its times only look slow; they never look well"
    idle = await check_workers(as_it_comes, ["models"])
    assert len(levels(idle, "wrong")) == 3
    assert "--pool models" in idle[2].todo


@contextmanager
def model_server(status: int, *models: str) -> Generator[str]:
    """A model's server that answers the list of its models in this way."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = [{"id": model, "object": "model", "created": 0, "owned_by": "test"} for model in models]
            body = json.dumps({"object": "list", "data": data}).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{http.server_port}/v1"
        finally:
            http.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def airline() -> Pack:
    """The airline's pack from its folder."""
    return check_folders(DevSettings().model_copy(update={"packs": "packs/airline"}))[1]["airline"]


@pytest.mark.parametrize(
    ("status", "models", "level", "told"),
    [
        (401, (), "wrong", "does not accept the key"),
        (503, (), "wrong", "answers HTTP 503"),
        (404, (), "note", "does not list its models"),
        (200, ("another",), "wrong", "has no model"),
    ],
)
async def test_a_model_server_that_cannot_be_used(
    settings: DevSettings, airline: Pack, status: int, models: tuple[str, ...], level: str, told: str
) -> None:
    with model_server(status, *models) as url:
        here = settings.model_copy(update={"openai_base_url": url})
        (found,) = await check_models(here, [airline])
    assert (found.level, told in found.what) == (level, True), found
    assert found.todo


async def test_a_model_server_that_has_what_the_pack_names(settings: DevSettings, airline: Pack) -> None:
    names = {tier.model for tier in airline.manifest.tiers.values()}
    with model_server(200, *names) as url:
        (found,) = await check_models(settings.model_copy(update={"openai_base_url": url}), [airline])
    assert found.level == "ok"
    assert "stand-in" not in found.what
    (away,) = await check_models(settings.model_copy(update={"openai_base_url": url}), [airline])
    assert "OPENAI_BASE_URL" in away.todo
