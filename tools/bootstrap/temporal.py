"""Where is Temporal's server, built with Go from tools/temporal, and how is it built?"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.bootstrap.progress import SetupError, Step

MODULE = Path(__file__).resolve().parents[1] / "temporal"
PACKAGE = "github.com/temporalio/cli/cmd/temporal"
_GUESS = 270.0  # seconds, on 2 cores with nothing cached
_MODULES = 130  # of those in go.mod so many are downloaded
_LOADING_SHARE = 0.15
_LINKING_SHARE = 0.9


def built_program() -> Path:
    """Where the program of exactly these sources lies for this user, whether built yet or not; clones share it."""
    key = hashlib.sha256()
    for name in ("go.mod", "go.sum"):
        key.update((MODULE / name).read_bytes())
    key.update((platform.system() + platform.machine()).encode())
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "handrail" / ("temporal-" + key.hexdigest()[:12]) / "temporal"


def is_missing() -> bool:
    """Tell whether the server may have to be built: not elsewhere, not on PATH, neither built nor downloaded."""
    if os.environ.get("TEMPORAL_ADDRESS") or shutil.which("temporal"):
        return False
    downloads = built_program().parents[1] / "sdk"
    return not built_program().exists() and not any(downloads.glob("*"))


def find_go() -> str:
    """Find Go. Raises SetupError when there is none."""
    for candidate in (shutil.which("go"), "/usr/local/go/bin/go", "/opt/homebrew/bin/go"):
        if candidate and os.access(candidate, os.X_OK):
            return candidate
    raise SetupError("Go is not installed (https://go.dev/dl, 1.21 or newer)")


def build_step() -> Step:
    """The step that builds the program into the cache. Raises SetupError when there is no Go."""
    go = find_go()
    return Step("Temporal's server", lambda step: _build(go, step), _GUESS)


def _build(go: str, step: Step) -> None:
    program = built_program()
    program.parent.mkdir(parents=True, exist_ok=True)
    with _alone(program.parent / "lock", step):
        if program.exists():
            return
        folder = tempfile.mkdtemp(prefix="build-", dir=str(program.parent))
        try:
            fresh = Path(folder) / "temporal"
            total = _count_packages(go, step)
            step.now = "compiling"
            command = [go, "build", "-v", "-trimpath", "-ldflags=-s -w", "-o", str(fresh), PACKAGE]
            for seen, _ in enumerate(_run(command, step), start=1):
                step.done = _LOADING_SHARE + (_LINKING_SHARE - _LOADING_SHARE) * min(seen / total, 1.0)
            os.replace(str(fresh), str(program))
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _count_packages(go: str, step: Step) -> int:
    """Load the modules and count what is to be compiled."""
    step.now = "loading Go modules"
    loaded = count = 0
    for line in _run([go, "list", "-deps", PACKAGE], step):
        if line.startswith("go: downloading"):
            loaded += 1
            step.done = _LOADING_SHARE * min(loaded / _MODULES, 1.0)
        elif not line.startswith("go:"):
            count += 1
    return max(count, 1)


def _run(command: list[str], step: Step) -> Iterator[str]:
    """Yield the lines of a Go command; a cancelled step ends it. Raises SetupError with its last words."""
    environment: dict[str, str] = dict(os.environ, CGO_ENABLED="0", GOFLAGS="", GOWORK="off")
    last: deque[str] = deque(maxlen=6)
    process = subprocess.Popen(
        command, cwd=str(MODULE), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace"
    )
    ended = threading.Event()

    def end_when_cancelled() -> None:
        while not ended.wait(0.2):
            if step.cancelled.is_set():
                process.terminate()

    threading.Thread(target=end_when_cancelled, daemon=True).start()
    try:
        for line in process.stdout or ():
            last.append(line.rstrip())
            yield line.rstrip()
        process.wait()
    finally:
        ended.set()
        if process.poll() is None:
            process.kill()
            process.wait()
    if process.returncode != 0 and not step.cancelled.is_set():
        raise SetupError("`{}` failed:\n    {}".format(" ".join(command[:3]), "\n    ".join(last)))
    if step.cancelled.is_set():
        raise SetupError("cancelled")


@contextmanager
def _alone(lock: Path, step: Step) -> Generator[None]:
    """Hold the cache's lock, so that two clones do not build the same."""
    with lock.open("w") as held:
        while not step.cancelled.is_set():
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                step.now = "another clone is building it"
                time.sleep(0.5)
        yield
