"""How do tests run the doctor, and read what it found?"""

import subprocess
import sys
from collections.abc import Sequence

from workers.dev.places import ROOT
from workers.dev.ports import find_free_port, is_free
from workers.doctor.findings import Finding, Level


def free_base_port() -> int:
    """A port that is free together with the 21 after it, as one machine needs them."""
    while True:
        base = find_free_port()
        if base < 65_000 and all(is_free(base + offset) for offset in range(22)):
            return base


def levels(findings: Sequence[Finding], level: Level) -> list[str]:
    """What was found of one level."""
    return [finding.what for finding in findings if finding.level == level]


def run_doctor(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as a user starts it."""
    command = [sys.executable, "-m", "workers", "doctor", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
