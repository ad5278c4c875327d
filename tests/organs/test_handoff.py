"""Does exactly one of agent and person answer, and does the agent go on where it was?"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from tests.conversation import Conversation, headers, standin
from tests.stack import Stack, wait_until

REST_OF_THE_REPLY = 1.0
"""Seconds in which the model would have said the rest."""


@dataclass(frozen=True)
class Desk:
    """A person at the desk, looking at one request."""

    customer: Conversation
    name: str = "A1"
    role: str = "agent"

    def do(self, action: str, **body: Any) -> httpx2.Response:
        url = f"{self.customer.stack.url}/v1/desk/requests/{self.customer.request_id}/{action}"
        return httpx2.post(url, json=body, headers=headers(self.name, self.role), timeout=30, trust_env=False)

    def look(self) -> dict[str, Any]:
        stack = self.customer.stack
        url = f"{stack.url}/v1/desk/requests/{self.customer.request_id}"
        return stack.http.get(url, headers=headers(self.name, self.role)).json()

    @property
    def epoch(self) -> int:
        """The handoff's epoch, as the queue shows it."""
        return int(self.look()["handoff"]["epoch"])


@pytest.fixture
def waiting(stack: Stack) -> Conversation:
    """A customer with an open question who wants a person."""
    customer = Conversation(stack, "C102")
    customer.say("My flight was cancelled, what can you do for me?")
    customer.say("I want to speak to a person")
    assert customer.status == "waiting_for_person"
    return customer


@pytest.mark.parametrize(
    ("text", "reason"),
    [("There is a man with a bomb at gate B12", "emergency"), ("I lost everything, I just want to die", "self_harm")],
)
def test_who_is_in_danger_is_told_whom_to_call_and_comes_first_at_the_desk(
    waiting: Conversation, text: str, reason: str
) -> None:
    endangered = Conversation(waiting.stack, "C104")
    (told,) = endangered.say(text)
    assert "112" in told
    url = f"{waiting.stack.url}/v1/desk/queue"
    queue = waiting.stack.http.get(url, headers=headers("A1", "agent")).json()["items"]
    places = {item["request_id"]: place for place, item in enumerate(queue)}
    assert places[endangered.request_id] < places[waiting.request_id]
    assert queue[places[endangered.request_id]]["reason"] == reason


@pytest.mark.parametrize("claimed", [False, True])
def test_a_danger_told_while_a_person_has_the_request_is_answered_and_moves_to_the_front(
    waiting: Conversation, claimed: bool
) -> None:
    desk, before = Desk(waiting), Conversation(waiting.stack, "C104")
    if claimed:
        desk.do("claim", epoch=desk.epoch)
    epoch = desk.epoch
    before.say("I want to speak to a person")
    for _ in range(2):
        waiting.send("call an ambulance, my father can't breathe")
    wait_until(lambda: str(desk.look()["transcript"]).count("ambulance") == 2, "both messages at the desk")
    wait_until(lambda: desk.look()["handoff"]["reason"] == "emergency", "the reason")
    told = [reply["text"] for reply in waiting.look()["replies"] if "112" in reply["text"]]
    assert len(told) == 1, "who was told once is not told again"
    assert desk.epoch == epoch, "whoever has it keeps it"
    url = f"{waiting.stack.url}/v1/desk/queue"
    items = waiting.stack.http.get(url, headers=headers("A1", "agent")).json()["items"]
    places = {item["request_id"]: place for place, item in enumerate(items)}
    assert places[waiting.request_id] < places[before.request_id]


def test_of_five_that_claim_at_once_one_gets_it(waiting: Conversation) -> None:
    epoch, gate = Desk(waiting).epoch, threading.Barrier(5)

    def claim(number: int) -> int:
        gate.wait()
        return Desk(waiting, f"A{number}").do("claim", epoch=epoch).status_code

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(claim, range(5))) == [200, 409, 409, 409, 409]


def test_a_claim_of_what_has_moved_on_is_a_conflict(waiting: Conversation) -> None:
    epoch = Desk(waiting).epoch
    assert Desk(waiting).do("claim", epoch=epoch + 1).status_code == 409
    assert Desk(waiting).do("claim", epoch=epoch).status_code == 200
    assert Desk(waiting, "A2").do("claim", epoch=epoch).status_code == 409


def test_only_who_holds_it_answers_releases_and_gives_back(waiting: Conversation) -> None:
    first, second = Desk(waiting), Desk(waiting, "A2")
    first.do("claim", epoch=first.epoch)
    for action, body in (("reply", {"text": "Hello"}), ("release", {}), ("return", {})):
        assert second.do(action, **body).status_code == 409, action
    assert first.do("reply", text="Hello").status_code == 201
    assert waiting.look()["transcript"][-1] | {"at": ""} == {
        "turn": 2,
        "who": "person",
        "by": "person",
        "text": "Hello",
        "at": "",
    }


def test_a_reply_that_is_sent_twice_is_said_once(waiting: Conversation) -> None:
    first, second = Desk(waiting), Desk(waiting, "A2")
    first.do("claim", epoch=first.epoch)
    written = [first.do("reply", id="r-1", text="I have looked at it, write to eva@example.com") for _ in range(3)]
    assert [answer.status_code for answer in written] == [201] * 3
    assert len({answer.text for answer in written}) == 1, "warnings and all"
    assert ["idempotent-replayed" in answer.headers for answer in written] == [False, True, True]
    assert [line["who"] for line in waiting.look()["transcript"]].count("person") == 1
    assert first.do("reply", id="r-1", text="Something else").status_code == 409
    assert first.do("reply", id="r-2", text="I have looked at it").status_code == 201
    first.do("return")
    assert first.do("reply", id="r-1", text="I have looked at it, write to eva@example.com").status_code == 201
    assert first.do("reply", id="r-3", text="Once more").status_code == 409, "it was given back"
    assert second.do("reply", id="r-1", text="I have looked at it, write to eva@example.com").status_code == 409


