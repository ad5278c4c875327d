"""Who is let in, and who sees which request?"""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import jwt
import pytest

from activities.delegation_keys import JWKS_PATH, delegation_key
from contracts.ids import new_request_id
from tests.conversation import Conversation, headers, token
from tests.stack import JWT_SECRET, Stack
from workers.settings import DEVELOPMENT_SYSTEMS


def _unsigned() -> str:
    """A token of the algorithm `none`."""
    body = jwt.decode(token("C101", "customer"), options={"verify_signature": False})
    return jwt.encode(body, None, algorithm="none")  # pyright: ignore[reportArgumentType] - a forgery has no key


def _resigned(**header: str) -> str:
    """A token whose header says something else than how it was signed."""
    head, body, signature = token("C101", "customer").split(".")
    changed = json.loads(base64.urlsafe_b64decode(head + "==")) | header
    new = base64.urlsafe_b64encode(json.dumps(changed).encode()).rstrip(b"=").decode()
    return f"{new}.{body}.{signature}"


def _without(claim: str) -> str:
    body = jwt.decode(token("C101", "customer"), options={"verify_signature": False})
    del body[claim]
    return jwt.encode(body, JWT_SECRET, algorithm="HS256")


def test_everybody_may_read_the_keys_that_delegated_tokens_are_checked_with(stack: Stack) -> None:
    (served,) = stack.http.get(f"{stack.url}{JWKS_PATH}").json()["keys"]
    assert served == delegation_key(DEVELOPMENT_SYSTEMS).public


NOW = datetime.now(UTC)
BAD_TOKENS = {
    "the algorithm none": f"Bearer {_unsigned()}",
    "none written over HS256": f"Bearer {_resigned(alg='none')}",
    "another algorithm in the header": f"Bearer {_resigned(alg='RS256')}",
    "another secret": "Bearer " + jwt.encode({"sub": "C101"}, "x" * 40, algorithm="HS256"),
    "another audience": f"Bearer {token('C101', 'customer', aud='booking')}",
    "another issuer": f"Bearer {token('C101', 'customer', iss='somebody')}",
    "expired": f"Bearer {token('C101', 'customer', exp=NOW - timedelta(seconds=60))}",
    "issued tomorrow": f"Bearer {token('C101', 'customer', iat=NOW + timedelta(days=1))}",
    "not valid yet": f"Bearer {token('C101', 'customer', nbf=NOW + timedelta(days=1))}",
    "a role that does not exist": f"Bearer {token('C101', 'admin')}",
    "a level that is none": f"Bearer {token('C101', 'customer', level='high')}",
    "a subject that is none": f"Bearer {token('', 'customer')}",
    "a customer called null": f"Bearer {token('C101', 'customer', sub=None)}",
    "no expiry": f"Bearer {_without('exp')}",
    "no subject": f"Bearer {_without('sub')}",
    "garbage": "Bearer garbage",
    "half of one": f"Bearer {token('C101', 'customer')[:-10]}",
    "nothing": "Bearer",
    "another scheme": "Basic QzEwMTpzZWNyZXQ=",
}


@pytest.mark.parametrize("name", BAD_TOKENS)
@pytest.mark.parametrize("path", ["/v1/requests?mine=open", "/v1/desk/queue"])
def test_a_bad_token_is_refused_and_not_taken_for_a_visitor(stack: Stack, path: str, name: str) -> None:
    answer = stack.http.get(f"{stack.url}{path}", headers={"Authorization": BAD_TOKENS[name]})
    assert answer.status_code == 401, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_good_token_is_let_in(stack: Stack) -> None:
    answer = stack.http.get(f"{stack.url}/v1/requests", params={"mine": "open"}, headers=headers("C101"))
    assert answer.status_code == 200


@pytest.fixture(scope="module")
def anna(machine: Stack) -> Conversation:
    """A request of Anna's."""
    talk = Conversation(machine, "C101")
    talk.say("Hi there")
    return talk


@pytest.fixture(scope="module")
def visitor(machine: Stack) -> Conversation:
    """A request of nobody in particular."""
    talk = Conversation(machine)
    talk.say("Hi there")
    return talk


CALLS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "", None),
    ("GET", "/events", None),
    ("POST", "/messages", {"text": "Hello"}),
    ("POST", "/messages", {"confirm": {"set_id": "s", "digest": "d", "decision": "confirm"}}),
]


