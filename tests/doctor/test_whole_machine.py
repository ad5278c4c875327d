"""Does `python -m workers doctor` work with nothing running, with everything, and with settings that are wrong?"""

import json
from pathlib import Path
from typing import Any

from doctor_samples import free_base_port, run_doctor

from tests.stack import Stack


def _wrong(said: str) -> list[dict[str, Any]]:
    return [finding for finding in json.loads(said)["findings"] if finding["level"] == "wrong"]


def test_with_nothing_running_it_says_what_to_start(bare: dict[str, str]) -> None:
    ended = run_doctor(bare, "--json")
    assert ended.returncode == 1, ended.stderr
    wrong = _wrong(ended.stdout)
    assert [finding["area"] for finding in wrong] == ["database", "temporal", "models"]
    assert all("make run" in finding["todo"] for finding in wrong)
    assert json.loads(ended.stdout)["fit"] is False


def test_a_running_machine_is_fit(stack: Stack, tmp_path: Path) -> None:
    own = {"HANDRAIL_DATA": str(tmp_path), "HANDRAIL_PORT": str(free_base_port()), "HANDRAIL_RUNTIMES": "1"}
    ended = run_doctor(stack.environment() | own)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for told in (
        "with the newest tables",
        "namespace 'default'",
        "5 search attributes registered",
        "system.enableActivityEagerExecution is on",
        "at the queue 'requests'",
        "at the queue 'models'",
        "at the queue 'tools'",
        "airline: active is",
        "the stand-in, not an LLM",
        "Fit.",
    ):
        assert told in ended.stdout


def test_a_value_of_the_wrong_kind_is_named_and_not_shown(bare: dict[str, str]) -> None:
    ended = run_doctor(bare | {"HANDRAIL_DATABASE_POOL": "sesame", "HANDRAIL_PROT": "1"}, "--json")
    assert ended.returncode == 1
    told = [finding["what"] for finding in _wrong(ended.stdout)]
    assert told[0] == "the environment sets HANDRAIL_PROT, which nothing reads"
    assert told[1].startswith("HANDRAIL_DATABASE_POOL is wrong")
    assert "sesame" not in ended.stdout + ended.stderr


def test_a_namespace_that_is_not_there_is_named(stack: Stack, tmp_path: Path) -> None:
    own = {"HANDRAIL_DATA": str(tmp_path), "HANDRAIL_PORT": str(free_base_port()), "TEMPORAL_NAMESPACE": "nowhere"}
    ended = run_doctor(stack.environment() | own, "--json")
    assert ended.returncode == 1
    (wrong,) = _wrong(ended.stdout)
    assert wrong["what"].endswith("has no namespace 'nowhere'")
    assert "TEMPORAL_NAMESPACE" in wrong["todo"]
