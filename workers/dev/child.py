"""What is one supervised child, and how does it live, fail and come back?"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum
from pathlib import Path
from signal import Signals

from workers.dev.errors import StartError
from workers.dev.places import ROOT
from workers.dev.processes import RunningProcess, start_process
from workers.dev.state import ProcessState

_FIRST_DELAY = 0.2  # seconds
_LONGEST_DELAY = 30.0
_STEADY = 30.0  # after so long the next failure counts as a first one


class StopRank(IntEnum):
    """Children stop rank by rank: whoever takes on work first."""

    WORKER = 0
    GATEWAY = 1
    DEMO = 2


@dataclass(frozen=True)
class Child:
    """How to run one process. `is_healthy` is asked from another thread, with the time of the process's start."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    rank: StopRank
    is_healthy: Callable[[float], bool]
    port: int | None = None
    grace: timedelta = timedelta(seconds=10)
    patience: timedelta = timedelta(seconds=90)


@dataclass(eq=False)
class Running:
    """A child with its process, and what its failures so far mean for the next start."""

    child: Child
    log: Path
    process: RunningProcess | None = None
    started: float = 0.0
    failures: int = 0
    due: float = field(default=0.0, repr=False)

    def start(self) -> None:
        """Start the process, bound to this supervisor's life; call it from the main thread. Raises StartError."""
        self.started = time.time()
        try:
            self.process = start_process(
                self.child.command,
                log=self.log,
                environment=self.child.environment,
                folder=ROOT,
                die_with_parent=True,
            )
        except OSError as error:
            raise StartError(f"{self.child.name} could not be started: {error}") from error

    def notice_end(self) -> str | None:
        """Say once, in a sentence, that the process has ended, and plan when it starts again; None while it runs."""
        if self.process is None or self.process.is_alive():
            return None
        code = self.process.exit_code()
        self.process.end_group()
        self.process = None
        self.failures = 1 if time.time() - self.started > _STEADY else self.failures + 1
        delay = min(_FIRST_DELAY * 4 ** (self.failures - 1), _LONGEST_DELAY)
        self.due = time.time() + delay
        return f"{self.child.name} {say_end(code)}; it starts again in {delay:.1f} s. Log: {self.log}"

    def is_due(self) -> bool:
        """Tell whether the process has ended and its time to start again has come."""
        return self.process is None and time.time() >= self.due

    def last_words(self, lines: int = 8) -> str:
        """The end of the log, for the person who must see why it does not start."""
        try:
            text = self.log.read_text(errors="replace")
        except OSError:
            return ""
        return "\n".join(f"    {line}" for line in text.rstrip().splitlines()[-lines:])

    def state(self) -> ProcessState | None:
        """The entry of the living process in the state file."""
        if self.process is None:
            return None
        identity = self.process.identity
        return ProcessState(name=self.child.name, pid=identity.pid, started=identity.started, port=self.child.port)


def say_end(code: int | None) -> str:
    """Say how a process ended, from its exit code (negative: the signal)."""
    if code is None:
        return "ended"
    if code < 0:
        return f"was ended by {Signals(-code).name}"
    return "ended" if code == 0 else f"failed with exit code {code}"
