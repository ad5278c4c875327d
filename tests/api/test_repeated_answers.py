"""Is a repeated message answered with what it was answered before, whoever waits, and however fast?"""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from tests.as_seeded import bring_back
from tests.conversation import Conversation, headers
from tests.stack import Stack


def write(talk: Conversation, text: str, message_id: str, wait: str = "40s") -> httpx2.Response:
    url = f"{talk.stack.url}/v1/requests/{talk.request_id}/messages"
    sent = headers(talk.customer)
    body = {"id": message_id, "text": text}
    return httpx2.post(url, params={"wait": wait}, json=body, headers=sent, timeout=60, trust_env=False)


@pytest.fixture(scope="module")
def talk(machine: Stack) -> Conversation:
    talk = Conversation(machine, "C101")
    talk.say("Hi there")
    return talk


def test_a_repeated_message_is_answered_with_its_replies(talk: Conversation) -> None:
    bag = str(uuid.uuid4())
    first = write(talk, "How much is an extra bag?", bag).json()
    assert "40" in first["replies"][0]["text"]
    write(talk, "Hi there", str(uuid.uuid4()))
    again = write(talk, "How much is an extra bag?", bag)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json()["replies"] == first["replies"], "those of its own turn, not of a later one"


def test_a_repeated_first_message_is_answered_with_its_replies(stack: Stack) -> None:
    body: dict[str, Any] = {"pack": "airline", "message": {"text": "How much is an extra bag?"}}
    sent = headers("C101") | {"Idempotency-Key": str(uuid.uuid4())}

    def post() -> httpx2.Response:
        return stack.http.post(f"{stack.url}/v1/requests", params={"wait": "40s"}, json=body, headers=sent)

    first, again = post().json(), post().json()
    assert "40" in first["replies"][0]["text"]
    assert again["replies"] == first["replies"]
    assert again["request_id"] == first["request_id"]


def test_a_repeated_message_shows_the_confirmation_that_it_brought(stack: Stack) -> None:
    talk = Conversation(stack, "C101")
    talk.say("Hi there")
    move = str(uuid.uuid4())
    first = write(talk, "Move me to tomorrow's morning flight", move).json()
    again = write(talk, "Move me to tomorrow's morning flight", move).json()
    assert first["confirmation"]["digest"] == again["confirmation"]["digest"]
    assert again["replies"] == first["replies"]
    talk.decide("decline")
    assert "confirmation" not in write(talk, "Move me to tomorrow's morning flight", move).json()


@pytest.mark.parametrize("decision", ["confirm", "decline"])
def test_a_repeated_decision_is_answered_with_what_was_decided_and_said(stack: Stack, decision: str) -> None:
    bring_back(stack)
    talk = Conversation(stack, "C101")
    talk.say("Move me to tomorrow's morning flight")
    card = talk.look()["open_confirmation"]
    body = {"confirm": {"set_id": card["set_id"], "digest": card["digest"], "decision": decision}}
    url, sent = f"{stack.url}/v1/requests/{talk.request_id}/messages", headers("C101")

    def post() -> httpx2.Response:
        return stack.http.post(url, params={"wait": "40s"}, json=body, headers=sent)

    first = post()
    talk.say("How much is an extra bag?")
    again = post()
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["replies"] != []
    assert again.json()["replies"] == first.json()["replies"], "those that the decision brought, and none of later"
    assert again.json()["decision"] == first.json()["decision"]
    assert ("idempotent-replayed" in first.headers, again.headers["idempotent-replayed"]) == (False, "true")


def test_five_at_once_are_all_answered_the_same(talk: Conversation) -> None:
    message_id, gate = str(uuid.uuid4()), threading.Barrier(5)

    def go(_: int) -> httpx2.Response:
        gate.wait()
        return write(talk, "How much is an extra bag?", message_id)

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(go, range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5, "none is told to come back"
    assert len({answer.json()["replies"][0]["text"] for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1


def test_five_first_messages_at_once_open_one_request(stack: Stack) -> None:
    body = {"pack": "airline", "message": {"text": "Hi there", "id": str(uuid.uuid4())}}
    gate = threading.Barrier(5)

    def go(_: int) -> httpx2.Response:
        gate.wait()
        sent = headers("C101")
        return httpx2.post(f"{stack.url}/v1/requests", json=body, headers=sent, timeout=60, trust_env=False)

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(go, range(5)))
    assert [answer.status_code for answer in answers] == [201] * 5
    assert len({answer.json()["request_id"] for answer in answers}) == 1
