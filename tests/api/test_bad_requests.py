"""Is bad input refused with problem+json before Temporal is touched?"""

import json
from typing import Any

import httpx2
import pytest

from tests.conversation import Conversation, headers
from tests.stack import Stack
from tests.temporal import count_workflows

JSON = {"Content-Type": "application/json"}


def new_request(text: str = "Hi there", **changes: Any) -> dict[str, Any]:
    """A fit body, or one with changes."""
    return {"pack": "airline", "channel": "web", "message": {"text": text}} | changes


def post(stack: Stack, body: bytes, path: str = "/v1/requests", **sent: str) -> httpx2.Response:
    return stack.http.post(f"{stack.url}{path}", content=body, headers=JSON | sent)


def assert_refused(answer: httpx2.Response, status: int) -> dict[str, Any]:
    """A problem of RFC 9457 with this status, a stable type and a sentence."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"].startswith("urn:handrail:problem:")
    assert len(problem["detail"]) > 10
    return problem


FIT = json.dumps(new_request()).encode()
DEEP = b"[" * 100_000 + b"]" * 100_000

BODIES: dict[str, tuple[bytes, int]] = {
    "an empty body": (b"", 422),
    "no JSON": (b"{not json", 422),
    "JSON that is no object": (b"[]", 422),
    "JSON after the end": (FIT + b"{}", 422),
    "bytes that are no UTF-8": (FIT.replace(b"Hi", b"\xff\xfe"), 422),
    "NaN": (FIT.replace(b'"Hi there"', b"NaN"), 422),
    "a number beyond all numbers": (FIT.replace(b'"Hi there"', b"1e999"), 422),
    "deep nesting": (DEEP, 422),
    "deep nesting in a field": (FIT.replace(b'"Hi there"', DEEP[:40_000] + DEEP[-40_000:]), 422),
    "a key twice": (FIT.replace(b'{"text"', b'{"text": "first", "text"'), 422),
    "a key twice in the outer object": (FIT.replace(b'{"pack"', b'{"pack": "airline", "pack"'), 422),
    "a key that nobody knows": (json.dumps(new_request(priority="high")).encode(), 422),
    "no message": (b'{"pack": "airline"}', 422),
    "a text that is no text": (json.dumps(new_request(message={"text": 7})).encode(), 422),
    "an empty text": (json.dumps(new_request("")).encode(), 422),
    "nothing but blanks": (json.dumps(new_request(" \n\t ")).encode(), 422),
    "nothing that a reader sees": (json.dumps(new_request("\u200b\u202e\u2060")).encode(), 422),
    "NUL": (json.dumps(new_request("Hi\x00there")).encode(), 422),
    "a lone surrogate": (FIT.replace(b"Hi there", b"Hi \\ud800 there"), 422),
    "4,001 characters": (json.dumps(new_request("a" * 4001)).encode(), 413),
    "more than a megabyte": (json.dumps(new_request("a" * 1_000_001)).encode(), 413),
    "an empty message id": (json.dumps(new_request(message={"id": "", "text": "Hi"})).encode(), 422),
    "a message id of 201 characters": (json.dumps(new_request(message={"id": "i" * 201, "text": "Hi"})).encode(), 422),
    "a lone surrogate in the message id": (
        FIT.replace(b'{"text"', b'{"id": "\\ud800", "text"'),
        422,
    ),
    "NUL in the message id": (FIT.replace(b'{"text"', b'{"id": "\\u0000", "text"'), 422),
    "an unknown channel": (json.dumps(new_request(channel="fax")).encode(), 422),
    "an unknown pack": (json.dumps(new_request(pack="bank")).encode(), 404),
    "NUL in the pack": (FIT.replace(b"airline", b"air\\u0000line"), 422),
}


@pytest.fixture(scope="module")
def workflows_before(machine: Stack) -> int:
    return count_workflows(machine)


@pytest.mark.parametrize("name", BODIES)
def test_a_new_request_is_refused(stack: Stack, workflows_before: int, name: str) -> None:
    body, status = BODIES[name]
    problem = assert_refused(post(stack, body), status)
    assert "Hi there" not in json.dumps(problem), "what was sent is not repeated"


def test_none_of_them_reached_temporal(stack: Stack, workflows_before: int) -> None:
    assert count_workflows(stack) == workflows_before
    talk = Conversation(stack)
    talk.say("Hi there")
    assert count_workflows(stack) > workflows_before, "one that is accepted is counted"


def test_exactly_4000_characters_are_accepted(stack: Stack) -> None:
    assert post(stack, json.dumps(new_request("a" * 4000)).encode()).status_code == 201


@pytest.mark.parametrize(
    "sent",
    [{"Idempotency-Key": "k" * 201}, {"Idempotency-Key": ""}],
    ids=["a key of 201 characters", "an empty key"],
)
def test_an_unfit_idempotency_key_is_refused(stack: Stack, sent: dict[str, str]) -> None:
    assert_refused(post(stack, FIT, **sent), 422)


@pytest.mark.parametrize("wait", ["soon", "20", "-1s", "20s; drop", "9" * 5 + "s", "1e3s", "\u0663s"])
def test_a_wait_that_is_no_duration_is_refused(stack: Stack, wait: str) -> None:
    answer = stack.http.post(f"{stack.url}/v1/requests", params={"wait": wait}, json=new_request())
    assert_refused(answer, 422)


MESSAGES: dict[str, tuple[dict[str, Any], int]] = {
    "neither text nor decision": ({}, 422),
    "text and decision": ({"text": "yes", "confirm": {"set_id": "s", "digest": "d", "decision": "confirm"}}, 422),
    "half a decision": ({"confirm": {"set_id": "s"}}, 422),
    "a decision that is none": ({"confirm": {"set_id": "s", "digest": "d", "decision": "approve"}}, 422),
    "a decision on nothing": ({"confirm": {"set_id": "s", "digest": "d", "decision": "confirm"}}, 409),
    "an empty text": ({"text": ""}, 422),
    "4,001 characters": ({"text": "a" * 4001}, 413),
    "NUL": ({"text": "a\x00b"}, 422),
}


@pytest.fixture(scope="module")
def talk(machine: Stack) -> Conversation:
    """A request of Anna's that is open."""
    talk = Conversation(machine, "C101")
    talk.say("Hi there")
    return talk


