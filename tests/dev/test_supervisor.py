"""Do children stop in order, come back after a crash, and explain themselves when they cannot start?"""

import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tests.dev.stub_machine import stub
from workers.dev.child import Child, Running, StopRank, say_end
from workers.dev.command import require_ports, wanted_ports
from workers.dev.errors import StartError
from workers.dev.places import DevSettings, Places, Ports, find_places, prepare
from workers.dev.ports import find_free_port, is_free, require_free_port
from workers.dev.servers import Servers
from workers.dev.state import hold_lock, read_running, read_state
from workers.dev.supervisor import Stopping, Supervisor

SETTINGS = DevSettings(DATABASE_URL="postgresql://elsewhere/handrail", TEMPORAL_ADDRESS="elsewhere:7233")  # pyright: ignore[reportCallIssue] - aliases


class Machine:
    """A supervisor over stubs alone, what it printed, and in which order its children ended."""

    def __init__(self, folder: Path) -> None:
        self.places = Places(folder / "data")
        prepare(self.places)
        self.printed = StringIO()
        servers = Servers(SETTINGS, self.places, Ports(8080))
        self.supervisor = Supervisor(self.places, 8080, servers, Console(file=self.printed, width=1000))
        self.endings = folder / "endings"
        self.ports: set[int] = set()

    def child(self, name: str, rank: StopRank) -> Child:
        environment = {**os.environ, "STUB_ENDINGS": str(self.endings)}
        port = find_free_port()
        while port in self.ports:  # the system may offer the same one twice
            port = find_free_port()
        self.ports.add(port)
        return stub(name, port, rank, environment)

    def start(self, *children: Child) -> None:
        self.supervisor.start(children)
        self.supervisor.wait_until_healthy()

    def watch_until(self, text: str, patience: float = 20.0) -> None:
        deadline = time.monotonic() + patience
        while text not in self.printed.getvalue():
            assert time.monotonic() < deadline, f"{text!r} was not printed: {self.printed.getvalue()}"
            self.supervisor.watch_once()
            time.sleep(0.02)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path)
    yield machine
    machine.supervisor.stop()


def test_workers_stop_first_then_the_gateway_then_the_demo_systems(machine: Machine) -> None:
    demo, gateway = machine.child("demo", StopRank.DEMO), machine.child("gateway", StopRank.GATEWAY)
    machine.start(demo)
    machine.start(gateway, machine.child("worker", StopRank.WORKER))
    started = read_state(machine.places.state)
    assert read_running(machine.places.state) == started
    assert [child.name for child in started.children] == ["demo", "gateway", "worker"]

    machine.supervisor.stop()

    assert machine.endings.read_text().split() == ["worker", "gateway", "demo"]
    assert not any(child.is_alive() for child in started.children)
    assert not machine.places.state.exists()


def test_a_killed_child_comes_back_and_the_state_file_names_the_new_one(machine: Machine) -> None:
    machine.start(machine.child("gateway", StopRank.GATEWAY))
    (before,) = read_state(machine.places.state).children

    os.kill(before.pid, signal.SIGKILL)
    machine.watch_until("gateway was ended by SIGKILL; it starts again in 0.2 s")
    deadline = time.monotonic() + 10
    while not read_state(machine.places.state).children and time.monotonic() < deadline:
        machine.supervisor.watch_once()
        time.sleep(0.02)

    (after,) = read_state(machine.places.state).children
    assert after.pid != before.pid
    assert after.is_alive()


def test_a_child_that_keeps_failing_is_started_less_and_less_often(tmp_path: Path, machine: Machine) -> None:
    failing = Running(replace(machine.child("gateway", StopRank.GATEWAY), command=["/bin/false"]), tmp_path / "log")
    delays: list[float] = []
    for _ in range(6):
        failing.start()
        said = None
        while said is None:
            said = failing.notice_end()
            time.sleep(0.01)
        delays.append(float(re.findall(r"in ([\d.]+) s", said)[0]))
    assert delays == sorted(delays)
    assert delays[0] == 0.2
    assert delays[-1] == 30.0
    assert not failing.is_due()


def test_a_child_that_fails_at_the_start_is_quoted(machine: Machine) -> None:
    words = "import sys; print('The pack has 2 mistakes.'); sys.exit(1)"
    child = replace(machine.child("gateway", StopRank.GATEWAY), command=[sys.executable, "-c", words])
    silent = replace(machine.child("worker", StopRank.WORKER), is_healthy=lambda _: False)
    with pytest.raises(StartError, match=r"gateway failed with exit code 1(.|\n)*The pack has 2 mistakes\."):
        machine.start(silent, child)  # the silent one is not waited for


def test_a_signal_during_the_start_ends_it(machine: Machine) -> None:
    silent = replace(machine.child("gateway", StopRank.GATEWAY), is_healthy=lambda _: False)
    with machine.supervisor.signals():
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM)).start()
        with pytest.raises(Stopping):
            machine.start(silent)
    assert machine.supervisor.exit_code == 0
    machine.supervisor.stop()
    assert machine.endings.read_text().split() == ["gateway"]


def test_children_of_a_killed_supervisor_are_ended_before_the_next_start(machine: Machine) -> None:
    machine.start(machine.child("gateway", StopRank.GATEWAY))
    (left,) = read_state(machine.places.state).children
    heir = Supervisor(machine.places, 8080, Servers(SETTINGS, machine.places, Ports(8080)), Console(file=StringIO()))

    heir.clean_up()

    assert not left.is_alive()
    assert machine.endings.read_text().split() == ["gateway"]


def test_a_taken_port_is_named_with_its_holder_and_what_to_do() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(StartError) as failure:
            require_free_port(port, "the gateway")
    text = str(failure.value)
    for part in (f"Port {port}", "the gateway", f"process id {os.getpid()}", "HANDRAIL_PORT"):
        assert part in text


@contextmanager
def taken_standin() -> Generator[tuple[DevSettings, int]]:
    """A base port of whose followers the stand-in's alone is taken, and that port."""
    while True:
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            taken = int(holder.getsockname()[1])
            settings = DevSettings(HANDRAIL_PORT=taken - 4)  # pyright: ignore[reportCallIssue] - aliases
            others = wanted_ports(settings, Ports(settings.port), adopted=True).keys() - {taken}
            if all(is_free(port) for port in others):  # else a connection of another test ends there
                yield settings, taken
                return


def test_every_port_is_checked_before_anything_starts() -> None:
    named = "Port {} .* wanted for the stand-in model"
    with taken_standin() as (settings, taken), pytest.raises(StartError, match=named.format(taken)):
        require_ports(settings, Ports(settings.port), adopted=True)


def test_a_second_supervisor_of_the_same_data_is_refused(machine: Machine) -> None:
    machine.supervisor.write_state()
    with (
        hold_lock(machine.places.lock, machine.places.state),
        pytest.raises(StartError, match=f"already runs .*8080/chat .*process id {os.getpid()}.*HANDRAIL_DATA"),
        hold_lock(machine.places.lock, machine.places.state),
    ):
        pass


def test_two_clones_have_two_data_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HANDRAIL_DATA", raising=False)
    settings = DevSettings()
    first, second = (find_places(settings, Path(root)).data for root in ("/one/handrail", "/two/handrail"))
    assert first != second
    assert first.parent == second.parent


@pytest.mark.parametrize(("code", "said"), [(0, "ended"), (3, "failed with exit code 3"), (-9, "was ended by SIGKILL")])
def test_ends_are_said_in_words(code: int, said: str) -> None:
    assert say_end(code) == said
