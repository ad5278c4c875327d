"""Is the virtual environment as requirements.txt says, and how is it made so?"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections import deque
from pathlib import Path

from tools.bootstrap.progress import SetupError, Step
from tools.bootstrap.pythons import Python, find_python, probe

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".venv"
REQUIREMENTS = ROOT / "requirements.txt"
INTERPRETER = ENVIRONMENT / "bin" / "python"
_STAMP = ENVIRONMENT / "handrail-stamp"
_GUESS = 120.0  # seconds


def stamp() -> str:
    """What the environment was made from: the locked requirements and its folder, which scripts in it name."""
    return hashlib.sha256(REQUIREMENTS.read_bytes() + str(ROOT).encode()).hexdigest()


def is_current() -> bool:
    """Tell whether all of this requirements.txt was installed and the interpreter still runs."""
    try:
        return _STAMP.read_text() == stamp() and probe(str(INTERPRETER)) is not None
    except OSError:
        return False


def install_step() -> Step:
    """The step that makes the environment."""
    python = find_python()
    return Step("Python packages", lambda step: _install(python, step), _GUESS)


def _install(python: Python, step: Step) -> None:
    uv = shutil.which("uv")
    step.now = "making .venv with Python {}.{}".format(*python.version)
    if _STAMP.exists():
        _STAMP.unlink()
    current = probe(str(INTERPRETER))
    if current is None or current.version != python.version:
        shutil.rmtree(str(ENVIRONMENT), ignore_errors=True)
        if uv:
            make = [uv, "venv", "--quiet", "--python", python.path, str(ENVIRONMENT)]
        else:
            make = [python.path, "-m", "venv", str(ENVIRONMENT)]
        _run(make, step, f"The virtual environment could not be made with {python.path!r}")
    count = len(re.findall(r"^[A-Za-z0-9]", REQUIREMENTS.read_text(), re.MULTILINE))
    if uv:
        command = [uv, "pip", "install", "--python", str(INTERPRETER), "--require-hashes", "-r", str(REQUIREMENTS)]
        command += ["--compile-bytecode"]  # as pip does: else every start compiles where nothing may be written
    else:
        command = [str(INTERPRETER), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]
        command += ["--require-hashes", "--no-input", "-r", str(REQUIREMENTS)]
    _run(command, step, "The locked packages could not be installed", count)
    _STAMP.write_text(stamp())


def _run(command: list[str], step: Step, complaint: str, count: int = 0) -> None:
    """Run an installer; its words move the progress: one `Collecting` a package, then all are unpacked at once."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "VIRTUAL_ENV")}
    last: deque[str] = deque(maxlen=12)
    with subprocess.Popen(
        command, env=environment, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace"
    ) as process:
        seen = 0
        for line in process.stdout or ():
            last.append(line.rstrip())
            if line.startswith("Collecting "):
                seen += 1
                step.now = f"{seen} of {count} packages"
                step.done = 0.7 * min(seen / max(count, 1), 1.0)
            elif line.startswith("Installing collected"):
                step.now = "unpacking"
                step.done = 0.7
    if process.returncode != 0:
        raise SetupError(
            "{}.\n  {}\nIs the package registry reachable? Then run the same command again.".format(
                complaint, "\n  ".join(last)
            )
        )
    step.done = max(step.done, 0.05)
