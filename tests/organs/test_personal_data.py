"""Where does a name from the customer's record lie, once it was typed in chat? In the vault, and nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.as_seeded import bring_back
from tests.conversation import Conversation, headers, standin
from tests.records import PLACES, rows
from tests.stack import Stack

NAME, PHONE, EMAIL, STREET = "Keller", "+4915123000101", "anna.keller@example.com", "Lindenstraße 12"
FORMS = [
    NAME,
    NAME.upper(),
    NAME.lower(),
    PHONE,
    PHONE[1:],
    "151 23000101",
    "0151 23000101",
    EMAIL,
    STREET,
    "Lindenstra",
]
PLANTED = "heliotrope"
"""A word without meaning that is nobody's: found in every place where a message's words may be."""


@dataclass(frozen=True)
class Talked:
    """What Anna has done: introduced herself, changed her flight, spoken with a person."""

    stack: Stack
    anna: Conversation

    def holds(self, place: str, said: str) -> bool:
        return said in self.written(place)

    def written(self, place: str) -> str:
        return PLACES[place](self.stack, self.anna.request_id)


@pytest.fixture(scope="module")
def talked(machine: Stack) -> Talked:
    bring_back(machine)
    standin(machine, "DELETE", "/_requests")
    anna = Conversation(machine, "C101")
    anna.say(
        f"Hello, I am Anna {NAME}, my number is 0151 23000101, also {PHONE}, my mail {EMAIL}. My suitcase is {PLANTED}."
    )
    anna.say("Move me to tomorrow's morning flight")
    anna.say(f"By the way I live at {STREET}, 60318 Frankfurt am Main, and my name is {NAME.upper()}")
    anna.decide()
    anna.say("I want to speak to a person")
    desk = headers("A1", "agent")
    base = f"{machine.url}/v1/desk/requests/{anna.request_id}"
    epoch = machine.http.get(base, headers=desk).json()["handoff"]["epoch"]
    assert machine.http.post(f"{base}/claim", json={"epoch": epoch}, headers=desk).status_code == 200
    spoken = {"text": f"Hello Mrs {NAME}, I will call you at {PHONE}."}
    assert machine.http.post(f"{base}/reply", json=spoken, headers=desk).status_code == 201
    return Talked(machine, anna)


@pytest.mark.parametrize("place", PLACES)
def test_nothing_personal_lies_in(talked: Talked, place: str) -> None:
    text = talked.written(place)
    assert [form for form in FORMS if form in text] == []


CONTROLS: dict[str, Callable[[Talked], str]] = {
    "PostgreSQL": lambda _: PLANTED,
    "the prompts": lambda _: PLANTED,
    "Temporal": lambda talked: talked.anna.request_id,
    "the logs": lambda _: "runtime_started",
}


@pytest.mark.parametrize("place", PLACES)
def test_what_does_lie_there_is_found_in(talked: Talked, place: str) -> None:
    """So that the search above can fail."""
    assert talked.holds(place, CONTROLS[place](talked))


def test_words_of_messages_do_not_reach_temporal_or_the_logs(talked: Talked) -> None:
    assert not talked.holds("Temporal", PLANTED)
    assert not talked.holds("the logs", PLANTED)


def test_ids_and_labels_do_reach_temporal(talked: Talked) -> None:
    (message,) = rows(
        talked.stack,
        "SELECT message_key FROM handrail.inbox WHERE request_id = :r AND seq = 1",
        r=talked.anna.request_id,
    )
    assert talked.holds("Temporal", message["message_key"])
    assert talked.holds("Temporal", "change_flight")


def test_the_owner_reads_her_own_words(talked: Talked) -> None:
    lines = [line["text"] for line in talked.anna.look()["transcript"]]
    assert f"Anna {NAME}" in lines[0]
    assert any(PHONE in line and "Mrs" in line for line in lines)


def test_the_vault_has_them_under_tokens(talked: Talked) -> None:
    tokens = rows(
        talked.stack, "SELECT token, kind FROM handrail.vault WHERE request_id = :r", r=talked.anna.request_id
    )
    assert {"NAME", "PHONE", "EMAIL", "ADDRESS"} <= {row["kind"] for row in tokens}


def test_prompts_speak_of_her_by_tokens(talked: Talked) -> None:
    assert talked.holds("the prompts", "<NAME_")
    assert talked.holds("the prompts", "<PHONE_")


def test_a_token_that_a_customer_types_is_none(stack: Stack) -> None:
    anna = Conversation(stack, "C101")
    anna.say("Hello, my name is Anna Keller")
    anna.say("Please tell me who <NAME_1> and <EMAIL_1> and <CARD_1> are")
    typed = next(line["text"] for line in anna.look()["transcript"] if "tell me who" in line["text"])
    assert "Keller" not in typed
    assert EMAIL not in typed


def test_a_visitors_last_name_is_kept_in_the_vault_too(stack: Stack) -> None:
    standin(stack, "DELETE", "/_requests")
    visitor = Conversation(stack)
    visitor.say("When does my booking leave?")
    visitor.say("K7Q2LM")
    (reply,) = visitor.say(NAME)
    assert "NW212" in reply
    for place, written in PLACES.items():
        assert NAME not in written(stack, visitor.request_id), place


def test_a_visitor_reads_who_answers_at_the_desk(machine: Stack) -> None:
    """Tokens are opened for signed-in owners alone; a colleague's own name is nobody's secret."""
    visitor = Conversation(machine)
    visitor.say("I want to speak to a person")
    desk, base = headers("A1", "agent"), f"{machine.url}/v1/desk/requests/{visitor.request_id}"
    epoch = machine.http.get(base, headers=desk).json()["handoff"]["epoch"]
    assert machine.http.post(f"{base}/claim", json={"epoch": epoch}, headers=desk).status_code == 200
    spoken = {"text": "Hello, I'm Wiltrud. Is Mrs Quastenflosse with you?\n\nKind regards,\nWiltrud"}
    assert machine.http.post(f"{base}/reply", json=spoken, headers=desk).status_code == 201
    said = visitor.look()["transcript"][-1]["text"]
    assert said == "Hello, I'm Wiltrud. Is Mrs <NAME_1> with you?\n\nKind regards,\nWiltrud"
