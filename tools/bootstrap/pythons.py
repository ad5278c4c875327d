"""Which Python on this machine is fit for Handrail?"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tools.bootstrap.progress import SetupError

OLDEST = (3, 12)
NAMES = ("python3.13", "python3.12", "python3.14", "python3", "python")
FOLDERS = ("/opt/homebrew/bin", "/usr/local/bin", "/usr/bin")
_PROBE = """
import importlib.util, platform, sys
print(sys.version_info[0], sys.version_info[1], int(importlib.util.find_spec("ensurepip") is not None
    and importlib.util.find_spec("venv") is not None), platform.python_implementation())
print(sys.executable)
"""


class Python(NamedTuple):
    """An interpreter: the path it gives itself, its version, and whether it can make virtual environments with pip."""

    path: str
    version: tuple[int, int]
    has_venv: bool


def find_python() -> Python:
    """Find the first fit interpreter: PYTHON, the usual names on PATH, pyenv's and uv's versions, Homebrew's.

    Fit is CPython 3.12 or newer with its venv module (or with `uv` on PATH). Raises SetupError that says what was found
    and what to install.
    """
    seen: list[str] = []
    for candidate in _candidates():
        python = probe(candidate)
        if python is None:
            continue
        if python.version >= OLDEST and (python.has_venv or shutil.which("uv")):
            return python
        lacks = "too old" if python.version < OLDEST else "without its venv module"
        found = f"{candidate} ({python.version[0]}.{python.version[1]}, {lacks})"
        if found not in seen:
            seen.append(found)
    raise SetupError(_explain(seen))


def _candidates() -> Iterator[str]:
    if os.environ.get("PYTHON"):
        yield os.environ["PYTHON"]
    for name in NAMES:
        if shutil.which(name):
            yield name
    home = Path.home()
    pyenv = Path(os.environ.get("PYENV_ROOT") or home / ".pyenv") / "versions"
    for minor in ("3.13", "3.12", "3.14"):
        for folder in (pyenv, home / ".local" / "share" / "uv" / "python"):
            for found in sorted(folder.glob(f"*{minor}*/bin/python3"), reverse=True):
                yield str(found)
        for folder in FOLDERS:
            yield f"{folder}/python{minor}"


def probe(candidate: str) -> Python | None:
    """Ask an interpreter what it is; None when it is no CPython or does not run (a pyenv shim may not)."""
    try:
        said = subprocess.run(
            [candidate, "-c", _PROBE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=20, check=True
        ).stdout.decode(errors="replace")
    except (OSError, subprocess.SubprocessError):
        return None
    facts, _, path = said.strip().partition("\n")
    major, minor, has_venv, implementation = facts.split()
    if implementation != "CPython":
        return None
    return Python(path.strip(), (int(major), int(minor)), has_venv == "1")


def _explain(seen: list[str]) -> str:
    advice = "Debian or Ubuntu: `apt-get install python3 python3-venv`; macOS: `brew install python@3.13`"
    if sys.platform == "darwin":
        advice = "macOS: `brew install python@3.13`"
    found = "found: {}".format("; ".join(seen)) if seen else "found none that runs"
    return (
        f"Handrail needs Python {OLDEST[0]}.{OLDEST[1]} or newer with its venv module; {found}.\n"
        f"Install one ({advice}; elsewhere pyenv or python.org), then start again, or name it:\n"
        "`make run PYTHON=/path/to/python3.13`."
    )
