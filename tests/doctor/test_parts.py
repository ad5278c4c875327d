"""Does the doctor see each thing that can be wrong, and say what to do about it?"""

import socket
from collections.abc import Sequence
from pathlib import Path

import pytest
from doctor_samples import levels

from workers.dev.places import DevSettings
from workers.doctor.configured import check_names, check_settings
from workers.doctor.environment import check_environment
from workers.doctor.findings import Finding, as_text, is_fit
from workers.doctor.packs import check_folders
from workers.doctor.ports import check_ports
from workers.doctor.temporal import judge
from workers.probe_server import EAGER, POLL_RATE, ServerProbe
from workers.settings import ROOT

PROJECT = '[project]\nrequires-python = "{python}"\ndependencies = [{packages}]\n'


def _told(findings: Sequence[Finding]) -> str:
    assert all("\n" not in finding.what + finding.todo for finding in findings)
    assert all(finding.todo for finding in findings if finding.level == "wrong")
    return as_text(findings)


def test_this_environment_is_what_the_project_asks_for() -> None:
    assert is_fit(check_environment())


def test_python_and_packages_are_held_against_the_project(tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    packages = '"pydantic>=999", "no-such-package>=1", "uvloop>=999; sys_platform == \'plan9\'", "pyyaml>=1"'
    project.write_text(PROJECT.format(python=">=3.99", packages=packages), encoding="utf-8")
    found = check_environment(project)
    assert [finding.what.split()[0] for finding in found] == ["Python", "pydantic", "no-such-package"]
    assert "make setup" in _told(found)


def test_a_misspelt_name_is_told_with_what_is_meant(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HANDRAIL_PROT=1\nACME_API_KEY=x\nCOLOUR=red\nOPENAI_API_KEY=\n", encoding="utf-8")
    found = check_names({"HANDRAIL_PAKCS": "x", "PATH": "/", "HANDRAIL_PORT": "8080"}, tmp_path)
    told = {finding.what: finding.todo for finding in found}
    assert told == {
        ".env sets COLOUR, which nothing reads": "remove it; `.env.example` lists every name",
        "the environment sets HANDRAIL_PAKCS, which nothing reads": "HANDRAIL_PACKS is meant, or remove it",
        ".env sets HANDRAIL_PROT, which nothing reads": "HANDRAIL_PORT is meant, or remove it",
    }


async def test_secrets_that_everybody_knows_are_wrong_where_others_reach_us(settings: DevSettings) -> None:
    private = await check_settings(settings)
    assert (levels(private, "wrong"), len(levels(private, "note"))) == ([], 1)
    for change in ({"environment": "production"}, {"host": "0.0.0.0"}):
        (found,) = await check_settings(settings.model_copy(update=change), {"FORWARDED_ALLOW_IPS": "10.0.0.7"})
        assert found.level == "wrong"
        assert "HANDRAIL_VAULT_KEY" in found.what
        assert "openssl rand" in found.todo


async def test_where_others_reach_us_a_proxy_that_nobody_named_is_thought_of(settings: DevSettings) -> None:
    assert "FORWARDED_ALLOW_IPS" not in str(await check_settings(settings, {}))
    reached = settings.model_copy(update={"environment": "production"})
    notes = [one.what for one in await check_settings(reached, {}) if one.level == "note"]
    assert ["FORWARDED_ALLOW_IPS" in note for note in notes] == [True]


async def test_what_keeps_a_process_from_starting_is_told(settings: DevSettings, tmp_path: Path) -> None:
    found = await check_settings(settings.model_copy(update={"vault_key_file": tmp_path / "none"}))
    assert "HANDRAIL_VAULT_KEY_FILE cannot be read" in _told(found)
    found = await check_settings(settings.model_copy(update={"private_systems": "10.0.0.0/99"}))
    assert levels(found, "wrong") == ["HANDRAIL_PRIVATE_SYSTEMS"]


def test_a_port_that_another_program_holds_is_named(settings: DevSettings) -> None:
    assert is_fit(check_ports(settings, None))
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", settings.port))
        holder.listen()
        (wrong,) = [one for one in check_ports(settings, None) if one.level == "wrong"]
    assert f"port {settings.port}, for the gateway" in wrong.what
    assert "python" in wrong.what
    assert "HANDRAIL_PORT" in wrong.todo


def test_a_pack_with_mistakes_leads_to_their_list(settings: DevSettings, tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("name: shop\n", encoding="utf-8")
    found, packs = check_folders(settings.model_copy(update={"packs": f"{tmp_path}:{ROOT / 'packs' / 'airline'}"}))
    assert list(packs) == ["airline"]
    assert len(levels(found, "wrong")) == 1
    assert f"pack check {tmp_path}" in _told(found)


@pytest.mark.parametrize(
    ("eager", "hop", "pace", "wrong", "notes"),
    [
        (True, 0.003, 0.012, [], 0),
        (False, 0.003, 0.012, [EAGER], 0),
        (True, 0.043, 0.050, [POLL_RATE], 0),
        (False, 0.043, 0.050, [EAGER, POLL_RATE], 0),
        (True, 0.2, 0.4, [], 1),
    ],
)
def test_the_probe_is_judged_by_what_it_saw(eager: bool, hop: float, pace: float, wrong: list[str], notes: int) -> None:
    """The first half is the burst, fast on every server, and says nothing."""
    probe = ServerProbe(eager=eager, hops=(0.002,) * 40 + (hop,) * 40, paces=(0.01,) * 40 + (pace,) * 40)
    found = judge(probe)
    assert [what.split()[0] for what in levels(found, "wrong")] == wrong
    assert len(levels(found, "note")) == notes
    assert "dynamicconfig.yaml" in _told(found) or not (wrong or notes)
    assert all("inferred" in finding.what for finding in found)