def call(stack: Stack, request_id: str, number: int, sent: dict[str, str]) -> httpx2.Response:
    method, path, body = CALLS[number]
    return stack.http.request(method, f"{stack.url}/v1/requests/{request_id}{path}", json=body, headers=sent)


@pytest.mark.parametrize("number", range(len(CALLS)))
@pytest.mark.parametrize(
    "caller",
    [
        headers("C102"),
        headers(None),
        headers("C101", "visitor"),
        {"Authorization": f"Bearer {token('C101', 'customer', pack='bank')}"},
    ],
    ids=["another customer", "a visitor", "a visitor of the same name", "her token for another pack"],
)
def test_nobody_else_finds_a_customers_request(
    stack: Stack, anna: Conversation, caller: dict[str, str], number: int
) -> None:
    found = call(stack, anna.request_id, number, caller)
    guessed = call(stack, new_request_id(), number, caller)
    assert (found.status_code, guessed.status_code) == (404, 404)
    assert found.json()["type"] == guessed.json()["type"], "whether it exists must not show"


@pytest.mark.parametrize("number", range(len(CALLS)))
def test_a_customer_does_not_write_into_a_visitors_request(stack: Stack, visitor: Conversation, number: int) -> None:
    assert call(stack, visitor.request_id, number, headers("C101")).status_code == 404


def test_the_owner_finds_it_among_hers_and_others_do_not(stack: Stack, anna: Conversation) -> None:
    def mine(sent: dict[str, str]) -> list[str]:
        answer = stack.http.get(f"{stack.url}/v1/requests", params={"mine": "open"}, headers=sent)
        return [one["request_id"] for one in answer.json()["requests"]]

    assert anna.request_id in mine(headers("C101"))
    assert anna.request_id not in mine(headers("C102"))
    assert mine(headers(None)) == []


def test_people_at_the_desk_do_not_write_as_the_customer(stack: Stack, anna: Conversation) -> None:
    assert call(stack, anna.request_id, 2, headers("A1", "agent")).status_code == 403


DESK = [
    ("GET", "/v1/desk/queue", None),
    ("GET", "/v1/desk/requests/{id}", None),
    ("POST", "/v1/desk/requests/{id}/claim", {"epoch": 1}),
    ("POST", "/v1/desk/requests/{id}/takeover", {}),
    ("POST", "/v1/desk/requests/{id}/release", {}),
    ("POST", "/v1/desk/requests/{id}/reply", {"text": "Hello"}),
    ("POST", "/v1/desk/requests/{id}/return", {}),
    ("POST", "/v1/desk/requests/{id}/approve", {"set_id": "s", "digest": "d"}),
    ("POST", "/v1/desk/requests/{id}/deny", {"set_id": "s", "digest": "d"}),
    ("GET", "/v1/requests/{id}/audit", None),
    ("GET", "/v1/control/switches", None),
    ("PUT", "/v1/control/switches", {"pack": "airline", "kind": "tool", "name": "change_flight", "on": False}),
]


@pytest.mark.parametrize(("caller", "status"), [(headers(None), 401), (headers("C101"), 403)], ids=["visitor", "owner"])
@pytest.mark.parametrize("number", range(len(DESK)), ids=[f"{method} {path}" for method, path, _ in DESK])
def test_the_desk_is_closed_to_customers(
    stack: Stack, anna: Conversation, caller: dict[str, str], status: int, number: int
) -> None:
    method, path, body = DESK[number]
    answer = stack.http.request(method, stack.url + path.format(id=anna.request_id), json=body, headers=caller)
    assert answer.status_code == status, answer.text


def test_who_answers_customers_switches_nothing(stack: Stack) -> None:
    body = {"pack": "airline", "kind": "tool", "name": "change_flight", "on": False}
    answer = stack.http.put(f"{stack.url}/v1/control/switches", json=body, headers=headers("A1", "agent"))
    assert answer.status_code == 403
    assert stack.http.get(f"{stack.url}/v1/desk/queue", headers=headers("A1", "agent")).status_code == 200


def test_the_desk_sees_tokens_where_the_owner_sees_values(stack: Stack) -> None:
    anna = Conversation(stack, "C101")
    anna.say("Hello, my name is Anna Keller")
    said = anna.look()["transcript"][0]["text"]
    whole = stack.http.get(f"{stack.url}/v1/desk/requests/{anna.request_id}", headers=headers("A1", "agent")).text
    assert "Anna Keller" in said
    assert "Keller" not in whole
    assert "<NAME_" in whole
