"""How is an embedded PostgreSQL started, adopted and stopped?"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from workers.dev.errors import StartError
from workers.dev.postgres_install import choose_socket_folder, find_binaries, find_os_user, open_way
from workers.dev.processes import OsUser, RunningProcess, identify, is_alive, start_process

_PATIENCE = timedelta(seconds=60)
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",  # a failed statement may hold what a customer wrote
    "log_parameter_max_length_on_error": "0",
}
_STATUS_LINE = 8
_BUSY_MEMORY = "pre-existing shared memory block"


@dataclass
class Postgres:
    """A running server: `url` (postgresql+asyncpg, database `handrail`) and whether it was found running."""

    data: Path
    socket_folder: Path
    process: RunningProcess
    binaries: Path
    adopted: bool = False
    scratch: bool = field(default=False, repr=False)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def url(self) -> str:
        return self.database_url("handrail")

    def database_url(self, database: str) -> str:
        return f"postgresql+asyncpg://postgres@/{quote(database)}?host={self.socket_folder}"

    def create_database(self, name: str) -> str:
        """Create an empty database if it does not exist yet; returns its address."""
        exists = self._query(f"select 1 from pg_database where datname = '{name}'")
        if not exists:
            self._query(f'create database "{name}"')
        return self.database_url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database with whoever is still connected to it."""
        self._query(f'drop database if exists "{name}" with (force)')

    def is_running(self) -> bool:
        return self.process.is_alive()

    def stop(self, grace: timedelta = timedelta(seconds=20)) -> None:
        """Stop the server with its data safe: open transactions are rolled back, a checkpoint is written."""
        self.process.end(signal.SIGINT, grace=grace)
        if self.scratch:
            shutil.rmtree(self.data.parent, ignore_errors=True)

    def kill(self) -> None:
        """Kill the server as a power cut would; `start_postgres` with the same folder recovers it."""
        self.process.kill()

    def _query(self, statement: str) -> str:
        command = [self.binaries / "psql", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-h", self.socket_folder]
        outcome = subprocess.run(
            [*command, "-U", "postgres", "-d", "postgres", "-c", statement], capture_output=True, text=True, check=False
        )
        if outcome.returncode != 0:
            raise StartError(f"PostgreSQL in {str(self.data)!r} refused {statement!r}: {outcome.stderr.strip()}")
        return outcome.stdout.strip()


def start_postgres(data_folder: Path | None = None, log: Path | None = None) -> Postgres:
    """Start the embedded PostgreSQL, or adopt the one that runs on this data; creates the database `handrail`.

    `data_folder` holds the cluster and is created when missing; without it a temporary one lives until `stop`. Raises
    StartError with a sentence when it does not start within a minute.
    """
    user = find_os_user()
    scratch = data_folder is None
    data = (Path(tempfile.mkdtemp(prefix="handrail-pg-")) / "data" if data_folder is None else data_folder).resolve()
    binaries = find_binaries(user)
    running = _find_running(data, binaries)
    if running is None:
        _prepare_folder(data, user)
        socket_folder = choose_socket_folder(data, user)
        log_path = log or data.with_name(f"{data.name}.log")
        _initialise(data, binaries, user)
        running = Postgres(data, socket_folder, _start(data, socket_folder, binaries, user, log_path), binaries)
    running.scratch = scratch
    running.create_database("handrail")
    return running


def _find_running(data: Path, binaries: Path) -> Postgres | None:
    lines = _read_pid_file(data)
    if len(lines) < _STATUS_LINE:
        return None
    identity = identify(int(lines[0]))
    started = int(lines[2])
    if identity is None or abs(identity.started - started) > 5 or Path(lines[1]) != data:
        return None
    deadline = time.monotonic() + _PATIENCE.total_seconds()
    while is_alive(identity) and time.monotonic() < deadline:  # it may be starting, or ending
        lines = _read_pid_file(data)
        if len(lines) >= _STATUS_LINE and lines[_STATUS_LINE - 1].strip() == "ready" and lines[4].strip():
            return Postgres(data, Path(lines[4].strip()), RunningProcess(identity), binaries, adopted=True)
        time.sleep(0.05)
    return None


def _read_pid_file(data: Path) -> list[str]:
    with contextlib.suppress(OSError):
        return (data / "postmaster.pid").read_text().splitlines()
    return []


def _prepare_folder(data: Path, user: OsUser | None) -> None:
    try:
        data.parent.mkdir(parents=True, exist_ok=True)
        data.mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise StartError(
            f"The data folder {str(data)!r} cannot be created ({error.strerror}): set HANDRAIL_DATA."
        ) from error
    if user is not None:
        open_way(data, user)
        os.chown(data, user.uid, user.gid)


def _initialise(data: Path, binaries: Path, user: OsUser | None) -> None:
    if (data / "PG_VERSION").exists():
        version = (data / "PG_VERSION").read_text().strip()
        if version != "18":
            raise StartError(
                f"The data in {str(data)!r} is PostgreSQL {version}'s, not 18's: move it, or set HANDRAIL_DATA."
            )
        return
    if any(data.iterdir()):
        raise StartError(
            f"The folder {str(data)!r} is no PostgreSQL data folder and not empty: set HANDRAIL_DATA to another."
        )
    fresh = data.with_name(f".{data.name}.new")  # moved into place when complete: a kill half-way leaves nothing broken
    shutil.rmtree(fresh, ignore_errors=True)
    _prepare_folder(fresh, user)
    command = [
        binaries / "initdb",
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale-provider=builtin",
    ]
    command += ["--locale=C", "--builtin-locale=C.UTF-8", "--no-instructions", "-D", fresh]
    outcome = _run_as(command, user)
    if outcome.returncode != 0:
        raise StartError(f"PostgreSQL's initdb failed in {str(data)!r}: {outcome.stderr.strip()}")
    fresh.rename(data)


def _run_as(command: list[Path | str], user: OsUser | None) -> subprocess.CompletedProcess[str]:
    uid, gid, groups = (None, None, None) if user is None else (user.uid, user.gid, list[int]())
    return subprocess.run(
        command, capture_output=True, text=True, user=uid, group=gid, extra_groups=groups, cwd="/", check=False
    )


def _start(data: Path, socket_folder: Path, binaries: Path, user: OsUser | None, log: Path) -> RunningProcess:
    settings = {**_SETTINGS, "unix_socket_directories": str(socket_folder)}
    command = [str(binaries / "postgres"), "-D", str(data)]
    command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    deadline = time.monotonic() + _PATIENCE.total_seconds()
    while True:
        said = log.stat().st_size if log.exists() else 0
        process = start_process(command, log=log, folder=Path("/"), user=user)
        while process.is_alive() and time.monotonic() < deadline:
            lines = _read_pid_file(data)
            if (
                len(lines) >= _STATUS_LINE
                and lines[0] == str(process.pid)
                and lines[_STATUS_LINE - 1].strip() == "ready"
            ):
                return process
            time.sleep(0.02)
        words = log.read_bytes()[said:].decode(errors="replace").strip()
        if process.is_alive() or _BUSY_MEMORY not in words:
            process.kill()
            raise StartError(f"PostgreSQL did not start on {str(data)!r}: {words[-600:] or 'no message'}. Log: {log}")
        time.sleep(0.1)  # the children of a killed server still hold its memory for a moment
