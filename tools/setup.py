"""What is still missing on this machine to run or to test, and how does it get here?

python3 -m tools.setup                 everything that `make run` needs
python3 -m tools.setup --for-tests     and what the tests need besides
python3 -m tools.setup --packages      the virtual environment alone
python3 -m tools.setup --built-temporal / --build-temporal   print the path of the server built with Go
"""

from __future__ import annotations

import contextlib
import subprocess
import sys

from tools.bootstrap import browser, environment, temporal
from tools.bootstrap.progress import SetupError, Step, say, watch

_OPTIONS = ("--for-tests", "--packages", "--built-temporal", "--build-temporal")


def main(arguments: list[str]) -> int:
    """Do what the one option says; 0 when everything is there, 1 with a sentence when not, 2 for an unknown option."""
    option = arguments[0] if arguments else ""
    if len(arguments) > 1 or (option and option not in _OPTIONS):
        say("Usage: python3 -m tools.setup [{}]".format(" | ".join(_OPTIONS)))
        return 2
    try:
        if option in ("--built-temporal", "--build-temporal"):
            return print_built_temporal(build=option == "--build-temporal")
        set_up(needs_temporal=option != "--packages")
        if option == "--for-tests":
            browser.ensure_browser(environment.ROOT / "tests")
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted; what was loaded so far is kept.")
        return 130
    return 0


def print_built_temporal(build: bool) -> int:
    """Print the path of the program built with Go, or why there is none (exit code 1)."""
    program = temporal.built_program()
    try:
        if build and not program.exists():
            say("Building Temporal's server with Go (once for all clones; 3 to 5 minutes).")
            watch(temporal.build_step().start())
    except SetupError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{program if program.exists() else 'there is none yet'}\n")
    return 0 if program.exists() else 1


def set_up(needs_temporal: bool) -> None:
    """Install the packages and, at the same time, build Temporal's server where it may have to be built."""
    installs = None if environment.is_current() else environment.install_step()
    wanted = needs_temporal and temporal.is_missing()
    builds = _try_build() if wanted else None
    meanwhile = "; meanwhile Go builds Temporal's server (once, too)" if builds else ""
    try:
        if builds is not None:
            builds.start()
        if installs is not None:
            say(f"Installing the Python packages into .venv (once){meanwhile}.")
            watch(installs.start(), *([builds] if builds else []))
        if wanted:
            _finish_temporal(builds)
    finally:
        if builds is not None:
            builds.cancel()


def _try_build() -> Step | None:
    try:
        return temporal.build_step()
    except SetupError:
        return None  # the SDK may still download it; if not, the failure names Go


def _finish_temporal(builds: Step | None) -> None:
    """Take the SDK's download if it can be had, else wait for the build; raises SetupError that says what was tried."""
    if _find_temporal("--without-build").returncode == 0:
        return
    if builds is not None:
        say("Building Temporal's server with Go (once for all clones; 3 to 5 minutes in all).")
        with contextlib.suppress(SetupError):  # said below, beside what else was tried
            watch(builds)
    outcome = _find_temporal()
    if outcome.returncode != 0:
        raise SetupError(outcome.stdout.decode(errors="replace").strip())


def _find_temporal(*options: str) -> subprocess.CompletedProcess[bytes]:
    """Ask our own package, which knows the whole order and needs the packages installed."""
    command = [str(environment.INTERPRETER), "-m", "workers.dev.temporal_binary", *options]
    return subprocess.run(command, cwd=str(environment.ROOT), stdout=subprocess.PIPE, check=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
