"""Whose key, and whose message id, opens which request? Retries open one; two people, two days, two texts open two."""

import uuid

import httpx2
import pytest

from evals.records import rows
from tests.conversation import headers
from tests.stack import Stack


def open_request(
    stack: Stack, who: str | None, text: str = "Hi there", *, key: str | None = None, message_id: str | None = None
) -> httpx2.Response:
    message = {"text": text} | ({"id": message_id} if message_id else {})
    sent = headers(who) | ({"Idempotency-Key": key} if key else {})
    return stack.http.post(f"{stack.url}/v1/requests", json={"pack": "airline", "message": message}, headers=sent)


def opened(answer: httpx2.Response) -> str:
    assert answer.status_code == 201, answer.text
    return str(answer.json()["request_id"])


@pytest.mark.parametrize("key", ["1", "m1", "k" * 15])
def test_a_visitors_key_must_be_one_that_nobody_else_thinks_of(stack: Stack, key: str) -> None:
    answer = open_request(stack, None, key=key)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("idempotency_key_too_short")


def test_a_visitors_long_key_opens_one_request(stack: Stack) -> None:
    key = uuid.uuid4().hex
    assert opened(open_request(stack, None, key=key)) == opened(open_request(stack, None, key=key))


def test_a_customers_key_may_be_short_since_it_is_the_customers_alone(stack: Stack) -> None:
    mine, again = open_request(stack, "C101", key="1"), open_request(stack, "C101", key="1")
    theirs = open_request(stack, "C102", key="1")
    assert opened(mine) == opened(again) != opened(theirs)


def test_a_client_that_numbers_its_messages_opens_a_request_with_each_first_one(stack: Stack) -> None:
    number = uuid.uuid4().hex[:4]
    first = opened(open_request(stack, "C101", "Hi there", message_id=number))
    second = opened(open_request(stack, "C101", "How much is an extra bag?", message_id=number))
    assert first != second


def test_its_retry_opens_no_second_one(stack: Stack) -> None:
    number = uuid.uuid4().hex[:4]
    first = open_request(stack, "C101", message_id=number)
    again = open_request(stack, "C101", message_id=number)
    assert opened(first) == opened(again)
    assert again.headers["idempotent-replayed"] == "true"


def test_visitors_that_number_their_messages_never_meet(stack: Stack) -> None:
    assert opened(open_request(stack, None, message_id="m1")) != opened(open_request(stack, None, message_id="m1"))


def age(stack: Stack, request_id: str, days: int = 3) -> None:
    """Let this request be of some days ago."""
    rows(
        stack,
        "UPDATE handrail.requests SET opened_at = opened_at - make_interval(days => :d) WHERE request_id = :r",
        d=days,
        r=request_id,
    )
    rows(
        stack,
        "UPDATE handrail.claims SET lease_until = lease_until - make_interval(days => :d) WHERE request_id = :r",
        d=days,
        r=request_id,
    )


def test_the_same_words_days_later_are_a_new_request(stack: Stack) -> None:
    number = uuid.uuid4().hex[:4]
    first = opened(open_request(stack, "C101", message_id=number))
    age(stack, first)
    later = opened(open_request(stack, "C101", message_id=number))
    assert later != first
    assert opened(open_request(stack, "C101", message_id=number)) == later, "and its retry opens none"


def test_a_retry_after_the_lease_is_still_a_retry(stack: Stack) -> None:
    number = uuid.uuid4().hex[:4]
    first = opened(open_request(stack, "C101", message_id=number))
    rows(stack, "UPDATE handrail.claims SET lease_until = now() - interval '1 minute' WHERE request_id = :r", r=first)
    assert opened(open_request(stack, "C101", message_id=number)) == first


def test_of_an_idempotency_key_only_a_digest_is_kept(stack: Stack) -> None:
    key = f"quokka@example.com/{uuid.uuid4().hex}"
    first = opened(open_request(stack, "C101", key=key))
    for table in ("idempotency", "claims"):
        (kept,) = rows(stack, f"SELECT t::text AS line FROM handrail.{table} t WHERE request_id = :r", r=first)
        assert "quokka" not in kept["line"]
    assert opened(open_request(stack, "C101", key=key)) == first


def test_an_idempotency_key_counts_for_ever(stack: Stack) -> None:
    key = uuid.uuid4().hex
    first = opened(open_request(stack, "C101", key=key))
    age(stack, first)
    assert opened(open_request(stack, "C101", key=key)) == first
