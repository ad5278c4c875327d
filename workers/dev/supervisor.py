"""How do the children start together, come back when they crash, and stop in order?"""

import contextlib
import signal
import threading
import time
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from itertools import groupby
from types import FrameType

from rich.console import Console

from workers.dev.child import Child, Running, say_end
from workers.dev.errors import StartError
from workers.dev.places import Places
from workers.dev.processes import RunningProcess
from workers.dev.servers import Servers
from workers.dev.state import State, describe_self, read_state, write_state

_TICK = 0.1  # seconds


class Stopping(Exception):
    """A signal asks the supervisor to stop while it is still starting."""

    code = "stopping"


class Supervisor:
    """One machine's processes: started stage by stage, watched, written to the state file, stopped in order."""

    def __init__(self, places: Places, port: int, servers: Servers, console: Console) -> None:
        self._places = places
        self._port = port
        self._servers = servers
        self._console = console
        self._children: list[Running] = []
        self._received: int | None = None
        self._hurry = threading.Event()

    @contextmanager
    def signals(self) -> Generator[None]:
        """Take Ctrl-C, SIGTERM and a closed terminal as the wish to stop; a second one as haste."""
        wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._receive) for number in wanted}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self._received is not None:
            self._hurry.set()
        self._received = self._received or number

    @property
    def exit_code(self) -> int:
        return 130 if self._received == signal.SIGINT else 0

    def check(self) -> None:
        """Raise Stopping when a signal has come."""
        if self._received is not None:
            raise Stopping

    def clean_up(self) -> None:
        """End what a killed supervisor left behind, except the servers, which are adopted."""
        for left in read_state(self._places.state).children:
            if left.is_alive():
                self._console.print(
                    f"Ending {left.name} (process id {left.pid}), left by a supervisor that was killed."
                )
                RunningProcess(left.identity).end(grace=timedelta(seconds=5))

    def start(self, children: Sequence[Child]) -> None:
        """Start these children at once; `wait_until_healthy` tells how they fare. Raises StartError."""
        for child in children:
            running = Running(child, self._places.log(child.name.replace(" ", "-")))
            self._children.append(running)
            running.start()
        self.write_state()

    def wait_until_healthy(self) -> None:
        """Wait until every child answers.

        Raises StartError with the end of the log of the first that does not, Stopping when a signal comes.
        """
        given_up = threading.Event()
        with ThreadPoolExecutor(max_workers=max(len(self._children), 1)) as pool:
            waiting = [pool.submit(_wait_until_healthy, running, given_up) for running in self._children]
            while any(not future.done() for future in waiting):
                if self._received is not None or any(future.done() and future.exception() for future in waiting):
                    given_up.set()
                time.sleep(_TICK)
        self.check()
        for future in waiting:
            future.result()

    def run(self) -> None:
        """Watch the children until a signal comes; whoever crashes comes back."""
        while self._received is None:
            self.watch_once()
            time.sleep(_TICK)

    def watch_once(self) -> None:
        """Notice who has ended, and start again whose time has come."""
        changed = False
        for said in self._servers.revive():
            self._console.print(said)
            changed = True
        for running in self._children:
            said = running.notice_end()
            if said is not None:
                self._console.print(said, highlight=False)
                changed = True
            elif running.is_due():
                running.start()
                changed = True
        if changed:
            self.write_state()

    def write_state(self) -> None:
        """Record what runs, for the next supervisor and for whoever looks for the addresses."""
        children = tuple(state for running in self._children if (state := running.state()) is not None)
        state = State(supervisor=describe_self(self._port), port=self._port, children=children)
        write_state(self._places.state, self._servers.describe(state))

    def stop(self) -> None:
        """Stop workers, then the gateway, then the demo systems, then Temporal, then PostgreSQL; nothing is left."""
        ranked = sorted(self._children, key=lambda running: running.child.rank)
        for _, group in groupby(ranked, key=lambda running: running.child.rank):
            members = [running for running in group if running.process is not None]
            if members:
                self._console.print(f"Stopping {', '.join(running.child.name for running in members)}")
                self._end(members)
        self._servers.stop(self._console.print)
        self._children.clear()
        with contextlib.suppress(OSError):
            self._places.state.unlink()

    def _end(self, members: Sequence[Running]) -> None:
        for running in members:
            if running.process is not None:
                running.process.send(signal.SIGTERM, group=True)
        started = time.monotonic()
        for running in members:
            process = running.process
            while process is not None and process.is_alive():
                late = time.monotonic() - started > running.child.grace.total_seconds()
                if late or self._hurry.is_set():
                    self._console.print(f"{running.child.name} did not end by itself and is killed.")
                    process.end(signal.SIGKILL, grace=timedelta(seconds=5))
                time.sleep(0.02)
            if process is not None:
                process.end_group()
            running.process = None


def _wait_until_healthy(running: Running, given_up: threading.Event) -> None:
    deadline = time.time() + running.child.patience.total_seconds()
    while not given_up.is_set():
        process = running.process
        if process is None or not process.is_alive():
            code = None if process is None else process.exit_code()
            raise StartError(_say_failed(running, say_end(code)))
        if running.child.is_healthy(running.started):
            return
        if time.time() > deadline:
            raise StartError(_say_failed(running, f"does not answer after {running.child.patience.seconds} s"))
        time.sleep(_TICK)


def _say_failed(running: Running, what: str) -> str:
    words = running.last_words()
    return f"{running.child.name} {what}. It said last (log: {running.log}):\n{words or '    nothing'}"
