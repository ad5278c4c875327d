"""Does a whole machine stop on a signal, keep its data, and survive the death of its supervisor?"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from workers.dev.places import ROOT
from workers.dev.ports import is_free
from workers.dev.processes import ProcessIdentity, RunningProcess
from workers.dev.state import State, read_running, read_state

PATIENCE = 60.0
SERVED_PORTS = range(7)  # the gateway's and the six that follow it


@dataclass
class Machine:
    """The program under test, its folder and its base port."""

    folder: Path
    port: int
    process: subprocess.Popen[str] | None = None

    @property
    def environment(self) -> Mapping[str, str]:
        own = {"HANDRAIL_DATA": str(self.folder / "data"), "HANDRAIL_PORT": str(self.port), "HANDRAIL_RUNTIMES": "1"}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "TEMPORAL_"))}
        kept.pop("DATABASE_URL", None)
        return {**kept, **own, "STUB_ENDINGS": str(self.folder / "endings")}

    @property
    def state_file(self) -> Path:
        return self.folder / "data" / "state.json"

    def start(self) -> State:
        """Start the program and wait until all its children are recorded."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.dev.stub_machine"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        said: list[str] = []
        for line in self.process.stdout:
            said.append(line)
            if "Ctrl-C stops everything" in line:
                return read_state(self.state_file)
        raise AssertionError(f"it did not start: {''.join(said)}")

    def end(self, number: int) -> tuple[int, str]:
        """Send a signal; returns the exit code and what was still printed."""
        assert self.process is not None
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, rest


@pytest.fixture
def machine() -> Iterator[Machine]:
    with tempfile.TemporaryDirectory(prefix="hr-", ignore_cleanup_errors=True) as folder:
        machine = Machine(Path(folder), _find_base_port())
        yield machine
        if machine.process is not None and machine.process.poll() is None:
            machine.end(signal.SIGTERM)
        for left in _processes(read_state(machine.state_file)):
            RunningProcess(left).kill()


def _find_base_port() -> int:
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            base = int(probe.getsockname()[1])
        if base < 65_000 and all(is_free(base + offset) for offset in SERVED_PORTS):
            return base


def _processes(state: State) -> list[ProcessIdentity]:
    entries = [*state.children, state.postgres, state.temporal]
    return [entry.identity for entry in entries if entry is not None]


async def _count(state: State, *statements: str) -> int:
    connection = await asyncpg.connect(state.database_url.replace("+asyncpg", ""))
    try:
        for statement in statements:
            await connection.execute(statement)
        return int(await connection.fetchval("select count(*) from kept"))
    finally:
        await connection.close()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_stops_everything_in_order(machine: Machine, number: int, code: int) -> None:
    state = machine.start()
    processes = _processes(state)
    assert len(processes) == 5
    assert all(RunningProcess(process).is_alive() for process in processes)

    ended, said = machine.end(number)

    assert ended == code
    stops = [line for line in said.splitlines() if line.startswith("Stopping")]
    assert stops == [f"Stopping {name}" for name in ("runtime 1", "gateway", "demo airline", "Temporal", "PostgreSQL")]
    assert (machine.folder / "endings").read_text().splitlines() == ["runtime 1", "gateway", "demo airline"]
    assert not any(RunningProcess(process).is_alive() for process in processes)
    assert all(is_free(machine.port + offset) for offset in SERVED_PORTS)


async def test_what_a_killed_supervisor_leaves_is_adopted_with_its_data(machine: Machine) -> None:
    before = machine.start()
    assert await _count(before, "create table kept as select 1 as number") == 1
    assert machine.end(signal.SIGKILL)[0] == -signal.SIGKILL
    assert read_running(machine.state_file) is None
    assert before.postgres is not None
    assert before.temporal is not None
    assert before.postgres.is_alive()
    assert before.temporal.is_alive()

    after = machine.start()

    assert after.postgres == before.postgres
    assert after.temporal == before.temporal
    assert not {child.pid for child in before.children} & {child.pid for child in after.children}
    assert await _count(after) == 1
    assert machine.end(signal.SIGTERM)[0] == 0
    assert not before.postgres.is_alive()
    assert not before.temporal.is_alive()


async def test_a_server_that_is_killed_comes_back_with_its_data(machine: Machine) -> None:
    before = machine.start()
    await _count(before, "create table kept as select 1 as number")
    assert before.postgres is not None
    assert before.temporal is not None
    for server in (before.postgres, before.temporal):
        RunningProcess(server.identity).kill()

    deadline = time.monotonic() + PATIENCE
    state = before
    while state.postgres == before.postgres or state.temporal == before.temporal:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)
        state = read_state(machine.state_file)

    assert await _count(state) == 1
    assert machine.end(signal.SIGTERM)[0] == 0


def test_a_taken_port_ends_the_start_with_a_sentence(machine: Machine) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", machine.port))
        holder.listen()
        outcome = subprocess.run(
            [sys.executable, "-m", "tests.dev.stub_machine"],
            cwd=ROOT,
            env=machine.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    assert outcome.returncode == 1
    assert f"Port {machine.port} " in outcome.stdout
    assert "Traceback" not in outcome.stdout + outcome.stderr
