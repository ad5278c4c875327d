"""Is there a browser for the browser tests, and can one be installed here?"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from tools.bootstrap.progress import SetupError, Step, say, watch

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_IMPORT = re.compile(r"^\s*(from|import) playwright\b", re.MULTILINE)
_GUESS = 90.0


def find_browser() -> str | None:
    """Find a Chromium: Debian's or another on PATH, else one that Playwright has downloaded."""
    for name in _NAMES:
        found = shutil.which(name)
        if found:
            return found
    folders = (Path.home() / ".cache" / "ms-playwright", Path.home() / "Library" / "Caches" / "ms-playwright")
    return next((str(found) for folder in folders for found in folder.glob("chromium-*")), None)


def has_browser_tests(tests: Path) -> bool:
    """Tell whether any test drives a browser."""
    return any(_IMPORT.search(path.read_text(encoding="utf-8")) for path in tests.rglob("*.py"))


def ensure_browser(tests: Path) -> None:
    """Install Debian's Chromium where possible and needed; elsewhere say that the browser tests will be skipped."""
    if not has_browser_tests(tests) or find_browser():
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        say("No Chromium was found: the browser tests will be skipped. Install `chromium` to run them.")
        return
    say("Installing Chromium for the browser tests (once).")
    try:
        watch(Step("Chromium", _install, _GUESS).start())
    except SetupError as error:
        say(f"{error} The browser tests will be skipped.")


def _install(step: Step) -> None:
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    commands = (
        ["apt-get", "update"],
        ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"],
    )
    for number, command in enumerate(commands):
        step.now = " ".join(command[:2])
        step.done = number * 0.3
        outcome = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        if outcome.returncode != 0:
            last = outcome.stdout.decode(errors="replace").strip().splitlines()[-1:]
            raise SetupError("`{}` failed: {}.".format(" ".join(command), " ".join(last)))
