"""Do an operator's commands find what `make run` keeps running, and only where nothing else is named?"""

import pytest

from workers.dev.state import State
from workers.running import operators_settings, running_temporal

RUNNING = State(port=8080, database_url="postgresql://here/running", temporal_address="127.0.0.1:8081")


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)


def test_what_runs_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.running.find_running", lambda: RUNNING)
    assert operators_settings().database_url == RUNNING.database_url
    assert running_temporal() == RUNNING.temporal_address


def test_what_is_named_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://there/named")
    monkeypatch.setenv("TEMPORAL_ADDRESS", "there:7233")
    monkeypatch.setattr("workers.running.find_running", lambda: RUNNING)
    assert operators_settings().database_url == "postgresql://there/named"
    assert running_temporal() is None


def test_nothing_is_made_up_where_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.running.find_running", lambda: None)
    assert not operators_settings().database_url
    assert running_temporal() is None