@pytest.mark.parametrize("name", MESSAGES)
def test_a_further_message_is_refused(stack: Stack, talk: Conversation, name: str) -> None:
    body, status = MESSAGES[name]
    path = f"{stack.url}/v1/requests/{talk.request_id}/messages"
    assert_refused(stack.http.post(path, json=body, headers=headers("C101")), status)


def test_refused_messages_left_nothing_in_the_conversation(talk: Conversation) -> None:
    assert [line["who"] for line in talk.look()["transcript"]] == ["customer", "agent"]


@pytest.mark.parametrize("last", ["-1", "first", "1.5", "²", "1" * 30])
def test_a_last_event_id_that_is_no_number_is_refused(stack: Stack, talk: Conversation, last: str) -> None:
    path = f"{stack.url}/v1/requests/{talk.request_id}/events"
    sent = headers("C101") | {"Last-Event-ID": last}
    assert_refused(stack.http.get(path, headers=[(k.encode(), v.encode()) for k, v in sent.items()]), 422)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("DELETE", "/v1/requests", 405),
        ("GET", "/v1/requests/..%2f..%2fetc", 404),
        ("GET", "/v1/requests/" + "a" * 5000, 404),
        ("GET", "/v1/requests/request-%00", 404),
        ("GET", "/v1/requests/request-%ED%A0%80", 404),
    ],
)
def test_addresses_that_do_not_exist_are_problems_too(stack: Stack, method: str, path: str, status: int) -> None:
    assert_refused(stack.http.request(method, f"{stack.url}{path}"), status)
