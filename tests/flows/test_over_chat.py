"""Does the same conversation over Chat Completions leave the same transcript as over the Responses API?"""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from tests.as_seeded import bring_back
from tests.conversation import Conversation
from tests.records import rows
from tests.stack import ROOT, Stack, free_ports, running_stack
from workers.dev.processes import start_process

OTHER_EACH_TIME = re.compile(
    r"\bset-[0-9a-f]+|\b[a-z]{1,6}_(?=[A-Za-z]*\d)[A-Za-z0-9]{6,}|\bBAG\d+|\b\d{3}-?\d{10}\b"
    r"|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)|(?<=read )\d\d:\d\d"
)
"""Ids and times, which no two conversations share."""


@pytest.fixture(scope="module")
def chat_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, str]]:
    """A machine whose pack asks both tiers over Chat Completions, the planner at this address with its own key."""
    folder = tmp_path_factory.mktemp("packs") / "airline"
    shutil.copytree(ROOT / "packs" / "airline", folder)
    manifest = folder / "pack.yaml"
    changed = manifest.read_text().replace("api: responses", "api: chat")
    assert changed.count("api: chat") == 2
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    own = ("model: gpt-5.2", f"base_url: {url}/v1", "key_env: PLANNER_API_KEY", "calls_per_second: 50")
    assert "model: gpt-5.2\n" in changed
    manifest.write_text(changed.replace("model: gpt-5.2", "\n    ".join(own)))
    command = [sys.executable, "-m", "demo.standin", "--port", str(port), "--latency", "none"]
    log = folder.parent / "planner.log"
    planner = start_process(command, log=log, environment=dict(os.environ), folder=ROOT)
    try:
        with running_stack(HANDRAIL_PACKS=str(folder), PLANNER_API_KEY="sk-planner") as stack:
            yield stack, url
    finally:
        planner.end(grace=timedelta(seconds=5))


@dataclass(frozen=True)
class Script:
    """What the customer does, in order: words, or the decision on what is shown."""

    customer: str | None
    steps: tuple[str, ...]
    plans: bool = False


DECIDE = "(confirm)"
SCRIPTS = {
    "greeting": Script("C101", ("Hi there",)),
    "price": Script(None, ("How much is an extra bag?",)),
    "change": Script("C101", ("Move me to tomorrow's morning flight", DECIDE), plans=True),
    "storm": Script(
        "C102", ("My flight was cancelled, what can you do for me?", "the first one please", DECIDE), plans=True
    ),
    "bag": Script(
        "C103",
        ("My bag is lost", "T8BN4C", "a red Samsonite with a dent", "Rua Augusta 12, 1100-053 Lisboa", DECIDE),
    ),
    "person": Script("C101", ("I want to speak to a human now",)),
}


def play(stack: Stack, script: Script) -> Conversation:
    """Have the conversation, from the demo company as seeded."""
    bring_back(stack)
    customer = Conversation(stack, script.customer)
    for step in script.steps:
        if step == DECIDE:
            customer.decide()
        else:
            customer.say(step)
    return customer


def transcript(customer: Conversation, turns: int) -> list[tuple[Any, ...]]:
    """Everything that was said, called and observed; not the thoughts, which OpenAI's chat keeps to itself."""
    query = (
        "SELECT turn, kind, body FROM handrail.entries WHERE request_id = :r AND turn <= :turns "
        "AND kind NOT IN ('thought', 'reasoning') ORDER BY turn, step, n"
    )
    found = rows(customer.stack, query, r=customer.request_id, turns=turns)
    return [(row["turn"], row["kind"], _settled(row["body"])) for row in found]


def _settled(body: dict[str, Any]) -> str:
    kept = {key: value for key, value in body.items() if key not in ("call_id", "message_id", "id")}
    return OTHER_EACH_TIME.sub("…", str(kept))


@pytest.mark.parametrize("name", SCRIPTS)
def test_both_apis_leave_the_same_transcript(machine: Stack, chat_machine: tuple[Stack, str], name: str) -> None:
    script, (over, planner) = SCRIPTS[name], chat_machine
    servers = (over.standin_url, planner)
    for server in servers:
        httpx2.delete(f"{server}/_requests", trust_env=False)
    over_responses, over_chat = play(machine, script), play(over, script)
    turns = len(script.steps)
    assert transcript(over_chat, turns) == transcript(over_responses, turns)
    asked = [httpx2.get(f"{server}/_requests", trust_env=False).json()["requests"] for server in servers]
    assert {one["path"] for one in (*asked[0], *asked[1])} <= {"/v1/chat/completions"}, "no silent detour"
    assert {one["status"] for one in (*asked[0], *asked[1])} <= {200}, "nothing that a strict server refuses"
    assert {one["body"]["model"] for one in asked[0]} <= {"gpt-4.1"}
    assert {one["body"]["model"] for one in asked[1]} <= {"gpt-5.2"}, "each tier at its own server"
    assert asked[1] or not script.plans


def test_a_server_of_ones_own_is_billed_beside_a_stand_in_that_is_not(chat_machine: tuple[Stack, str]) -> None:
    stack, _ = chat_machine
    customer = play(stack, SCRIPTS["change"])
    query = "SELECT DISTINCT tier, billed FROM handrail.calls WHERE request_id = :r ORDER BY tier"
    found = [(row["tier"], row["billed"]) for row in rows(stack, query, r=customer.request_id)]
    assert found == [("fast", False), ("planner", True)]


def test_a_billed_call_holds_nothing_once_it_has_ended_and_begins_only_while_its_greatest_cost_is_left(
    chat_machine: tuple[Stack, str],
) -> None:
    stack, planner = chat_machine
    anna = play(stack, SCRIPTS["change"])
    assert rows(stack, "SELECT 1 FROM handrail.held_spending WHERE request_id = :r", r=anna.request_id) == []
    most = "INSERT INTO handrail.held_spending VALUES (:c, 1, :r, false, 999999, now() + interval '1 hour')"
    rows(stack, f"{most} RETURNING 1", c="another", r="another")
    httpx2.delete(f"{planner}/_requests", trust_env=False)
    try:
        rob = Conversation(stack, "C102")
        rob.say("My flight was cancelled, what can you do for me?")
        assert httpx2.get(f"{planner}/_requests", trust_env=False).json()["requests"] == [], "it would not fit"
    finally:
        rows(stack, "DELETE FROM handrail.held_spending WHERE call_id = :c RETURNING 1", c="another")