def test_a_person_at_the_desk_says_their_own_name_and_another_is_hidden(waiting: Conversation) -> None:
    desk = Desk(waiting)
    desk.do("claim", epoch=desk.epoch)
    desk.do("reply", text="My name is Eva Lindqvist. I have asked Mr Brodquist to call you.")
    seen = str(desk.look()["transcript"])
    assert "My name is Eva Lindqvist. I have asked Mr <NAME_" in seen
    assert "Brodquist" not in seen


def test_what_is_released_waits_for_the_next_person(waiting: Conversation) -> None:
    first, second = Desk(waiting), Desk(waiting, "A2")
    epoch = first.epoch
    first.do("claim", epoch=epoch)
    assert first.do("release").status_code == 200
    assert first.do("reply", text="Hello").status_code == 409
    assert second.look()["handoff"]["state"] == "waiting"
    assert second.do("claim", epoch=second.epoch).status_code == 200


def test_while_a_person_holds_it_the_agent_is_silent_and_answers_what_is_left_after_the_return(
    waiting: Conversation,
) -> None:
    desk = Desk(waiting)
    desk.do("claim", epoch=desk.epoch)
    replies = len(waiting.look()["replies"])
    waiting.send("Are you there?")
    wait_until(lambda: "Are you there?" in str(desk.look()["transcript"]), "the message at the desk")
    assert len(waiting.look()["replies"]) == replies
    assert desk.do("reply", text="Yes, I am Eva. The rules are clear, our assistant goes on.").status_code == 201
    assert desk.do("return", note="she wants the first option").status_code == 200
    waiting.await_status("waiting_for_customer")
    assert "Which one" in waiting.look()["replies"][-1]["text"], "the open question stands"


def test_a_takeover_in_the_middle_of_a_reply_wins(stack: Stack) -> None:
    """The next sentence comes before the model call can be cancelled: only its release is refused."""
    standin(stack, "POST", "/_control", json={"latency": {"gpt-4.1": {"ttft_ms": 50, "tokens_per_s": 22}}})
    customer = Conversation(stack, "C101")
    customer.send("Hi there, how are you?")
    customer.await_event("reply.sentence", index=0)
    assert Desk(customer).do("takeover").status_code == 200
    assert Desk(customer).do("reply", text="I am Eva, let me look.").status_code == 201
    customer.await_status("waiting_for_person")
    time.sleep(REST_OF_THE_REPLY)
    events = customer.events()
    taken = next(event["n"] for event in events if event["type"] == "handoff")
    assert [event["n"] for event in events if event["type"] == "reply.sentence" and event["n"] > taken] == []
    assert [event["data"]["by"] for event in events if event["type"] == "reply.done"] == ["person"]
    assert "help you with your trip" not in str(customer.look()["transcript"]), "the draft is suppressed"


def test_a_takeover_stops_what_was_confirmed_but_has_not_begun(stack: Stack) -> None:
    customer = Conversation(stack, "C101")
    customer.say("Move me to tomorrow's morning flight")
    assert Desk(customer).do("takeover").status_code == 200
    card = customer.look()["open_confirmation"]
    body = {"confirm": {"set_id": card["set_id"], "digest": card["digest"], "decision": "confirm"}}
    url = f"{stack.url}/v1/requests/{customer.request_id}/messages"
    answer = stack.http.post(url, json=body, headers=headers("C101"))
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("held")
    assert customer.ledger("payments") == []


def test_what_is_with_the_desk_already_is_claimed_and_not_taken_over(waiting: Conversation) -> None:
    assert Desk(waiting).do("takeover").status_code == 409


def test_the_person_sees_the_whole_state(waiting: Conversation) -> None:
    whole = Desk(waiting).look()
    assert whole["request"]["intent"]
    assert {fact["type"] for fact in whole["facts"]} >= {"reservation", "flight", "disruption_points"}
    assert [line["who"] for line in whole["transcript"]].count("customer") == 2
    assert [event["n"] for event in whole["timeline"]] == list(range(1, len(whole["timeline"]) + 1))
    queue = waiting.stack.http.get(f"{waiting.stack.url}/v1/desk/queue", headers=headers("A1", "agent")).json()
    assert waiting.request_id in {item["request_id"] for item in queue["items"]}


def test_a_note_with_a_request_that_is_given_back_reaches_the_agent_masked_and_never_the_customer(
    waiting: Conversation,
) -> None:
    person = Desk(waiting)
    person.do("claim", epoch=person.epoch)
    number = "+49 170 5551234"
    assert person.do("return", note=f"Prefers mornings; call back on {number}.").status_code == 200
    wait_until(lambda: waiting.look()["holder"] == "agent", "the request is the agent's again")
    waiting.say("What do my fare rules say?")
    (note,) = person.look()["notes"]
    assert note.startswith("Prefers mornings; call back on <PHONE_")
    assert "Prefers mornings" not in str(waiting.look())
    assert "Prefers mornings" not in str(waiting.events())
    prompts = [str(one) for one in standin(waiting.stack, "GET", "/_requests").json()["requests"]]
    told = [one for one in prompts if "Prefers mornings" in one]
    assert told
    assert not any("5551234" in one for one in prompts)


def test_an_empty_note_is_none(waiting: Conversation) -> None:
    person = Desk(waiting)
    person.do("claim", epoch=person.epoch)
    assert person.do("return", note="  ").status_code == 200
    assert person.look()["notes"] == []
