"""Does the running machine follow an activation, while requests begun before go on on their version?"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from evals.records import rows
from storage.packs import load_version
from tests.conversation import Conversation, headers
from tests.stack import ROOT, Stack
from tests.temporal import ask
from workers.migrate import deploy

GREETING = "A colleague is on the way, says the second version."


@pytest.fixture(scope="module")
def versions(machine: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The digests of the version that is active and of one that says something else; brought back at the end."""
    folder = tmp_path_factory.mktemp("versions") / "airline"
    shutil.copytree(ROOT / "packs" / "airline", folder)
    voice = (folder / "voice.yaml").read_text()
    said = next(line for line in voice.splitlines() if line.strip().startswith("handoff_waiting:"))
    (folder / "voice.yaml").write_text(voice.replace(said, f"    handoff_waiting: {GREETING}"))
    version = load_version(folder, {"HANDRAIL_SYSTEMS_URL": machine.airline_url})
    ask(deploy(machine.database_url, "head", [version], activate=False))
    shutil.rmtree(folder)
    before = control(machine, "GET", "").json()["active"]["shares"]
    assert [share["share"] for share in before] == [1]
    yield before[0]["version"], version[0].digest
    control(machine, "POST", "/activate", version=before[0]["version"])


def control(stack: Stack, method: str, path: str, role: str = "operator", **body: Any) -> httpx2.Response:
    """A call of an operator."""
    sent = {"reason": "test", **body} if method == "POST" else None
    url = f"{stack.url}/v1/control/packs/airline{path}"
    return stack.http.request(method, url, json=sent, headers=headers("O1", role))


def version_of(talk: Conversation) -> str:
    """The version that the request was begun with."""
    found = rows(talk.stack, "SELECT pack_digest FROM handrail.requests WHERE request_id = :r", r=talk.request_id)
    return str(found[0]["pack_digest"])


def test_a_request_begun_before_goes_on_on_its_version(stack: Stack, versions: tuple[str, str]) -> None:
    old, new = versions
    begun = Conversation(stack, "C101")
    begun.say("Hi there")
    done = control(stack, "POST", "/activate", version=new[:12])
    assert done.status_code == 200, done.text
    fresh = Conversation(stack, "C102")
    said = fresh.say("I want to speak to a person")
    assert GREETING in " ".join(said), "the very next request has the new version"
    assert GREETING not in " ".join(begun.say("I want to speak to a person"))
    assert (version_of(begun), version_of(fresh)) == (old, new)
    turns = rows(stack, "SELECT pack_digest FROM handrail.turns WHERE request_id = :r", r=begun.request_id)
    assert [row["pack_digest"] for row in turns] == [old, old]


def test_a_rollback_serves_the_earlier_version_again(stack: Stack, versions: tuple[str, str]) -> None:
    old, new = versions
    control(stack, "POST", "/activate", version=old)
    control(stack, "POST", "/activate", version=new)
    epoch = control(stack, "GET", "").json()["active"]["epoch"]
    stale = control(stack, "POST", "/rollback", epoch=epoch - 1)
    assert stale.status_code == 409
    assert stale.json()["type"].endswith("moved_on")
    done = control(stack, "POST", "/rollback", epoch=epoch).json()
    assert [share["version"] for share in done["shares"]] == [old]
    talk = Conversation(stack, "C101")
    assert GREETING not in " ".join(talk.say("I want to speak to a person"))
    assert version_of(talk) == old


def test_what_waits_for_a_yes_is_judged_anew_after_an_activation(stack: Stack, versions: tuple[str, str]) -> None:
    old, new = versions
    control(stack, "POST", "/activate", version=old)
    customer = Conversation(stack, "C101")
    customer.say("Move me to tomorrow's morning flight")
    control(stack, "POST", "/activate", version=new)
    customer.decide()
    assert [customer.ledger(system) for system in ("payments", "booking")] == [[], []]
    assert version_of(customer) == old


def test_a_split_is_told_and_recorded(stack: Stack, versions: tuple[str, str]) -> None:
    old, new = versions
    control(stack, "POST", "/activate", version=old)
    done = control(stack, "POST", "/split", version=new, share=0.3).json()
    assert done["shares"] == [{"version": old, "share": 0.7}, {"version": new, "share": 0.3}]
    url = f"{stack.url}/v1/control/audit"
    proof = stack.http.get(url, params={"pack": "airline"}, headers=headers("X1", "compliance")).json()
    assert proof["proof"]["holds"] is True
    assert '"by":"O1"' in proof["records"][-1]["record"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/activate", {"version": "0" * 64}, 404),
        ("/split", {"version": "0" * 64, "share": 0.3}, 404),
        ("/split", {"version": "0" * 64, "share": 1.5}, 422),
        ("/activate", {"version": "0" * 64, "reason": ""}, 422),
    ],
)
def test_what_cannot_be_activated_is_refused(stack: Stack, path: str, body: dict[str, Any], status: int) -> None:
    assert control(stack, "POST", path, **body).status_code == status


@pytest.mark.parametrize("role", ["customer", "agent", "supervisor", "compliance"])
def test_only_operators_activate(stack: Stack, versions: tuple[str, str], role: str) -> None:
    assert control(stack, "POST", "/activate", role, version=versions[1]).status_code == 403


def test_the_commands_do_the_same(stack: Stack, versions: tuple[str, str], tmp_path: Path) -> None:
    old, new = versions
    assert "epoch" in command(stack, tmp_path, "activate", old, "--reason", "back to the start")
    assert new[:12] in command(stack, tmp_path, "split", new[:12], "--share", "0.25", "--reason", "a try")
    listed = command(stack, tmp_path, "list")
    assert f"{new[:12]}  1.0.0        25 %" in listed
    assert "rolled_back (as in epoch" in command(stack, tmp_path, "rollback", "--reason", "enough")
    assert "names 0 stored versions" in command(stack, tmp_path, "activate", "0" * 12, "--reason", "x", code=1)


def command(stack: Stack, folder: Path, *argv: str, code: int = 0) -> str:
    """What `python -m workers pack …` prints."""
    run = subprocess.run(
        [sys.executable, "-m", "workers", "pack", *argv],
        env=stack.environment() | {"HANDRAIL_PACKS": "airline"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == code, run.stderr
    return run.stdout + run.stderr
