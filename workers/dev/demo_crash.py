"""Does a change of flight end well, paid once, when the workers are killed right after the payment?"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2

from workers.dev.errors import StartError
from workers.dev.places import ROOT, DevSettings, Ports, find_places
from workers.dev.ports import find_free_port, is_free
from workers.dev.processes import RunningProcess
from workers.dev.state import ProcessState, State, read_running

CUSTOMER = "C101"
SENTENCE = "Move me to tomorrow's morning flight"
_PATIENCE = timedelta(seconds=120)
_SLOWNESS_MS = 3_000  # the change of the ticket after the payment takes so long, so that the kill falls between the two
_PORTS = range(7)
_STARTED = "Ctrl-C stops everything"


class DemoError(Exception):
    """The demonstration did not show what it should; the message says at which step."""

    code = "demo_failed"


def main(argv: list[str]) -> int:
    """Run the demonstration on the running stack, or on one of its own; 0 when it shows one payment, 1 when not."""
    if argv:
        print("Usage: python -m workers.dev.demo_crash", file=sys.stderr)
        return 2
    try:
        with _find_stack() as stack:
            Demonstration(stack).run()
    except (DemoError, StartError) as error:
        print(f"The demonstration failed: {error}")
        return 1
    except httpx2.HTTPError as error:
        print(f"The demonstration failed: {type(error).__name__}: {error}. Does `make run` still run?")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


@dataclass(frozen=True)
class Stack:
    """A running machine: its state file and its environment."""

    state_file: Path
    environment: dict[str, str]

    @property
    def state(self) -> State:
        state = read_running(self.state_file)
        if state is None:
            raise DemoError("the stack has stopped meanwhile")
        return state

    @property
    def workers(self) -> list[ProcessState]:
        return [child for child in self.state.children if child.name.startswith("runtime") and child.is_alive()]


@contextmanager
def _find_stack() -> Generator[Stack]:
    places = find_places(DevSettings())
    if read_running(places.state) is not None:
        print("1. Handrail runs already: the demonstration uses it.")
        yield Stack(places.state, dict(os.environ))
        return
    print("1. Handrail does not run yet: it is started for the demonstration, in a data folder that is thrown away.")
    with tempfile.TemporaryDirectory(prefix="handrail-", ignore_cleanup_errors=True) as folder:
        environment = {**os.environ, "HANDRAIL_DATA": f"{folder}/data", "HANDRAIL_PORT": str(_find_base_port())}
        with _start_own(environment) as process:
            try:
                _wait_until_started(process)
                yield Stack(Path(folder) / "data" / "state.json", environment)
            finally:
                process.send_signal(signal.SIGTERM)
                process.communicate()


def _find_base_port() -> int:
    while True:
        base = find_free_port()
        if base < 65_000 and all(is_free(base + offset) for offset in _PORTS):
            return base


def _start_own(environment: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "workers", "dev"]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def _wait_until_started(process: subprocess.Popen[str]) -> None:
    said: list[str] = []
    for line in process.stdout or ():
        said.append(line)
        if _STARTED in line:
            return
    raise StartError("Handrail did not start:\n" + "".join(said[-15:]))


class Demonstration:
    """The steps, each printed as it happens."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        port = stack.state.port
        self.gateway = httpx2.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {self._mint_token()}"},
            timeout=_PATIENCE.total_seconds(),
            trust_env=False,
        )
        admin = stack.environment.get("HANDRAIL_DEMO_ADMIN_TOKEN", "demo-admin")
        self.airline = httpx2.Client(
            base_url=f"http://127.0.0.1:{Ports(port).airline}",
            headers={"Authorization": f"Bearer {admin}"},
            timeout=30.0,
            trust_env=False,
        )
        self.request_id = ""

    def run(self) -> None:
        """Ask, confirm, kill after the payment, wait for the end, count. Raises DemoError."""
        self.prepare()
        self.request_id = self.ask()
        with self.gateway.stream("GET", f"/v1/requests/{self.request_id}/events") as response:
            events = read_events(response.iter_lines())
            card = self.wait_for_card(events)
            self.confirm(card)
            self.wait_for("the payment", lambda: len(self.effects("payments", "charge_payment")) > 0)
            self.kill_workers()
            self.wait_for_reply(events)
        self.count()

    def prepare(self) -> None:
        """Make the demonstration repeatable, and the change of the ticket slow."""
        if self.ledger(system="booking", operation="change_flight", customer_id=CUSTOMER):
            print("2. Anna Keller was moved before: the demo airline is seeded anew.")
            self._administer("POST", "/_control/reset")
        else:
            print("2. Anna Keller flies in three days.")
        fault = {"system": "booking", "operation": "change_flight", "mode": "slow", "delay_ms": _SLOWNESS_MS}
        self._administer("POST", "/_control", json=fault)

    def ask(self) -> str:
        """Open the request; returns its id."""
        body = {"pack": "airline", "channel": "web", "message": {"text": SENTENCE}}
        answer = self.gateway.post("/v1/requests", json=body)
        if answer.status_code != 201:
            raise DemoError(f"the gateway answered {answer.status_code} to the message: {answer.text[:300]}")
        request_id = str(answer.json()["request_id"])
        print(f"3. Anna writes: {SENTENCE!r}. Her request is {request_id}.")
        return request_id

    def wait_for_card(self, events: Iterator[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
        """Print the status lines until the confirmation is open; returns it."""
        for kind, data in events:
            if kind == "tool" and data.get("state") == "started":
                print(f"     {data['text']}")
            if kind == "confirm" and data.get("state") in ("open", "pending"):
                print(f"4. Handrail asks: {data.get('title')}")
                for line in data.get("lines", []):
                    print(f"     {line.get('label')}: {line.get('value')}")
                return data
            if kind == "closed" or (kind == "handoff" and data.get("state") == "waiting"):
                raise DemoError(f"the request went another way: {kind} {data}")
        raise DemoError("the stream of events ended before a confirmation was asked for")

    def confirm(self, card: dict[str, Any]) -> None:
        """Confirm exactly this set of changes."""
        body = {"confirm": {"set_id": card["set_id"], "digest": card["digest"], "decision": "confirm"}}
        answer = self.gateway.post(f"/v1/requests/{self.request_id}/messages", json=body)
        if not answer.is_success:
            raise DemoError(f"the gateway answered {answer.status_code} to the confirmation: {answer.text[:300]}")
        print("5. Anna confirms.")

    def kill_workers(self) -> None:
        """Kill every worker process, and wait until the supervisor has started others."""
        before = self.stack.workers
        for worker in before:
            RunningProcess(worker.identity).send(signal.SIGKILL)
        killed = ", ".join(f"{worker.name} (process id {worker.pid})" for worker in before)
        if not before:
            raise DemoError("no worker was found in the state file")
        print(f"6. The payment is in the payments ledger. Killed with SIGKILL: {killed}.")
        old = {worker.pid for worker in before}
        self.wait_for(
            "the new workers",
            lambda: len([worker for worker in self.stack.workers if worker.pid not in old]) >= len(before),
        )
        print("7. The supervisor has started new workers.")

    def wait_for_reply(self, events: Iterator[tuple[str, dict[str, Any]]]) -> None:
        """Print the reply that comes after the decision."""
        decided = False
        for kind, data in events:
            decided = decided or (kind == "confirm" and data.get("state") == "confirmed")
            if kind == "confirm" and data.get("state") in ("void", "expired", "declined"):
                raise DemoError(f"the confirmation became {data['state']}")
            if kind == "reply.done" and decided:
                print(f"8. Handrail answers: {data.get('text')}")
                return
        raise DemoError("the stream of events ended before the reply")

    def count(self) -> None:
        """Show what the airline's ledgers hold of this request. Raises DemoError unless both effects happened once."""
        payments = self.effects("payments", "charge_payment")
        changes = self.effects("booking", "change_flight")
        print(f"9. Ledgers: {len(payments)} payment(s), {len(changes)} change(s) of the ticket.")
        if (len(payments), len(changes)) != (1, 1):
            raise DemoError("there should be exactly one payment and one change")
        print("The workers died after the payment; the change is finished, and paid exactly once.")

    def effects(self, system: str, operation: str) -> list[dict[str, Any]]:
        """What this request did in one system."""
        return self.ledger(system=system, operation=operation, request_id=self.request_id)

    def ledger(self, **query: str) -> list[dict[str, Any]]:
        """Rows of the airline's append-only ledgers."""
        return list(self._administer("GET", "/_ledger", params=query)["rows"])

    def wait_for(self, what: str, happened: Callable[[], bool]) -> None:
        """Wait until something has happened. Raises DemoError after two minutes."""
        deadline = time.monotonic() + _PATIENCE.total_seconds()
        while not happened():
            if time.monotonic() > deadline:
                raise DemoError(f"waited two minutes for {what}")
            time.sleep(0.05)

    def _administer(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        answer = self.airline.request(method, path, **options)
        if not answer.is_success:
            raise DemoError(f"the demo airline answered {answer.status_code} to {path}: {answer.text[:300]}")
        return dict(answer.json())

    def _mint_token(self) -> str:
        command = [sys.executable, "-m", "workers", "token", "--sub", CUSTOMER, "--pack", "airline"]
        outcome = subprocess.run(
            command, cwd=ROOT, env=self.stack.environment, capture_output=True, text=True, check=False
        )
        if outcome.returncode != 0:
            raise DemoError(f"no token could be minted: {outcome.stderr.strip()}")
        return outcome.stdout.strip().splitlines()[-1]


def read_events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read server-sent events: yields type and data; comments (keep-alives) and broken data are passed over."""
    kind, data = "message", ""
    for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            kind = value
        elif name == "data":
            data += value
        elif not line:
            with contextlib.suppress(json.JSONDecodeError):
                yield kind, json.loads(data)
            kind, data = "message", ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
