"""Is a message that is sent twice answered once, whoever repeats it, and however fast?"""

import signal
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from tests.conversation import Conversation, headers
from tests.stack import Stack, wait_until

TEN = 10


def at_once(calls: int, send: Any) -> list[httpx2.Response]:
    """The same call from many threads, let go together."""
    gate = threading.Barrier(calls)

    def go(number: int) -> httpx2.Response:
        gate.wait()
        return send(number)

    with ThreadPoolExecutor(calls) as pool:
        return list(pool.map(go, range(calls)))


def open_request(stack: Stack, text: str, key: str | None, **message: str) -> httpx2.Response:
    body = {"pack": "airline", "channel": "web", "message": {"text": text} | message}
    sent = headers("C101") | ({"Idempotency-Key": key} if key else {})
    return httpx2.post(f"{stack.url}/v1/requests", json=body, headers=sent, timeout=30, trust_env=False)


def settled(stack: Stack, send: Any) -> list[httpx2.Response]:
    """Ten at once; whoever came while another was being accepted asks again, as the answer says."""
    answers = at_once(TEN, send)
    busy = [answer for answer in answers if answer.status_code == 409 and answer.json()["type"].endswith("in_progress")]
    assert all("retry-after" in answer.headers for answer in busy)
    return [answer for answer in answers if answer not in busy] + [send(0) for _ in busy]


def test_the_same_key_again_gives_the_same_request(stack: Stack) -> None:
    key = str(uuid.uuid4())
    first = open_request(stack, "Hi there", key)
    second = open_request(stack, "Hi there", key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["request_id"] == second.json()["request_id"]
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"


def test_the_same_key_with_another_body_is_a_conflict(stack: Stack) -> None:
    key = str(uuid.uuid4())
    open_request(stack, "Hi there", key)
    other = open_request(stack, "How much is an extra bag?", key)
    assert other.status_code == 409
    assert other.json()["type"].endswith("idempotency_conflict")


def test_the_same_key_of_another_customer_is_another_key(stack: Stack) -> None:
    key = str(uuid.uuid4())
    body = {"pack": "airline", "message": {"text": "Hi there"}}
    mine = open_request(stack, "Hi there", key).json()["request_id"]
    sent = headers("C102") | {"Idempotency-Key": key}
    theirs = stack.http.post(f"{stack.url}/v1/requests", json=body, headers=sent)
    assert theirs.status_code == 201
    assert theirs.json()["request_id"] != mine


def test_ten_at_once_with_one_key_open_one_request(stack: Stack) -> None:
    key = str(uuid.uuid4())
    answers = settled(stack, lambda _: open_request(stack, "Hi there", key))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["request_id"] for answer in answers}) == 1


def test_ten_at_once_with_one_message_id_open_one_request(stack: Stack) -> None:
    message_id = str(uuid.uuid4())
    answers = settled(stack, lambda _: open_request(stack, "Hi there", None, id=message_id))
    assert len({answer.json()["request_id"] for answer in answers}) == 1


@pytest.fixture(scope="module")
def talk(machine: Stack) -> Conversation:
    talk = Conversation(machine, "C101")
    talk.say("Hi there")
    return talk


def write(talk: Conversation, text: str, message_id: str) -> httpx2.Response:
    url = f"{talk.stack.url}/v1/requests/{talk.request_id}/messages"
    body = {"id": message_id, "text": text}
    return httpx2.post(url, json=body, headers=headers("C101"), timeout=30, trust_env=False)


def test_the_same_message_ten_times_at_once_is_one_turn(stack: Stack, talk: Conversation) -> None:
    message_id = str(uuid.uuid4())
    turns = len(talk.look()["transcript"])
    answers = settled(stack, lambda _: write(talk, "How much is an extra bag?", message_id))
    assert {answer.status_code for answer in answers} == {202}
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    wait_until(lambda: len(talk.look()["transcript"]) >= turns + 2, "the answer")
    said = [line["who"] for line in talk.look()["transcript"][turns:]]
    assert said == ["customer", "agent"]


def test_the_same_message_again_is_answered_as_before(talk: Conversation) -> None:
    message_id = str(uuid.uuid4())
    (reply,) = talk.say("How much is an extra bag?", message_id=message_id)
    lines = talk.look()["transcript"]
    talk.say("How much is an extra bag?", message_id=message_id)
    assert talk.look()["transcript"] == lines
    assert lines[-1]["text"] == reply


def test_the_same_message_id_with_another_text_is_a_conflict(talk: Conversation) -> None:
    message_id = str(uuid.uuid4())
    talk.say("How much is an extra bag?", message_id=message_id)
    other = write(talk, "Hi there", message_id)
    assert other.status_code == 409
    assert other.json()["type"].endswith("message_conflict")


def test_two_messages_at_once_are_answered_in_the_order_of_acceptance(talk: Conversation) -> None:
    turns = len(talk.look()["transcript"])
    at_once(2, lambda n: write(talk, ["How much is an extra bag?", "Hi there"][n], str(uuid.uuid4())))
    wait_until(lambda: len(talk.look()["transcript"]) >= turns + 4, "both answers")
    said = [line["who"] for line in talk.look()["transcript"][turns:]]
    assert said == ["customer", "agent", "customer", "agent"]


def test_more_than_ten_unanswered_messages_are_too_many(stack: Stack) -> None:
    talk = Conversation(stack, "C101")
    talk.say("Hi there")
    stack.processes["runtime0"].send(signal.SIGSTOP)
    try:
        answers = [write(talk, f"How much is an extra bag? {n}", f"m{n}") for n in range(TEN + 1)]
        again = write(talk, "How much is an extra bag? 0", "m0")
    finally:
        stack.processes["runtime0"].send(signal.SIGCONT)
    assert [answer.status_code for answer in answers] == [202] * TEN + [429]
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert int(answers[-1].headers["retry-after"]) > 0
    assert again.status_code == 202, "what was accepted may be repeated"
    wait_until(lambda: len(talk.look()["replies"]) == TEN + 1, "an answer to each accepted message")
    assert write(talk, "How much is an extra bag? 10", "m10").status_code == 202
