"""Do values that nobody sends by accident end in a refusal rather than in a failure?"""

from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from tests.conversation import Conversation, headers, token
from tests.stack import Stack

AGENT = headers("A1", "agent")


@pytest.fixture(scope="module")
def talk(machine: Stack) -> Conversation:
    talk = Conversation(machine, "C101")
    talk.say("Hi there")
    return talk


@pytest.mark.parametrize("request_id", ["\0", "request-\0", "request-", "request-" + "A" * 26, "request-" + "²" * 26])
@pytest.mark.parametrize("path", ["/v1/requests/{}", "/v1/requests/{}/events", "/v1/desk/requests/{}"])
def test_what_is_no_request_id_is_not_found(stack: Stack, path: str, request_id: str) -> None:
    answer = stack.http.get(stack.url + path.format(quote(request_id)), headers=AGENT)
    assert answer.status_code == 404, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("after", ["-1", "99999999999", "2147483648", "1e3"])
def test_a_number_that_no_event_has_is_refused(stack: Stack, talk: Conversation, after: str) -> None:
    url = f"{stack.url}/v1/requests/{talk.request_id}/events"
    assert stack.http.get(url, params={"after": after}, headers=headers("C101")).status_code == 422


@pytest.mark.parametrize("last", ["²", "1" * 10, "¼", "+1", "1 2"])
def test_a_last_event_id_is_digits(stack: Stack, talk: Conversation, last: str) -> None:
    url = f"{stack.url}/v1/requests/{talk.request_id}/events"
    sent: Any = {**headers("C101"), "Last-Event-ID": last.encode("latin-1")}
    with stack.http.stream("GET", url, headers=sent) as answer:
        assert answer.status_code == 422


def test_a_customers_message_id_with_a_nul_is_refused(stack: Stack, talk: Conversation) -> None:
    message = {"id": "m\0", "text": "Hi there"}
    for path, body in (("", {"message": message}), (f"/{talk.request_id}/messages", message)):
        answer = stack.http.post(f"{stack.url}/v1/requests{path}", json=body, headers=headers("C101"))
        assert answer.status_code == 422, answer.text


@pytest.mark.parametrize(("pack", "status"), [("\0", 404), ("bank", 404), ("a" * 65, 422)])
def test_a_queue_of_no_company_of_ones_own_is_refused(stack: Stack, pack: str, status: int) -> None:
    assert stack.http.get(f"{stack.url}/v1/desk/queue", params={"pack": pack}, headers=AGENT).status_code == status


def test_a_subject_that_cannot_be_stored_is_none(stack: Stack) -> None:
    sent = {"Authorization": f"Bearer {token(chr(0), 'customer')}"}
    assert stack.http.get(f"{stack.url}/v1/requests", headers=sent).status_code == 401


@pytest.fixture(scope="module")
def held(machine: Stack) -> Conversation:
    """A request that a person holds."""
    talk = Conversation(machine, "C101")
    talk.say("Hi there")
    desk(talk, "takeover", {})
    return talk


def desk(talk: Conversation, verb: str, body: dict[str, Any]) -> httpx2.Response:
    url = f"{talk.stack.url}/v1/desk/requests/{talk.request_id}/{verb}"
    return talk.stack.http.post(url, json=body, headers=AGENT)


REPLIES = [("", 422), (" \n", 422), ("\u200b\u2060", 422), ("a" * 4001, 413), ("a\0b", 422), ("a" * 4000, 201)]


@pytest.mark.parametrize(("text", "status"), REPLIES, ids=["empty", "blank", "unseen", "too long", "NUL", "fit"])
def test_a_person_writes_what_a_customer_could(held: Conversation, text: str, status: int) -> None:
    assert desk(held, "reply", {"text": text}).status_code == status


def test_what_nobody_sees_is_taken_out_of_a_persons_reply(held: Conversation) -> None:
    assert desk(held, "reply", {"text": "Good\u202e day\x07"}).json()["text"] == "Good day"


@pytest.mark.parametrize("epoch", [-1, 2**31, 2**60])
def test_an_epoch_is_a_small_number(held: Conversation, epoch: int) -> None:
    assert desk(held, "claim", {"epoch": epoch}).status_code == 422


BODIES = {
    "a key twice": b'{"text": "Hello", "text": "Goodbye"}',
    "NaN": b'{"text": NaN}',
    "deep": b'{"text": ' + b"[" * 30 + b"]" * 30 + b"}",
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies_that_readers_understand_differently_are_refused(held: Conversation, name: str) -> None:
    url = f"{held.stack.url}/v1/desk/requests/{held.request_id}/reply"
    sent = AGENT | {"Content-Type": "application/json"}
    answer = held.stack.http.post(url, content=BODIES[name], headers=sent)
    assert answer.status_code == 422
    assert "Hello" not in answer.text
