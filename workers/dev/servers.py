"""Which PostgreSQL and which Temporal server does one machine use: given, adopted or started?"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from workers.dev.errors import StartError
from workers.dev.places import DevSettings, Places, Ports
from workers.dev.postgres import Postgres, start_postgres
from workers.dev.processes import RunningProcess
from workers.dev.state import ProcessState, State, read_state
from workers.dev.temporal_server import TemporalServer, find_temporal, is_serving, prepare_given_server, start_temporal

_GIVE_UP_AFTER = 3  # restarts in a row that last less than a minute each


@dataclass
class Servers:
    """The two servers; those that settings name (`given_…`) belong to others and are neither started nor stopped."""

    settings: DevSettings
    places: Places
    ports: Ports
    postgres: Postgres | None = None
    temporal: TemporalServer | None = None
    _binary: Path | None = field(default=None, repr=False)
    _restarts: list[float] = field(default_factory=list[float], repr=False)

    @property
    def database_url(self) -> str:
        if self.settings.database_url:
            return self.settings.database_url
        return self.postgres.url if self.postgres else ""

    @property
    def temporal_address(self) -> str:
        if self.settings.temporal_address:
            return self.settings.temporal_address
        return self.temporal.address if self.temporal else ""

    def adopt_temporal(self) -> bool:
        """Take over the Temporal server that a killed supervisor left, if it serves on our ports; end it otherwise."""
        left = read_state(self.places.state).temporal
        if self.settings.temporal_address or left is None or not left.is_alive():
            return False
        process = RunningProcess(left.identity)
        address = f"127.0.0.1:{self.ports.temporal}"
        if left.port == self.ports.temporal and is_serving(address):
            self.temporal = TemporalServer(address, f"http://127.0.0.1:{self.ports.temporal_ui}", process)
            return True
        process.end(grace=timedelta(seconds=10))
        return False

    def start(self) -> None:
        """Start both at the same time, unless given or adopted. Raises StartError."""
        with ThreadPoolExecutor(max_workers=2) as pool:
            started = [pool.submit(self._start_postgres), pool.submit(self._start_temporal)]
        for future in started:
            future.result()

    def _start_postgres(self) -> None:
        if not self.settings.database_url:
            self.postgres = start_postgres(self.places.postgres, self.places.log("postgres"))

    def _start_temporal(self) -> None:
        if self.settings.temporal_address:
            prepare_given_server()
        elif self.temporal is None:
            self._binary = self._binary or find_temporal()
            log = self.places.log("temporal")
            ports = (self.ports.temporal, self.ports.temporal_ui)
            self.temporal = start_temporal(self._binary, self.places.temporal, *ports, log=log)

    def revive(self) -> Iterator[str]:
        """Start again a server that has died; yields what happened. Raises StartError when it keeps dying."""
        if self.postgres is not None and not self.postgres.is_running():
            self._count_restart("PostgreSQL", self.places.log("postgres"))
            self._start_postgres()
            yield "PostgreSQL had died and runs again with its data."
        if self.temporal is not None and not self.temporal.is_running():
            self._count_restart("Temporal's server", self.places.log("temporal"))
            self.temporal = None
            self._start_temporal()
            yield "Temporal's server had died and runs again with its data."

    def _count_restart(self, name: str, log: Path) -> None:
        now = time.monotonic()
        self._restarts = [moment for moment in self._restarts if now - moment < 60.0] + [now]
        if len(self._restarts) > _GIVE_UP_AFTER:
            raise StartError(f"{name} keeps dying ({_GIVE_UP_AFTER} restarts in a minute). Its log says why: {log}")

    def describe(self, state: State) -> State:
        """Add both servers to the state file's content."""
        postgres = self.postgres and _entry("postgres", self.postgres.process, None)
        temporal = self.temporal and _entry("temporal", self.temporal.process, self.ports.temporal)
        return state.model_copy(
            update={
                "postgres": postgres,
                "temporal": temporal,
                "database_url": self.database_url,
                "temporal_address": self.temporal_address,
                "temporal_ui_url": self.temporal.ui_url if self.temporal else None,
            }
        )

    def stop(self, say: Callable[[str], None]) -> None:
        """Stop Temporal, then PostgreSQL."""
        if self.temporal is not None:
            say("Stopping Temporal")
            self.temporal.stop()
            self.temporal = None
        if self.postgres is not None:
            say("Stopping PostgreSQL")
            self.postgres.stop()
            self.postgres = None


def _entry(name: str, process: RunningProcess, port: int | None) -> ProcessState:
    return ProcessState(name=name, pid=process.pid, started=process.identity.started, port=port)
