"""What does `python -m workers dev` do, from the first check to the last process stopped?"""

import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import ValidationError
from rich.console import Console

from workers.dev.errors import StartError
from workers.dev.places import ROOT, DevSettings, Places, Ports, find_places, prepare
from workers.dev.plan import Plan, demo_companies, find_ui_url, make_environment, make_plan
from workers.dev.ports import require_free_port
from workers.dev.servers import Servers
from workers.dev.state import hold_lock
from workers.dev.supervisor import Stopping, Supervisor
from workers.dev.welcome import show_addresses

_USAGE = """Usage: python -m workers dev

Starts PostgreSQL, Temporal, the demo companies, the stand-in model, the workers and the gateway on this machine.
Settings: HANDRAIL_PORT, HANDRAIL_DATA, DATABASE_URL, TEMPORAL_ADDRESS, OPENAI_API_KEY, OPENAI_BASE_URL;
.env.example explains them and the others."""


def main(argv: list[str]) -> int:
    """Run everything until Ctrl-C (130) or SIGTERM (0); 1 with a sentence when it cannot start, 2 for bad usage."""
    if argv:
        asked = argv in (["-h"], ["--help"])
        print(_USAGE, file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    console = Console(highlight=False, soft_wrap=True)
    try:
        settings = DevSettings()
    except ValidationError as error:
        for mistake in error.errors():
            console.print(
                f"The setting {mistake['loc'][0]} is wrong ({mistake['msg']}): correct it in the environment or .env."
            )
        return 1
    return run(settings, console, Script(migrate, make_plan))


@dataclass(frozen=True)
class Script:
    """What is started on the servers: tests put small processes in its place."""

    migrate: Callable[[Mapping[str, str]], None]
    make_plan: Callable[[DevSettings, Ports, Mapping[str, str]], Plan]


def run(settings: DevSettings, console: Console, script: Script) -> int:
    """Run one machine with these settings; returns the exit code."""
    places, ports = find_places(settings), Ports(settings.port)
    try:
        prepare(places)
        with hold_lock(places.lock, places.state):
            return _Machine(settings, places, ports, console, script).supervise()
    except StartError as error:
        console.print(str(error), markup=False)
        return 1


class _Machine:
    def __init__(self, settings: DevSettings, places: Places, ports: Ports, console: Console, script: Script) -> None:
        self.settings, self.places, self.ports, self.console, self.script = settings, places, ports, console, script
        self.servers = Servers(settings, places, ports)
        self.supervisor = Supervisor(places, ports.gateway, self.servers, console)

    def supervise(self) -> int:
        """Start, watch, stop; returns the exit code. Raises StartError after everything has been stopped."""
        with self.supervisor.signals():
            try:
                self.supervisor.clean_up()
                self.start()
                self.supervisor.run()
            except Stopping:
                pass
            finally:
                self.console.print("")
                self.supervisor.stop()
        self.console.print("Everything has stopped.")
        return self.supervisor.exit_code

    def start(self) -> None:
        """Start the servers, bring the tables up to date, start the children, and say where everything is."""
        began = time.monotonic()
        require_ports(self.settings, self.ports, adopted=self.servers.adopt_temporal())
        with self.step("PostgreSQL and Temporal"):
            self.servers.start()
        self.supervisor.write_state()
        self.supervisor.check()
        addresses = (self.servers.database_url, self.servers.temporal_address)
        environment = make_environment(self.settings, self.places, self.ports, *addresses)
        plan = self.script.make_plan(self.settings, self.ports, environment)
        self.supervisor.start(plan.demo)  # it needs none of our tables
        with self.step("database migrations"):
            self.script.migrate(environment)
        self.supervisor.check()
        self.supervisor.start(plan.core)
        with self.step(", ".join(child.name for child in (*plan.demo, *plan.core))):
            self.supervisor.wait_until_healthy()
        self.console.print(f"Started in {time.monotonic() - began:.1f} s.\n")
        show_addresses(self.console, self.settings, self.places, self.ports, find_ui_url(self.settings, self.ports))

    @contextmanager
    def step(self, name: str) -> Generator[None]:
        """Show a step while it lasts, and how long it took."""
        began = time.monotonic()
        with self.console.status(f"Starting {name}"):
            yield
        self.console.print(f"  [green]✓[/green] {name} ({time.monotonic() - began:.1f} s)")


def require_ports(settings: DevSettings, ports: Ports, *, adopted: bool) -> None:
    """Raise StartError for the first of our ports that another program holds, before anything starts."""
    for port, purpose in wanted_ports(settings, ports, adopted=adopted).items():
        require_free_port(port, purpose)


def wanted_ports(settings: DevSettings, ports: Ports, *, adopted: bool) -> dict[int, str]:
    """Every port that is listened on here, and for what; `adopted`: Temporal's server runs already."""
    wanted = {ports.gateway: "the gateway"}
    wanted |= {port: f"the demo {name}" for name, port in demo_companies(settings, ports).items()}
    if settings.uses_standin:
        wanted[ports.standin] = "the stand-in model"
    if not adopted and not settings.temporal_address:
        wanted |= {ports.temporal: "Temporal's server", ports.temporal_ui: "Temporal's user interface"}
    return wanted | {ports.metrics(number): f"runtime {number + 1}'s metrics" for number in range(settings.runtimes)}


def migrate(environment: Mapping[str, str]) -> None:
    """Bring the database to the newest version. Raises StartError with what the command said."""
    outcome = subprocess.run(
        [sys.executable, "-m", "workers", "migrate"],
        env=dict(environment),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode != 0:
        said = (outcome.stderr.strip() or outcome.stdout.strip()).splitlines()[-8:]
        raise StartError("The database could not be brought to the newest version:\n  " + "\n  ".join(said))
