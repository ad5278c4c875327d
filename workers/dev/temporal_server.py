"""How is Temporal's development server started with the settings that make it fast, and stopped?"""

import asyncio
import contextlib
import os
import signal
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError, RPCStatusCode

from workers.dev.errors import StartError
from workers.dev.ports import require_free_port
from workers.dev.processes import RunningProcess, start_process
from workers.dev.temporal_binary import find_temporal

__all__ = [
    "SEARCH_ATTRIBUTES",
    "TemporalServer",
    "find_temporal",
    "is_serving",
    "prepare_given_server",
    "start_temporal",
]

SEARCH_ATTRIBUTES = ("HandrailPack", "HandrailIntent", "HandrailRoute", "HandrailStatus", "HandrailChannel")
_NAMESPACE = "default"
_KEYWORD = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
_PATIENCE = timedelta(seconds=60)
# Without these every hop waits on a 50 ms tick: a turn of five steps takes 100 to 307 ms instead of 26 to 47.
_PRAGMAS = ("journal_mode=wal", "synchronous=normal")
_DYNAMIC_CONFIG = ("history.transferProcessorMaxPollRPS=2000", "system.enableActivityEagerExecution=true")


@dataclass
class TemporalServer:
    """A running development server: `address` (host:port), `pid`, and the page of its user interface, if it has one."""

    address: str
    ui_url: str | None
    process: RunningProcess

    @property
    def pid(self) -> int:
        return self.process.pid

    def is_running(self) -> bool:
        return self.process.is_alive()

    def stop(self, grace: timedelta = timedelta(seconds=10)) -> None:
        """Stop the server in order; what it accepted is in its file."""
        self.process.end(signal.SIGINT, grace=grace)

    def kill(self) -> None:
        """Kill the server as a crash would."""
        self.process.kill()


def start_temporal(
    binary: Path, db_file: Path | None, port: int, ui_port: int | None = None, log: Path | None = None
) -> TemporalServer:
    """Start the server on 127.0.0.1 and wait until it takes calls and knows our search attributes.

    `db_file` keeps its data (None: in memory), `ui_port` its user interface (None: none). Raises StartError with the
    end of its log when it does not serve within a minute.
    """
    log = log or (db_file.with_suffix(".log") if db_file else Path(os.devnull))
    if db_file is not None:
        db_file.parent.mkdir(parents=True, exist_ok=True)
    require_free_port(port, "Temporal's server")
    if ui_port is not None:
        require_free_port(ui_port, "Temporal's user interface")
    said = log.stat().st_size if log.is_file() else 0
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
    process = start_process(_command(binary, db_file, port, ui_port), log=log, environment=environment)
    if not _wait_until_serving(process, f"127.0.0.1:{port}"):
        process.kill()
        words = log.read_bytes()[said:].decode(errors="replace").strip() if log.is_file() else ""
        raise StartError(f"Temporal's server did not start on port {port}: {words[-600:] or 'no message'}. Log: {log}")
    return TemporalServer(f"127.0.0.1:{port}", f"http://127.0.0.1:{ui_port}" if ui_port else None, process)


def _command(binary: Path, db_file: Path | None, port: int, ui_port: int | None) -> list[str]:
    command = [str(binary), "server", "start-dev", "--ip", "127.0.0.1", "--port", str(port), "--namespace", _NAMESPACE]
    command += ["--headless"] if ui_port is None else ["--ui-port", str(ui_port), "--ui-disable-news-fetch"]
    command += ["--log-level", "warn", "--log-format", "json", "--disable-config-file", "--disable-config-env"]
    command += [part for value in _DYNAMIC_CONFIG for part in ("--dynamic-config-value", value)]
    command += [part for name in SEARCH_ATTRIBUTES for part in ("--search-attribute", f"{name}=Keyword")]
    if db_file is not None:
        command += ["--db-filename", str(db_file), *(part for value in _PRAGMAS for part in ("--sqlite-pragma", value))]
    return command


def _wait_until_serving(process: RunningProcess, address: str) -> bool:
    deadline = time.monotonic() + _PATIENCE.total_seconds()
    while process.is_alive() and time.monotonic() < deadline:
        if is_serving(address):
            return process.is_alive()
        time.sleep(0.05)
    return False


def is_serving(address: str) -> bool:
    """Tell whether a Temporal server answers at `address`, with the namespace and search attributes that we need."""
    answers: list[bool] = []

    def ask() -> None:
        with contextlib.suppress(RPCError, RuntimeError, TimeoutError):
            answers.append(asyncio.run(_knows_our_names(address)))

    asker = threading.Thread(target=ask)  # the caller may have an event loop of its own
    asker.start()
    asker.join()
    return answers == [True]


def prepare_given_server() -> None:
    """Check the server that TEMPORAL_* names and register our search attributes there where that can be done.

    Raises StartError that names the address when it does not answer.
    """
    failures: list[Exception] = []

    def prepare() -> None:
        try:
            asyncio.run(_register_names())
        except (RPCError, RuntimeError, TimeoutError) as error:
            failures.append(error)

    worker = threading.Thread(target=prepare)
    worker.start()
    worker.join()
    if failures:
        address = os.environ.get("TEMPORAL_ADDRESS", "")
        raise StartError(
            f"No Temporal server can be used at TEMPORAL_ADDRESS={address!r} ({failures[0]}): start it, correct the "
            f"address, or unset the variable to use a server of our own."
        ) from failures[0]


async def _register_names() -> None:
    client = await Client.connect(**ClientConfig.load_client_connect_config())
    services, wait = client.operator_service, timedelta(seconds=10)
    try:
        request = ListSearchAttributesRequest(namespace=client.namespace)
        known = (await services.list_search_attributes(request, timeout=wait)).custom_attributes
        missing = {name: _KEYWORD for name in SEARCH_ATTRIBUTES if name not in known}
        if missing:
            addition = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
            await services.add_search_attributes(addition, timeout=wait)
    except RPCError as error:
        if error.status not in (RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.PERMISSION_DENIED):  # Temporal Cloud
            raise


async def _knows_our_names(address: str) -> bool:
    client = await Client.connect(address, namespace=_NAMESPACE)
    request = ListSearchAttributesRequest(namespace=_NAMESPACE)
    known = (
        await client.operator_service.list_search_attributes(request, timeout=timedelta(seconds=2))
    ).custom_attributes
    return all(known.get(name) == _KEYWORD for name in SEARCH_ATTRIBUTES)
