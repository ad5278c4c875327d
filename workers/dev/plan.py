"""Which processes make up one machine, in which stages, with which environment?"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from activities.delegation_keys import JWKS_PATH
from workers.dev.child import Child, StopRank
from workers.dev.health import answers_http, polls_queue
from workers.dev.places import ROOT, DevSettings, Places, Ports

_LOCAL = "http://127.0.0.1"


@dataclass(frozen=True)
class Plan:
    """First the demo systems (beside the migrations), then whatever needs them and the newest tables."""

    demo: tuple[Child, ...]
    core: tuple[Child, ...]


def make_environment(
    settings: DevSettings, places: Places, ports: Ports, database_url: str, temporal_address: str
) -> dict[str, str]:
    """The children's environment: this one's, with the addresses of what runs here."""
    environment = dict(os.environ)
    environment |= {
        "DATABASE_URL": database_url,
        "TEMPORAL_ADDRESS": temporal_address,
        "HANDRAIL_PORT": str(ports.gateway),
        "HANDRAIL_DATA": str(places.data),
        "HANDRAIL_TEMPORAL_UI_URL": find_ui_url(settings, ports),
        "PYTHONUNBUFFERED": "1",
    }
    environment.setdefault("HANDRAIL_PACKS", settings.packs)
    environment.setdefault("HANDRAIL_SYSTEMS_URL", f"{_LOCAL}:{ports.airline}")
    environment.setdefault("HANDRAIL_BANK_URL", f"{_LOCAL}:{ports.bank}")
    environment.setdefault("HANDRAIL_SYSTEMS_JWKS_URL", f"{_LOCAL}:{ports.gateway}{JWKS_PATH}")
    if settings.uses_standin:
        environment["HANDRAIL_STANDIN_URL"] = f"{_LOCAL}:{ports.standin}/v1"
    return environment


def find_ui_url(settings: DevSettings, ports: Ports) -> str:
    """Where Temporal's pages are: our server's, or what HANDRAIL_TEMPORAL_UI_URL says of a given one (else empty)."""
    if settings.temporal_address:
        return settings.temporal_ui_url or ""
    return f"{_LOCAL}:{ports.temporal_ui}"


def make_plan(settings: DevSettings, ports: Ports, environment: Mapping[str, str]) -> Plan:
    """List the children; the stand-in only where no real model answers."""
    companies = tuple(
        _demo(f"demo {name}", [f"demo.{name}", "--database-url", environment["DATABASE_URL"]], port, environment)
        for name, port in demo_companies(settings, ports).items()
    )
    standin = _demo("stand-in model", ["demo.standin"], ports.standin, environment)
    namespace = environment.get("TEMPORAL_NAMESPACE", "default")
    works = polls_queue(environment["TEMPORAL_ADDRESS"], namespace, "requests")
    runtimes = [
        Child(
            name=f"runtime {number + 1}",
            command=[sys.executable, "-m", "workers", "runtime", "--pool", "all"],
            environment={**environment, "HANDRAIL_METRICS_PORT": str(ports.metrics(number))},
            rank=StopRank.WORKER,
            is_healthy=works,
            port=ports.metrics(number),
            grace=timedelta(seconds=30),
        )
        for number in range(settings.runtimes)
    ]
    gateway = Child(
        name="gateway",
        command=[sys.executable, "-m", "workers", "gateway"],
        environment=environment,
        rank=StopRank.GATEWAY,
        is_healthy=answers_http(f"{_LOCAL}:{ports.gateway}/healthz"),
        port=ports.gateway,
    )
    return Plan(demo=(*companies, standin) if settings.uses_standin else companies, core=(*runtimes, gateway))


def demo_companies(settings: DevSettings, ports: Ports) -> dict[str, int]:
    """The demo companies whose packs are served, with their ports; another company's systems run elsewhere."""
    served = {folder.resolve() for folder in settings.pack_folders}
    known = {"airline": ports.airline, "bank": ports.bank}
    return {name: port for name, port in known.items() if ROOT / "packs" / name in served}


def _demo(name: str, module: list[str], port: int, environment: Mapping[str, str]) -> Child:
    return Child(
        name=name,
        command=[sys.executable, "-m", *module, "--port", str(port)],
        environment=environment,
        rank=StopRank.DEMO,
        is_healthy=answers_http(f"{_LOCAL}:{port}/healthz"),
        port=port,
        grace=timedelta(seconds=5),
    )
