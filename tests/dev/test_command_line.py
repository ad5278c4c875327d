"""Does `python -m workers` name its processes and answer misuse with its exit codes?"""

import subprocess
import sys
from pathlib import Path

import pytest

from demo.airline.settings import AirlineSettings
from workers.__main__ import PROCESSES, main
from workers.dev.places import DevSettings

ROOT = Path(__file__).resolve().parents[2]


def test_an_unknown_process_is_usage_and_the_list_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gatway"]) == 2
    said = capsys.readouterr().err
    assert "no process 'gatway'" in said
    assert all(name in said for name in PROCESSES)


def test_without_a_process_the_list_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "python -m workers <process>" in capsys.readouterr().err


def test_help_is_no_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "gateway" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["dev", "--fast"], ["nonsense"]])
def test_misuse_exits_with_2_and_no_traceback(arguments: list[str]) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "workers", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 2
    assert "Traceback" not in outcome.stderr


def test_every_setting_is_explained_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text()
    names = {
        str(field.alias) for settings in (DevSettings, AirlineSettings) for field in settings.model_fields.values()
    }
    assert {name for name in names if f"# {name}=" not in example} == set()


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "workers", "dev"],
        cwd=ROOT,
        env={"HANDRAIL_PORT": "no number", "HANDRAIL_DATA": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 1
    assert "HANDRAIL_PORT" in outcome.stdout
    assert "Traceback" not in outcome.stdout + outcome.stderr
