"""How is a measurement written down? One JSON file each, every figure with its unit, aim and number of samples."""

import json
import operator
import os
import platform
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

import psutil
from pydantic import BaseModel, ConfigDict

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "docs" / "results"

_COMPARE: Mapping[str, Callable[[float, float], bool]] = {"<=": operator.le, ">=": operator.ge, "=": operator.eq}


class Figure(BaseModel):
    """One measured number. `aim` reads `<= 8`, `>= 0.85` or `= 0`; without an aim nothing is met or missed."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    value: float
    unit: str
    aim: str | None = None
    met: bool | None = None
    n: int


def figure(value: float, unit: str, *, n: int, aim: str | None = None) -> Figure:
    """A figure, judged against its aim. Raises ValueError for an aim that is no comparison, or for no samples."""
    if n < 1:
        raise ValueError(f"A figure without samples says nothing (n = {n!r}).")
    met = None if aim is None else _meets(value, aim)
    return Figure(value=round(value, 6), unit=unit, aim=aim, met=met, n=n)


def _meets(value: float, aim: str) -> bool:
    sign, _, bound = aim.partition(" ")
    if sign not in _COMPARE or not bound:
        raise ValueError(f"The aim {aim!r} is no comparison: write '<= 8', '>= 0.85' or '= 0'.")
    return _COMPARE[sign](value, float(bound))


class Results(BaseModel):
    """What one measurement came to; `seed` repeats it on `commit`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    commit: str
    machine: str
    seed: int
    figures: dict[str, Figure]

    def missed(self) -> list[str]:
        """The keys of the figures that missed their aim."""
        return [key for key, measured in self.figures.items() if measured.met is False]


def write_results(
    name: str, figures: Mapping[str, Figure], *, seed: int, folder: Path = RESULTS
) -> tuple[Path, Results]:
    """Write `<name>.json`; returns its path and what stands in it. Raises OSError where it cannot be written."""
    results = Results(name=name, commit=_commit(), machine=_machine(), seed=seed, figures=dict(figures))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(results.model_dump(), indent=2) + "\n", encoding="utf-8")
    return path, results


def read_results(path: Path) -> Results:
    """What stands in a results file. Raises pydantic's ValidationError where it is not one."""
    return Results.model_validate_json(path.read_bytes())


def _commit() -> str:
    """The commit that was measured, marked where the working tree differs from it."""
    head = _git("rev-parse", "--short=12", "HEAD")
    changed = [line for line in _git("status", "--porcelain").splitlines() if not line.endswith(".json")]
    return f"{head}+changes" if changed else head


def _git(*words: Literal["rev-parse", "--short=12", "HEAD", "status", "--porcelain"]) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _machine() -> str:
    memory = round(psutil.virtual_memory().total / 2**30)
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cores, {memory} GiB, {system}, Python {platform.python_version()}"
