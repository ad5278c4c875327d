"""What did the last supervisor leave running, and is it running still?"""

import contextlib
import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from workers.dev.errors import StartError
from workers.dev.places import DevSettings, find_places
from workers.dev.processes import ProcessIdentity, identify, is_alive


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ProcessState(Frozen):
    """One process: its name, its id with its start time (seconds since the epoch), and its port, if it has one."""

    name: str
    pid: int
    started: float
    port: int | None = None

    @property
    def identity(self) -> ProcessIdentity:
        return ProcessIdentity(self.pid, self.started)

    def is_alive(self) -> bool:
        return is_alive(self.identity)


class State(Frozen):
    """What runs on one machine: written at every change, so that a killed supervisor's heir finds everything."""

    supervisor: ProcessState | None = None
    port: int = 0
    database_url: str = ""
    temporal_address: str = ""
    temporal_ui_url: str | None = None
    postgres: ProcessState | None = None
    temporal: ProcessState | None = None
    children: tuple[ProcessState, ...] = ()


def read_state(path: Path) -> State:
    """Read the state file; an empty state when there is none or a broken one."""
    with contextlib.suppress(OSError, ValidationError):
        return State.model_validate_json(path.read_bytes())
    return State()


def write_state(path: Path, state: State) -> None:
    """Replace the state file at once, readable by its owner only: it names the database."""
    fresh = path.with_name(f".{path.name}.new")
    with open(fresh, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(state.model_dump_json(indent=2))
    fresh.replace(path)


def read_running(path: Path) -> State | None:
    """Read where the stack of a living supervisor is; None when none runs."""
    state = read_state(path)
    return state if state.supervisor is not None and state.supervisor.is_alive() else None


def find_running() -> State | None:
    """Find the stack that `make run` keeps running for this clone: its database, its Temporal server, its port."""
    return read_running(find_places(DevSettings()).state)


@contextmanager
def hold_lock(lock: Path, state: Path) -> Generator[None]:
    """Be the only supervisor of this data folder. Raises StartError that names the other one."""
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            other = read_state(state)
            who = f" (process id {other.supervisor.pid})" if other.supervisor else ""
            where = f" at http://127.0.0.1:{other.port}/chat" if other.port else ""
            raise StartError(
                f"Handrail already runs from this folder{where}{who}: stop it with Ctrl-C in its terminal, or set both "
                f"HANDRAIL_DATA and HANDRAIL_PORT to run a second one."
            ) from error
        yield


def describe_self(port: int) -> ProcessState:
    """The entry of this very process."""
    identity = identify(os.getpid()) or ProcessIdentity(os.getpid(), 0.0)
    return ProcessState(name="supervisor", pid=identity.pid, started=identity.started, port=port)
