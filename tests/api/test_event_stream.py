"""Does a reader of the event stream miss nothing, and see nothing twice, however often it comes back?"""

import threading
from typing import Any

import httpx2
import pytest

from tests.conversation import Conversation, headers
from tests.stack import Stack


@pytest.fixture(scope="module")
def talk(machine: Stack) -> Conversation:
    """A finished turn of several sentences, tools and a card."""
    talk = Conversation(machine, "C102")
    talk.say("My flight was cancelled, what can you do for me?")
    return talk


def test_events_are_numbered_from_one_without_gaps(talk: Conversation) -> None:
    events = talk.events()
    assert [event["n"] for event in events] == list(range(1, len(events) + 1))
    assert {"status", "plan", "tool", "reply.sentence", "reply.done"} <= {event["type"] for event in events}


def test_a_reader_that_comes_back_after_each_event_sees_what_one_saw_that_stayed(talk: Conversation) -> None:
    whole = talk.events()
    pieces: list[dict[str, Any]] = []
    while len(pieces) < len(whole):
        stream = talk.follow(after=pieces[-1]["n"] if pieces else 0)
        pieces.append(next(stream))
        stream.close()  # type: ignore[attr-defined]  # a generator: leaves the stream as a lost connection would
    assert pieces == whole


def test_a_reader_that_stays_sees_every_event_once(machine: Stack) -> None:
    talk = Conversation(machine, "C102")
    talk.say("Hi there")
    stream, seen = talk.follow(), list[dict[str, Any]]()
    for text in ("How much is an extra bag?", "Hi there"):
        last = talk.look()["last_event"]
        while not seen or seen[-1]["n"] < last:
            seen.append(next(stream))
        talk.say(text)
    seen.append(next(stream))
    stream.close()  # type: ignore[attr-defined]  # a generator: leaves the stream as a lost connection would
    assert [event["n"] for event in seen] == list(range(1, len(seen) + 1))


def test_a_first_connection_may_start_in_the_middle(stack: Stack, talk: Conversation) -> None:
    url = f"{stack.url}/v1/requests/{talk.request_id}/events"
    with stack.http.stream("GET", url, params={"after": 3}, headers=headers("C102")) as stream:
        first = next(line for line in stream.iter_lines() if line.startswith("id: "))
    assert first == "id: 4"


def test_a_reader_beyond_the_end_waits_for_what_comes(talk: Conversation) -> None:
    last = talk.look()["last_event"]
    seen: list[dict[str, Any]] = []
    reader = threading.Thread(target=lambda: seen.append(next(talk.follow(after=last))))
    reader.start()
    talk.say("Hi there")
    reader.join(timeout=20)
    assert [event["n"] for event in seen] == [last + 1]


def test_the_sentences_of_a_turn_are_its_reply(talk: Conversation) -> None:
    events = talk.events()
    turn_one = [event["data"] for event in events if event["type"].startswith("reply") and event["data"]["turn"] == 1]
    sentences = "".join(data["text"] for data in turn_one if "index" in data)
    done = next(data for data in turn_one if "by" in data)
    assert sentences.strip() == done["text"]


def test_a_stream_says_that_it_is_one_and_is_kept_by_nobody(stack: Stack, talk: Conversation) -> None:
    url = f"{stack.url}/v1/requests/{talk.request_id}/events"
    with stack.http.stream("GET", url, headers=headers("C102")) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"


def test_two_readers_see_the_same(talk: Conversation) -> None:
    assert talk.events() == talk.events()


def test_a_wait_brings_the_replies_and_no_wait_none(stack: Stack) -> None:
    talk = Conversation(stack)
    body = {"pack": "airline", "message": {"text": "How much is an extra bag?"}}
    waited = stack.http.post(f"{stack.url}/v1/requests", params={"wait": "40s"}, json=body)
    assert waited.status_code == 201
    assert "40" in waited.json()["replies"][0]["text"]
    talk.request_id = waited.json()["request_id"]
    url = f"{stack.url}/v1/requests/{talk.request_id}/messages"
    quick = stack.http.post(url, json={"text": "Hi there"})
    assert quick.status_code == 202
    assert "replies" not in quick.json()
    talk.await_event("reply.done", turn=2)


def test_a_wait_that_is_too_short_ends_without_the_reply(stack: Stack) -> None:
    body = {"pack": "airline", "message": {"text": "How much is an extra bag?"}}
    answer = stack.http.post(f"{stack.url}/v1/requests", params={"wait": "1ms"}, json=body)
    assert answer.status_code == 201
    assert answer.json()["replies"] == []
    talk = Conversation(stack, request_id=answer.json()["request_id"])
    assert "40" in talk.await_event("reply.done")["data"]["text"], "the turn goes on all the same"


def test_a_new_request_says_where_its_events_are(stack: Stack) -> None:
    answer = stack.http.post(f"{stack.url}/v1/requests", json={"pack": "airline", "message": {"text": "Hi there"}})
    assert answer.headers["location"] == f"/v1/requests/{answer.json()['request_id']}"
    assert isinstance(httpx2.URL(answer.json()["events_url"]), httpx2.URL)
    assert answer.json()["events_url"] == f"{answer.headers['location']}/events"
