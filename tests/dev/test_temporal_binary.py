"""Is Temporal's server taken from the first place that has it, and is a failure explained?"""

from pathlib import Path

import pytest

from workers.dev import temporal_binary
from workers.dev.errors import StartError
from workers.dev.temporal_binary import Source, default_sources, find_temporal, look_on_path


def _program(folder: Path, says: str) -> Path:
    path = folder / "temporal"
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def test_the_order_is_path_then_what_is_there_then_download_then_go() -> None:
    names = [source.name for source in default_sources()]
    assert names == [
        "`temporal` on PATH",
        "an earlier build",
        "the SDK's download",
        "tools/temporal built with Go",
    ]


def test_the_first_that_has_it_wins_and_later_ones_are_not_asked() -> None:
    asked: list[str] = []

    def source(name: str, answer: Path | str) -> Source:
        def look() -> Path | str:
            asked.append(name)
            return answer

        return Source(name, look)

    sources = (source("first", "not here"), source("second", Path("/here")), source("third", Path("/too")))
    assert find_temporal(sources) == Path("/here")
    assert asked == ["first", "second"]


def test_when_nothing_works_everything_tried_is_named() -> None:
    sources = (Source("one way", lambda: "its reason"), Source("another", lambda: "no luck"))
    with pytest.raises(StartError) as failure:
        find_temporal(sources)
    text = str(failure.value)
    for part in (
        "TEMPORAL_ADDRESS: not set",
        "one way: its reason",
        "another: no luck",
        "Install Temporal's CLI",
        "Go ",
    ):
        assert part in text


def test_a_new_enough_program_on_path_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = _program(tmp_path, "temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert look_on_path() == program


@pytest.mark.parametrize("says", ["temporal version 1.1.0 (Server 1.25.0, UI 2.30.0)", "something else"])
def test_an_old_program_on_path_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str) -> None:
    _program(tmp_path, says)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert "too old" in str(look_on_path())


def test_an_earlier_download_is_taken_without_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "handrail" / "sdk").mkdir(parents=True)
    program = _program(tmp_path / "handrail" / "sdk", "temporal")
    assert temporal_binary.download_with_sdk() == program
