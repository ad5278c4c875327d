"""Is this process still the one that was started, and how is it started and ended?"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psutil

_START_TOLERANCE = 2.0  # seconds; the kernel's boot time, on which start times rest, moves when the clock is set
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class ProcessIdentity:
    """A process id and its start time (seconds since the epoch), so that a reused id is not mistaken for it."""

    pid: int
    started: float


def identify(pid: int) -> ProcessIdentity | None:
    """Name the living process with this id; None when there is none."""
    try:
        return ProcessIdentity(pid, psutil.Process(pid).create_time())
    except psutil.Error:
        return None


def is_alive(identity: ProcessIdentity) -> bool:
    """Tell whether exactly this process still runs; a dead one that nobody has reaped yet does not."""
    try:
        process = psutil.Process(identity.pid)
        if abs(process.create_time() - identity.started) > _START_TOLERANCE:
            return False
        return process.status() != psutil.STATUS_ZOMBIE or process.num_threads() > 1  # dying threads still hold ports
    except psutil.Error:
        return False


@dataclass(frozen=True)
class OsUser:
    """The operating system's user as whom a process runs instead of root."""

    name: str
    uid: int
    gid: int


def start_process(
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    user: OsUser | None = None,
    die_with_parent: bool = False,
) -> "RunningProcess":
    """Start a child in a session of its own, which the terminal's Ctrl-C does not reach; output goes to `log`.

    With `die_with_parent` Linux sends the child SIGTERM when the thread that started it ends, so start it from the main
    thread. Raises OSError when the command cannot be run.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        popen = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if environment is None else dict(environment),
            cwd=folder,
            user=None if user is None else user.uid,
            group=None if user is None else user.gid,
            extra_groups=None if user is None else [],
            start_new_session=True,
            umask=0o077,  # what they write is their user's own
            preexec_fn=_bind_to_parent() if die_with_parent and sys.platform == "linux" else None,
        )
    return RunningProcess(identify(popen.pid) or ProcessIdentity(popen.pid, time.time()), popen)


def _bind_to_parent() -> Callable[[], None]:
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def bind() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it died between fork and prctl
            os._exit(1)

    return bind


@dataclass
class RunningProcess:
    """A process that was started here, or found by its identity after its supervisor had been killed."""

    identity: ProcessIdentity
    popen: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def pid(self) -> int:
        return self.identity.pid

    def is_alive(self) -> bool:
        if self.popen is not None:
            return self.popen.poll() is None
        return is_alive(self.identity)

    def exit_code(self) -> int | None:
        """The exit code (negative: the signal) of a child that has ended; None while it runs or if it was found."""
        return None if self.popen is None else self.popen.poll()

    def send(self, number: int, *, group: bool = False) -> None:
        """Signal this process, or its whole group, only if it is still the one that was meant."""
        if not self.is_alive():
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if group and os.getpgid(self.pid) == self.pid:
                os.killpg(self.pid, number)
            else:
                os.kill(self.pid, number)

    def wait(self, patience: timedelta) -> bool:
        """Wait until it has ended; False when it still runs after `patience`."""
        deadline = time.monotonic() + patience.total_seconds()
        while self.is_alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def end(self, number: int = signal.SIGTERM, *, grace: timedelta) -> bool:
        """Ask it and its group to end, and kill the group after `grace`; tells whether it ended by itself."""
        self.send(number, group=True)
        by_itself = self.wait(grace)
        if not by_itself:
            self.send(signal.SIGKILL, group=True)
            self.wait(timedelta(seconds=5))
        self.end_group()
        return by_itself

    def end_group(self) -> None:
        """Kill what a child that has ended left in its group (pools of processes outlive a killed parent)."""
        if self.popen is not None and not self.is_alive():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)  # a group's number is not reused while a member lives

    def kill(self) -> None:
        """End the process alone, at once, as a crash would, and wait until it is gone."""
        self.send(signal.SIGKILL)
        self.wait(timedelta(seconds=5))
