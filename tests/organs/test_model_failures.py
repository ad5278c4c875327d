"""Is there always an answer in time: another model, then a person, when models are down, slow or broken?"""

from datetime import UTC, datetime

import pytest

from activities.map_model_error import read_retry_after
from tests.conversation import Conversation, standin
from tests.records import rows
from tests.stack import Stack

FAST, PLANNER = "gpt-4.1", "gpt-5"
WAIT = 3
"""Seconds that a provider asks for: longer than we would wait of ourselves."""
NOW = datetime(2026, 11, 21, 9, 0, 0, tzinfo=UTC)


def fail(stack: Stack, kind: str, model: str = "", times: int = 100, **more: object) -> None:
    standin(stack, "POST", "/_control", json={"faults": [{"kind": kind, "times": times, "model": model, **more}]})


def models_of(customer: Conversation) -> list[str]:
    """Which models finished a call of the request, in order."""
    query = "SELECT model FROM handrail.calls WHERE request_id = :r AND state = 'done' ORDER BY turn, step"
    return [row["model"] for row in rows(customer.stack, query, r=customer.request_id)]


def test_with_the_fast_model_down_the_planner_answers(stack: Stack) -> None:
    fail(stack, "500", FAST)
    customer = Conversation(stack)
    (reply,) = customer.say("How much is an extra bag?")
    assert "40" in reply
    assert models_of(customer) == ["gpt-5.2"]


def test_with_the_planner_down_the_fast_model_goes_on_or_a_person_does(stack: Stack) -> None:
    fail(stack, "503", PLANNER)
    customer = Conversation(stack, "C101")
    customer.say("Move me to tomorrow's morning flight")
    assert customer.status in ("waiting_for_person", "waiting_for_confirmation")
    assert "gpt-5.2" not in models_of(customer)
    assert customer.ledger("payments") == []


@pytest.mark.parametrize("kind", ["500", "429"])
def test_with_every_model_down_a_person_takes_over_within_the_deadline(stack: Stack, kind: str) -> None:
    fail(stack, kind)
    customer = Conversation(stack)
    (reply,) = customer.say("How much is an extra bag?", wait="30s")
    assert "colleague will take over" in reply
    assert customer.status == "waiting_for_person"


@pytest.mark.parametrize("kind", ["500", "502", "503", "429", "empty"])
def test_one_failure_is_tried_again_and_never_seen(stack: Stack, kind: str) -> None:
    fail(stack, kind, FAST, times=1)
    customer = Conversation(stack)
    (reply,) = customer.say("How much is an extra bag?")
    assert "40" in reply
    assert models_of(customer) == ["gpt-4.1"]


def test_a_stream_cut_in_the_middle_is_taken_back_and_told_again(stack: Stack) -> None:
    fail(stack, "cut_stream", FAST, times=1, after_events=40)
    customer = Conversation(stack)
    (reply,) = customer.say("How much is an extra bag?")
    events = [event for event in customer.events() if event["type"].startswith("reply")]
    kinds = [event["type"] for event in events]
    retracted = kinds.index("reply.retract")
    assert "reply.sentence" in kinds[:retracted], "something was heard"
    kept = "".join(event["data"]["text"] for event in events[retracted + 1 : -1])
    assert kinds[-1] == "reply.done"
    assert kept.strip() == reply


def test_a_wait_that_the_provider_asks_for_is_kept(stack: Stack) -> None:
    fail(stack, "429", FAST, times=1, retry_after=WAIT)
    customer = Conversation(stack)
    customer.say("How much is an extra bag?")
    query = "SELECT attempt, extract(epoch FROM finished_at - created_at) AS took FROM handrail.calls"
    (call,) = rows(stack, f"{query} WHERE request_id = :r", r=customer.request_id)
    assert call["attempt"] == 2
    assert call["took"] >= WAIT, "earlier would be against the provider's word"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("2", 2.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("Sat, 21 Nov 2026 09:00:07 GMT", 7.0),
        ("Sat, 21 Nov 2026 08:59:00 GMT", 0.0),
        ("86400", 30.0),
        ("Tue, 21 Nov 2028 09:00:00 GMT", 30.0),
        ("-3", None),
        ("nan", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_a_wait_is_read_in_seconds_or_as_a_date_and_capped(header: str | None, seconds: float | None) -> None:
    assert read_retry_after(header, NOW) == seconds


def test_an_absurd_wait_does_not_outlast_the_deadline(stack: Stack) -> None:
    fail(stack, "429", FAST, times=1, retry_after="absurd")
    customer = Conversation(stack)
    replies = customer.say("How much is an extra bag?", wait="50s")
    assert replies, "there is an answer all the same"


def requests_of(stack: Stack, model: str) -> int:
    """How often a model was asked since the stand-in's list was emptied."""
    received = standin(stack, "GET", "/_requests").json()["requests"]
    return sum(1 for one in received if (one["body"] or {}).get("model", "").startswith(model))


def test_a_model_that_hangs_is_asked_once_more_within_the_same_attempt(stack: Stack) -> None:
    fail(stack, "hang", FAST, times=1)
    standin(stack, "DELETE", "/_requests")
    customer = Conversation(stack)
    (reply,) = customer.say("How much is an extra bag?", wait="50s")
    assert "40" in reply
    assert models_of(customer) == ["gpt-4.1"]
    query = "SELECT attempt FROM handrail.calls WHERE request_id = :r"
    assert [row["attempt"] for row in rows(stack, query, r=customer.request_id)] == [1]
    assert requests_of(stack, FAST) == 2
    assert "reply.retract" not in [event["type"] for event in customer.events()]


def test_a_model_that_hangs_twice_is_left_for_the_other(stack: Stack) -> None:
    fail(stack, "hang", FAST, times=100)
    standin(stack, "DELETE", "/_requests")
    customer = Conversation(stack)
    (reply,) = customer.say("How much is an extra bag?", wait="50s")
    assert "40" in reply
    assert models_of(customer) == ["gpt-5.2"]
    assert requests_of(stack, FAST) == 2


def test_a_model_that_failed_is_not_asked_again_in_the_same_turn(stack: Stack) -> None:
    fail(stack, "503", PLANNER, times=1000)
    standin(stack, "DELETE", "/_requests")
    customer = Conversation(stack, "C101")
    customer.say("Move me to tomorrow's morning flight")
    thoughts = requests_of(stack, FAST)
    assert thoughts > 1, "the turn has more than one step"
    query = "SELECT count(DISTINCT step) AS n FROM handrail.calls WHERE request_id = :r AND model = 'gpt-5.2'"
    assert rows(stack, query, r=customer.request_id) == [{"n": 1}]


def test_a_reply_without_end_is_cut(stack: Stack) -> None:
    fail(stack, "endless", FAST, times=1)
    customer = Conversation(stack)
    replies = customer.say("How much is an extra bag?", wait="50s")
    assert replies
    assert all(len(reply) < 6_100 for reply in replies)
