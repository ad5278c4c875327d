"""Where does the program of Temporal's server come from on this machine?"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workers.dev.errors import StartError

_ROOT = Path(__file__).resolve().parents[2]
_OLDEST = (1, 31)


@dataclass(frozen=True)
class Source:
    """One way to have the program; `look` returns its path, or a sentence that says why not."""

    name: str
    look: Callable[[], Path | str]


def main(argv: list[str]) -> int:
    """Print the program's path, or why there is none (exit code 1); with --without-build nothing is built."""
    try:
        print(find_temporal(default_sources()[:-1] if "--without-build" in argv else default_sources()))
    except StartError as error:
        print(error)
        return 1
    return 0


def find_temporal(sources: tuple[Source, ...] | None = None) -> Path:
    """Find the program: `temporal` on PATH, else the SDK's download, else `tools/temporal` built with Go.

    Raises StartError that lists what was tried and what to install.
    """
    tried: list[str] = []
    for source in sources or default_sources():
        found = source.look()
        if isinstance(found, Path):
            return found
        tried.append(f"  {source.name}: {found}")
    raise StartError(
        "Temporal's server was not found. Tried:\n  TEMPORAL_ADDRESS: not set\n"
        + "\n".join(tried)
        + "\nInstall Temporal's CLI so that `temporal` is on PATH, or Go (https://go.dev/dl, 1.21 or newer), or set "
        "TEMPORAL_ADDRESS to a server of yours; then start again."
    )


def default_sources() -> tuple[Source, ...]:
    """The ways in their order; a build that is already there spares the attempt to download."""
    return (
        Source("`temporal` on PATH", look_on_path),
        Source("an earlier build", lambda: run_setup("--built-temporal")),
        Source("the SDK's download", download_with_sdk),
        Source("tools/temporal built with Go", lambda: run_setup("--build-temporal")),
    )


def look_on_path() -> Path | str:
    """Take `temporal` from PATH if its server is new enough."""
    found = shutil.which("temporal")
    if found is None:
        return "there is none"
    try:
        said = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        return f"{found!r} does not run ({error})"
    version = re.search(r"Server (\d+)\.(\d+)", said)
    if version is None or (int(version[1]), int(version[2])) < _OLDEST:
        return f"{found!r} is too old ({said.strip()!r}); a server of at least {_OLDEST[0]}.{_OLDEST[1]} is needed"
    return Path(found)


def run_setup(option: str) -> Path | str:
    """Ask the set-up script, which shares its cache between clones; its progress goes to stderr."""
    outcome = subprocess.run(
        [sys.executable, "-m", "tools.setup", option], cwd=_ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    words = outcome.stdout.strip()
    return Path(words) if outcome.returncode == 0 and words else words or "not possible here"


def download_with_sdk() -> Path | str:
    """Let the SDK download the program into the cache; without internet it says so at once."""
    folder = cache_folder() / "sdk"
    present = _find_program(folder)
    if present is not None:
        return present
    folder.mkdir(parents=True, exist_ok=True)
    failures: list[str] = []

    def download() -> None:
        try:
            asyncio.run(_start_once(folder))
        except RuntimeError as error:
            failures.append(str(error).splitlines()[0])

    worker = threading.Thread(target=download)
    worker.start()
    worker.join()
    return _find_program(folder) or (failures[0] if failures else "the download left no program")


async def _start_once(folder: Path) -> None:
    from temporalio.testing import WorkflowEnvironment

    environment = await WorkflowEnvironment.start_local(download_dest_dir=str(folder))
    await environment.shutdown()


def _find_program(folder: Path) -> Path | None:
    if not folder.is_dir():
        return None
    return next((path for path in sorted(folder.iterdir()) if path.is_file() and os.access(path, os.X_OK)), None)


def cache_folder() -> Path:
    """The folder of this user's that several clones share."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "handrail"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
