"""What do the six systems offer, as OpenAPI documents?"""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

from fastapi import FastAPI

from demo.airline.booking import api as booking
from demo.airline.customers import api as customers
from demo.airline.fares import api as fares
from demo.airline.loyalty import api as loyalty
from demo.airline.operations import api as operations
from demo.airline.payments import api as payments
from demo.airline.shapes import System
from demo.airline.system_app import system_app
from demo.airline.world import World


def build_apps(world: World | None = None) -> dict[System, FastAPI]:
    """One app a system; without a world they only document themselves."""
    modules: dict[System, ModuleType] = {
        "booking": booking,
        "fares": fares,
        "loyalty": loyalty,
        "customers": customers,
        "payments": payments,
        "operations": operations,
    }
    return {name: system_app(name, m.TITLE, m.DESCRIPTION, m.router, world) for name, m in modules.items()}


def documents() -> dict[System, dict[str, Any]]:
    """The OpenAPI document of each system."""
    return {system: app.openapi() for system, app in build_apps().items()}


def write_documents(folder: Path) -> list[Path]:
    """Write `<system>.json` for each system into the folder; gives the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for system, document in documents().items():
        path = folder / f"{system}.json"
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        paths.append(path)
    return paths
