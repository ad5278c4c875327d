"""Does the same conversation over Chat Completions leave the same transcript as over the Responses API?"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.as_seeded import bring_back
from tests.conversation import Conversation, standin
from tests.records import rows
from tests.stack import ROOT, Stack, running_stack

OTHER_EACH_TIME = re.compile(
    r"\bset-[0-9a-f]+|\b[a-z]{1,6}_(?=[A-Za-z]*\d)[A-Za-z0-9]{6,}|\bBAG\d+|\b\d{3}-?\d{10}\b"
    r"|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)"
)
"""Ids and times, which no two conversations share."""


@pytest.fixture(scope="module")
def chat_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A machine whose pack asks both tiers over Chat Completions."""
    folder = tmp_path_factory.mktemp("packs") / "airline"
    shutil.copytree(ROOT / "packs" / "airline", folder)
    manifest = folder / "pack.yaml"
    changed = manifest.read_text().replace("api: responses", "api: chat")
    assert changed.count("api: chat") == 2
    manifest.write_text(changed)
    with running_stack(HANDRAIL_PACKS=str(folder)) as stack:
        yield stack


@dataclass(frozen=True)
class Script:
    """What the customer does, in order: words, or the decision on what is shown."""

    customer: str | None
    steps: tuple[str, ...]


DECIDE = "(confirm)"
SCRIPTS = {
    "greeting": Script("C101", ("Hi there",)),
    "price": Script(None, ("How much is an extra bag?",)),
    "change": Script("C101", ("Move me to tomorrow's morning flight", DECIDE)),
    "storm": Script("C102", ("My flight was cancelled, what can you do for me?", "the first one please", DECIDE)),
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
def test_both_apis_leave_the_same_transcript(machine: Stack, chat_machine: Stack, name: str) -> None:
    script = SCRIPTS[name]
    standin(chat_machine, "DELETE", "/_requests")
    over_responses, over_chat = play(machine, script), play(chat_machine, script)
    turns = len(script.steps)
    assert transcript(over_chat, turns) == transcript(over_responses, turns)
    asked = standin(chat_machine, "GET", "/_requests").json()["requests"]
    assert {one["path"] for one in asked} <= {"/v1/chat/completions"}, "no silent detour"
    assert {one["status"] for one in asked} <= {200}, "nothing that a strict server refuses"
