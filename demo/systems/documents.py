"""What do a company's systems offer, as OpenAPI documents?"""

import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from demo.systems.company import Company
from demo.systems.system_app import system_app
from demo.systems.world import World


def build_apps(company: Company, world: World | None = None) -> dict[str, FastAPI]:
    """One app a system; without a world they only document themselves."""
    return {system: system_app(company, system, world) for system in company.systems}


def documents(company: Company) -> dict[str, dict[str, Any]]:
    """The OpenAPI document of each system."""
    return {system: app.openapi() for system, app in build_apps(company).items()}


def write_documents(company: Company, folder: Path) -> list[Path]:
    """Write `<system>.json` for each system into the folder; gives the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for system, document in documents(company).items():
        path = folder / f"{system}.json"
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        paths.append(path)
    return paths
