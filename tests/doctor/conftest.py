"""What do the doctor's tests share? A machine on which nothing runs."""

import os
from pathlib import Path

import pytest
from doctor_samples import free_base_port

from workers.dev.places import DevSettings


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """An environment that names no server, with a data folder in which nothing has ever run."""
    ours = ("HANDRAIL_", "OPENAI_", "TEMPORAL_", "DATABASE_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**inherited, "HANDRAIL_DATA": str(tmp_path / "data"), "HANDRAIL_PORT": str(free_base_port())}


@pytest.fixture
def settings(tmp_path: Path) -> DevSettings:
    """The settings of such a machine."""
    return DevSettings().model_copy(update={"data": tmp_path / "data", "port": free_base_port()})
