"""Does the set-up find a fit Python, install only what is locked, and leave our names to us?"""

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tools import setup
from tools.bootstrap import browser, environment, progress, pythons, temporal
from tools.bootstrap.progress import SetupError, Step

ROOT = Path(__file__).resolve().parents[2]
OUR_NAMES = {
    "contracts",
    "governance",
    "storage",
    "activities",
    "workflows",
    "workers",
    "console",
    "demo",
    "evals",
    "tools",
}
NOWHERE = Path("/nonexistent")


def _fake_python(folder: Path, name: str, version: str, venv: int = 1, implementation: str = "CPython") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{version} {venv} {implementation}'\necho '{path}'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing is installed but what a test puts into this folder; its `bin` is on PATH."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PYTHON", raising=False)
    monkeypatch.setattr(pythons, "FOLDERS", ())
    return tmp_path


class TestPython:
    def test_a_named_version_is_preferred_to_plain_python3(self, only: Path) -> None:
        _fake_python(only, "bin/python3", "3 14")
        wanted = _fake_python(only, "bin/python3.13", "3 13")
        assert pythons.find_python().path == str(wanted)

    def test_an_old_python_is_passed_over_for_pyenvs(self, only: Path) -> None:
        _fake_python(only, "bin/python3", "3 11")
        wanted = _fake_python(only, "pyenv/versions/3.12.7/bin/python3", "3 12")
        assert pythons.find_python() == pythons.Python(str(wanted), (3, 12), True)

    def test_one_that_does_not_run_is_passed_over(self, only: Path) -> None:
        shim = only / "bin" / "python3.13"
        shim.write_text("#!/bin/sh\nexit 127\n")
        shim.chmod(0o755)
        wanted = _fake_python(only, "bin/python3.12", "3 12")
        assert pythons.find_python().path == str(wanted)

    def test_the_one_that_is_named_wins(self, only: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        _fake_python(only, "bin/python3.13", "3 13")
        wanted = _fake_python(only, "own/python", "3 14")
        monkeypatch.setenv("PYTHON", str(wanted))
        assert pythons.find_python().path == str(wanted)

    def test_without_a_fit_one_it_says_what_was_found_and_what_to_install(self, only: Path) -> None:
        _fake_python(only, "bin/python3", "3 11")
        _fake_python(only, "bin/python3.12", "3 12", venv=0)
        _fake_python(only, "bin/python3.13", "3 13", implementation="PyPy")
        with pytest.raises(SetupError) as failure:
            pythons.find_python()
        text = str(failure.value)
        assert "python3 (3.11, too old)" in text
        assert "python3.12 (3.12, without its venv module)" in text
        assert "PyPy" not in text
        assert "Install one" in text

    @pytest.mark.usefixtures("only")
    def test_a_machine_without_any_ends_with_1_and_no_traceback(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(environment, "is_current", lambda: False)
        assert setup.main(["--packages"]) == 1
        assert "found none that runs" in capsys.readouterr().err


class TestRequirements:
    TEXT = (ROOT / "requirements.txt").read_text()

    def test_every_package_is_pinned_and_hashed(self) -> None:
        blocks = re.split(r"\n(?=[A-Za-z0-9])", self.TEXT)[1:]
        assert len(blocks) > 50
        for block in blocks:
            assert re.match(r"[A-Za-z0-9._-]+(\[[^\]]+\])?==\S+", block), block.splitlines()[0]
            assert "--hash=sha256:" in block, block.splitlines()[0]

    def test_there_are_no_addresses(self) -> None:
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links|--trusted-host", self.TEXT)

    def test_every_direct_dependency_is_locked(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())
        wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
        locked = set(re.findall(r"^([A-Za-z0-9._-]+)", self.TEXT, re.MULTILINE))
        assert {re.split(r"[\[<>=; ]", name)[0] for name in wanted} <= locked

    def test_no_installed_distribution_owns_our_names(self) -> None:
        owners = importlib.metadata.packages_distributions()
        assert {name: owners[name] for name in OUR_NAMES if name in owners} == {}

    def test_a_changed_lock_or_place_makes_the_environment_stale(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = environment.stamp()
        monkeypatch.setattr(environment, "ROOT", tmp_path)
        moved = environment.stamp()
        (tmp_path / "requirements.txt").write_text("other")
        monkeypatch.setattr(environment, "REQUIREMENTS", tmp_path / "requirements.txt")
        assert len({before, moved, environment.stamp()}) == 3


class TestTemporal:
    def test_clones_with_the_same_sources_share_one_build(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        first = temporal.built_program()
        assert first.is_relative_to(tmp_path)
        module = tmp_path / "module"
        module.mkdir()
        for name in ("go.mod", "go.sum"):
            (module / name).write_bytes((temporal.MODULE / name).read_bytes())
        monkeypatch.setattr(temporal, "MODULE", module)
        assert temporal.built_program() == first
        (module / "go.sum").write_text("other")
        assert temporal.built_program() != first

    def test_a_given_server_needs_no_build(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
        assert temporal.is_missing()
        monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:7233")
        assert not temporal.is_missing()

    def test_without_go_there_is_a_reason_and_no_traceback(self, tmp_path: Path) -> None:
        outcome = subprocess.run(
            [sys.executable, "-m", "tools.setup", "--built-temporal"],
            cwd=ROOT,
            env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (outcome.returncode, outcome.stdout, outcome.stderr) == (1, "there is none yet\n", "")


class TestProgress:
    def test_a_failed_step_raises_its_sentence(self) -> None:
        def fail(step: Step) -> None:
            raise SetupError("no luck")

        with pytest.raises(SetupError, match="no luck"):
            progress.watch(Step("step", fail, 1.0).start())

    @pytest.mark.parametrize(
        ("seconds", "said"),
        [(10, "less than a minute left"), (61, "about 2 minutes left"), (60, "about 1 minute left")],
    )
    def test_time_left_is_said_in_minutes(self, seconds: float, said: str) -> None:
        assert progress.say_left(seconds) == said

    def test_browser_tests_are_recognised(self, tmp_path: Path) -> None:
        assert not browser.has_browser_tests(tmp_path)
        (tmp_path / "test_page.py").write_text("from playwright.sync_api import Page\n")
        assert browser.has_browser_tests(tmp_path)

    def test_an_unknown_option_is_usage(self) -> None:
        assert setup.main(["--everything"]) == 2
