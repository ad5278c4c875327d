"""How do tests and measurements run the whole of Handrail? As real processes on free ports."""

import contextlib
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx2

from workers.dev.postgres import Postgres, start_postgres
from workers.dev.processes import RunningProcess, start_process
from workers.dev.temporal_server import TemporalServer, find_temporal, start_temporal

ROOT = Path(__file__).resolve().parents[1]
TIME_OF_DAY = "05:00:00+00:00"
"""The demo companies' time in tests, every day: early, so that the day's flights are still to come."""
DAY_IN_SECONDS = 4
"""How long a pack's day takes in tests."""
JWT_SECRET = "a-secret-of-the-tests-that-is-long-enough-for-hs256"  # noqa: S105 — no secret: it opens only the machines of tests
PATIENCE = 60.0

HANDRAIL = ("runtime", "gateway")


def free_ports(count: int) -> list[int]:
    """Free ports of the loopback address."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def wait_until(holds: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Wait until something holds; TimeoutError names what did not."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if holds():
            return
        time.sleep(0.05)
    raise TimeoutError(f"{what} did not happen within {patience:.0f} s")


def answers(url: str) -> bool:
    """Whether an HTTP server answers there with success."""
    try:
        return httpx2.get(url, timeout=2, trust_env=False).status_code < 400
    except httpx2.HTTPError:
        return False


@dataclass
class Stack:
    """All processes of one machine, each of which a test may kill and start again."""

    folder: Path
    runtimes: int = 1
    pools: tuple[str, ...] = ()
    """Pools with a process of their own each, `runtime-<pool>`; none: every runtime serves all."""
    extra: dict[str, str] = field(default_factory=dict[str, str])
    companies: tuple[str, ...] = ("airline",)
    """Whose packs are served and whose demo systems run: `airline`, `bank`."""
    processes: dict[str, RunningProcess] = field(default_factory=dict[str, RunningProcess])

    def __post_init__(self) -> None:
        """Choose the ports."""
        self.gateway_port, self.temporal_port, self.airline_port, self.standin_port, self.bank_port = free_ports(5)
        self.metrics_ports: dict[str, int] = {}
        self.http = httpx2.Client(timeout=90, trust_env=False)
        self.postgres: Postgres | None = None
        self.temporal: TemporalServer | None = None

    @property
    def url(self) -> str:
        """The gateway's address."""
        return f"http://127.0.0.1:{self.gateway_port}"

    @property
    def airline_url(self) -> str:
        """The demo airline's address."""
        return f"http://127.0.0.1:{self.airline_port}"

    @property
    def bank_url(self) -> str:
        """The demo bank's address."""
        return f"http://127.0.0.1:{self.bank_port}"

    def company_url(self, company: str) -> str:
        """Where a demo company's systems are."""
        return {"airline": self.airline_url, "bank": self.bank_url}[company]

    @property
    def standin_url(self) -> str:
        """The stand-in's address."""
        return f"http://127.0.0.1:{self.standin_port}"

    @property
    def database_url(self) -> str:
        """The database's address."""
        assert self.postgres is not None
        return self.postgres.url

    @property
    def temporal_address(self) -> str:
        """Temporal's address."""
        return f"127.0.0.1:{self.temporal_port}"

    def environment(self) -> dict[str, str]:
        """The environment of every process."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("HANDRAIL_", "OPENAI_", "TEMPORAL_"))}
        ours = {
            "DATABASE_URL": self.database_url,
            "TEMPORAL_ADDRESS": self.temporal_address,
            "HANDRAIL_PORT": str(self.gateway_port),
            "HANDRAIL_SYSTEMS_URL": self.airline_url,
            "HANDRAIL_BANK_URL": self.bank_url,
            "HANDRAIL_PACKS": ":".join(f"packs/{company}" for company in self.companies),
            "HANDRAIL_STANDIN_URL": f"{self.standin_url}/v1",
            "HANDRAIL_JWT_SECRET": JWT_SECRET,
            "HANDRAIL_TEMPORAL_UI_URL": "http://127.0.0.1:8233",
            "HANDRAIL_DEMO_NOW": TIME_OF_DAY,
            "HANDRAIL_DEMO_TRACING_SECONDS": "0",
            "HANDRAIL_MESSAGES_PER_MINUTE": "0",
            "HANDRAIL_TIME_SCALE": str(DAY_IN_SECONDS / 86_400),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }
        return inherited | ours | self.extra

    def start(self) -> None:
        """Start everything; TimeoutError or StartError when something does not come up."""
        self.postgres = start_postgres(self.folder / "postgres")
        self.start_temporal()
        self._run_migrations()
        for name in (*self.companies, "standin"):
            self.launch(name)
        self.await_healthy(*self.companies, "standin")
        for name in self.handrail():
            self.launch(name)
        self.await_healthy(*self.handrail())

    def handrail(self) -> list[str]:
        """The names of our own processes."""
        runtimes = [f"runtime-{pool}" for pool in self.pools] or [f"runtime{n}" for n in range(self.runtimes)]
        return [*runtimes, "gateway"]

    def metrics_url(self, name: str) -> str:
        """Where a process of ours serves its metrics."""
        if not name.startswith("runtime"):
            return f"{self.url}/metrics"
        if name not in self.metrics_ports:
            self.metrics_ports[name] = free_ports(1)[0]
        return f"http://127.0.0.1:{self.metrics_ports[name]}/metrics"

    def start_temporal(self) -> None:
        """Start Temporal's server on its file."""
        binary = find_temporal()
        self.temporal = start_temporal(binary, self.folder / "temporal.db", self.temporal_port, None)

    def restart_postgres(self) -> None:
        """Start PostgreSQL again after a kill."""
        self.postgres = start_postgres(self.folder / "postgres")

    def _run_migrations(self) -> None:
        process = self._start("migrate", [sys.executable, "-m", "workers", "migrate"])
        wait_until(lambda: not process.is_alive(), "the migration's end")
        if process.exit_code() != 0:
            raise RuntimeError(f"the migration failed: {self.log('migrate')}")

    def _start(self, name: str, command: list[str], **more: str) -> RunningProcess:
        log = self.folder / f"{name}.log"
        process = start_process(command, log=log, environment=self.environment() | more, folder=ROOT)
        self.processes[name] = process
        return process

    def start_beside(self, name: str, command: list[str]) -> None:
        """Start a process that is none of Handrail's own, in the machine's environment; it ends with the machine."""
        self._start(name, command)

    def launch(self, name: str) -> None:
        """Start one process without waiting for it."""
        commands = {
            "airline": ["demo.airline", "--port", str(self.airline_port), "--database-url", self.database_url],
            "bank": ["demo.bank", "--port", str(self.bank_port), "--database-url", self.database_url],
            "standin": ["demo.standin", "--port", str(self.standin_port), "--latency", "none"],
            "gateway": ["workers", "gateway"],
        }
        if not name.startswith("runtime"):
            self._start(name, [sys.executable, "-m", *commands[name]])
            return
        pool = name.partition("-")[2] or "all"
        command = [sys.executable, "-m", "workers", "runtime", "--pool", pool]
        self._start(name, command, HANDRAIL_METRICS_PORT=self.metrics_url(name).split(":")[2].split("/")[0])

    def await_healthy(self, *names: str) -> None:
        """Wait until these processes do their work."""
        checks: dict[str, Callable[[], bool]] = {
            "airline": lambda: answers(f"{self.airline_url}/healthz"),
            "bank": lambda: answers(f"{self.bank_url}/healthz"),
            "standin": lambda: answers(f"{self.standin_url}/healthz"),
            "gateway": lambda: answers(f"{self.url}/readyz"),
        }
        for name in names:
            healthy = checks.get(name, lambda name=name: "runtime_started" in self.log(name))
            wait_until(healthy, f"the start of {name}; its log: {self.log(name)[-2000:]}")

    def log(self, name: str) -> str:
        """What the process printed since its last start."""
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def kill(self, name: str) -> None:
        """SIGKILL, as a crash would; the log starts anew."""
        self.processes[name].kill()
        (self.folder / f"{name}.log").unlink(missing_ok=True)

    def stop_one(self, name: str) -> bool:
        """SIGTERM; whether it ended within its grace. The log starts anew."""
        by_itself = self.processes[name].end(signal.SIGTERM, grace=timedelta(seconds=30))
        (self.folder / f"{name}.log").unlink(missing_ok=True)
        return by_itself

    def restart(self, name: str) -> None:
        """Start a killed process again and wait for it."""
        self.launch(name)
        self.await_healthy(name)

    def stop(self) -> None:
        """Stop everything, in order."""
        self.http.close()
        for name in reversed(list(self.processes)):
            self.processes[name].end(signal.SIGTERM, grace=timedelta(seconds=20))
        if self.temporal is not None:
            self.temporal.stop()
        if self.postgres is not None:
            self.postgres.stop()


@contextlib.contextmanager
def running_stack(
    runtimes: int = 1, pools: tuple[str, ...] = (), companies: tuple[str, ...] = ("airline",), **extra: str
) -> Generator[Stack]:
    """A whole machine that ends with the block."""
    with tempfile.TemporaryDirectory(prefix="handrail-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        stack = Stack(Path(folder), runtimes=runtimes, pools=pools, extra=extra, companies=companies)
        try:
            stack.start()
            yield stack
        finally:
            stack.stop()
