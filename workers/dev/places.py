"""Where does one machine keep its data, and which ports does it use?"""

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from workers.dev.errors import StartError
from workers.settings import BANK_OFFSET, ROOT, Settings


class DevSettings(Settings):
    """The settings of every process, and what decides besides how one machine starts."""

    temporal_address: str | None = Field(default=None, alias="TEMPORAL_ADDRESS")
    data: Path | None = Field(default=None, alias="HANDRAIL_DATA")
    runtimes: int = Field(default=2, ge=1, le=16, alias="HANDRAIL_RUNTIMES")


@dataclass(frozen=True)
class Ports:
    """All ports follow the gateway's."""

    gateway: int

    @property
    def temporal(self) -> int:
        return self.gateway + 1

    @property
    def temporal_ui(self) -> int:
        return self.gateway + 2

    @property
    def airline(self) -> int:
        return self.gateway + 3

    @property
    def standin(self) -> int:
        return self.gateway + 4

    @property
    def bank(self) -> int:
        return self.gateway + BANK_OFFSET

    def metrics(self, number: int) -> int:
        """The port of the n-th runtime's metrics, counted from 0."""
        return self.gateway + 5 + number


@dataclass(frozen=True)
class Places:
    """The files of one clone's installation."""

    data: Path

    @property
    def postgres(self) -> Path:
        return self.data / "postgres"

    @property
    def temporal(self) -> Path:
        return self.data / "temporal.db"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def state(self) -> Path:
        return self.data / "state.json"

    @property
    def lock(self) -> Path:
        return self.data / "lock"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"


def find_places(settings: DevSettings, root: Path = ROOT) -> Places:
    """Choose the data folder: HANDRAIL_DATA, else one a clone in the user's data folder (as root in /var/lib)."""
    if settings.data is not None:
        return Places(settings.data.expanduser().resolve())
    key = hashlib.sha256(str(root).encode()).hexdigest()[:8]
    return Places(_data_home() / "handrail" / key)


def _data_home() -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib")
    home = os.environ.get("XDG_DATA_HOME", "")
    return Path(home) if home.startswith("/") else Path.home() / ".local" / "share"


def prepare(places: Places) -> None:
    """Create the folders. Raises StartError as root on macOS and where the folder cannot be written."""
    if sys.platform == "darwin" and os.geteuid() == 0:
        raise StartError("Handrail does not run as root on macOS: start it as an ordinary user, without sudo.")
    try:
        places.logs.mkdir(parents=True, exist_ok=True)
        places.data.chmod(0o711 if os.geteuid() == 0 else 0o700)  # as root another user's PostgreSQL passes through
        (places.data / ".writable").touch()
    except OSError as error:
        raise StartError(
            f"The data folder {str(places.data)!r} cannot be written ({error.strerror}): set HANDRAIL_DATA to another."
        ) from error
