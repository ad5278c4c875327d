"""Does a returning customer find what is open, and does what was closed go on while it may?"""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from evals.records import rows
from tests.conversation import Conversation, headers
from tests.stack import Stack, wait_until

MOVE = "Move me to tomorrow's morning flight"


OPENED = ("How many points do I have?", "What is included in my fare?")


@pytest.fixture
def sender(stack: Stack) -> str:
    """A customer whom no other test has been: nothing of theirs is open, or was closed."""
    taken = {row["customer_id"] for row in rows(stack, "SELECT DISTINCT customer_id FROM handrail.requests")}
    return next(f"C{number}" for number in range(300, 600) if f"C{number}" not in taken)


def open_two(stack: Stack, sender: str) -> list[str]:
    """Two open requests of a customer, the older one first."""
    opened: list[str] = []
    for text in OPENED:
        talk = Conversation(stack, sender)
        talk.say(text)
        opened.append(talk.request_id)
    return opened


def said_in(stack: Stack, sender: str, request_id: str) -> list[str]:
    seen = stack.http.get(f"{stack.url}/v1/requests/{request_id}", headers=headers(sender)).json()
    return [line["text"] for line in seen["transcript"] if line["who"] == "customer"]


def open_of(stack: Stack, subject: str | None, role: str = "customer") -> list[dict[str, Any]]:
    answer = stack.http.get(f"{stack.url}/v1/requests?mine=open", headers=headers(subject, role))
    assert answer.status_code == 200, answer.text
    return answer.json()["requests"]


def close(stack: Stack, request_id: str, ago: str = "1 hour") -> None:
    rows(
        stack,
        "UPDATE handrail.requests SET status = 'closed', outcome = 'resolved',"
        " closed_at = now() - :a * interval '1 hour' WHERE request_id = :r",
        r=request_id,
        a=int(ago.split()[0]),
    )


def post(stack: Stack, subject: str, text: str, channel: str = "web", **more: Any) -> httpx2.Response:
    message = {"text": text, **({"id": more.pop("id")} if "id" in more else {})}
    body = {"pack": "airline", "channel": channel, "message": message, **more}
    return stack.http.post(f"{stack.url}/v1/requests?wait=40s", json=body, headers=headers(subject))


def test_open_requests_are_listed_for_their_customer_only(stack: Stack, sender: str) -> None:
    older, newer = open_two(stack, sender)
    listed = open_of(stack, sender)
    assert [one["request_id"] for one in listed] == [newer, older]
    assert (listed[1]["title"], listed[1]["status"]) == ("Points and tier", "waiting_for_customer")
    assert 0 <= listed[1]["age_seconds"] < 300
    assert older not in {one["request_id"] for one in open_of(stack, "C102")}
    assert open_of(stack, None) == []
    assert open_of(stack, "A1", "agent") == []
    close(stack, older)
    assert [one["request_id"] for one in open_of(stack, sender)] == [newer]


def test_a_closed_request_takes_no_message_and_is_followed_up_with_its_scene(stack: Stack) -> None:
    earlier = Conversation(stack, "C101")
    earlier.say(MOVE)
    close(stack, earlier.request_id)
    refused = stack.http.post(
        f"{stack.url}/v1/requests/{earlier.request_id}/messages", json={"text": "Hello?"}, headers=headers("C101")
    )
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "closed")

    answer = post(stack, "C101", "Is it too late for that?", follows=earlier.request_id).json()
    assert answer["follows"] == earlier.request_id
    facts = rows(stack, "SELECT fact_key FROM handrail.facts WHERE request_id = :r", r=answer["request_id"])
    assert any(str(fact["fact_key"]).startswith("earlier:") for fact in facts)
    (row,) = rows(stack, "SELECT goal, intent FROM handrail.requests WHERE request_id = :r", r=answer["request_id"])
    assert row["goal"] == "Move you to the flight you want"
    (asked,) = rows(
        stack, "SELECT count(*) AS n FROM handrail.audit WHERE decision_id = :d", d=f"{answer['request_id']}#follows"
    )
    assert asked["n"] == 1


def test_after_a_long_time_a_fresh_request_is_opened(stack: Stack) -> None:
    earlier = Conversation(stack, "C101")
    earlier.say(MOVE)
    close(stack, earlier.request_id, "169 hours")
    answer = post(stack, "C101", "Hi there", follows=earlier.request_id).json()
    assert answer["follows"] is None
    assert rows(stack, "SELECT 1 FROM handrail.facts WHERE request_id = :r", r=answer["request_id"]) == []


def test_nobody_goes_on_from_anothers_request_or_an_open_one(stack: Stack) -> None:
    anna = Conversation(stack, "C101")
    anna.say("Hi there")
    assert post(stack, "C101", "Hello", follows=anna.request_id).status_code == 409
    close(stack, anna.request_id)
    assert post(stack, "C102", "Hello", follows=anna.request_id).status_code == 404
    assert post(stack, "C101", "Hello", follows="request-0").status_code == 404


def test_on_a_thin_channel_a_message_joins_the_one_open_request(stack: Stack, sender: str) -> None:
    first = post(stack, sender, "How many points do I have?", "sms", id="m1").json()
    second = post(stack, sender, "Is flight NW204 on time tomorrow?", "sms", id="m2").json()
    assert second["request_id"] == first["request_id"]
    assert ["NW204" in reply["text"] for reply in second["replies"]] == [True], "only the answer to this message"
    again = post(stack, sender, "Is flight NW204 on time tomorrow?", "sms", id="m2")
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json()["request_id"] == first["request_id"]
    assert said_in(stack, sender, first["request_id"]) == [
        "How many points do I have?",
        "Is flight NW204 on time tomorrow?",
    ]


def test_another_sender_joins_nothing(stack: Stack, sender: str) -> None:
    first = post(stack, sender, "How many points do I have?", "sms").json()
    other = post(stack, "C104", "How many points do I have?", "email").json()
    assert other["request_id"] != first["request_id"]


def test_with_several_the_sender_chooses_once_and_no_message_is_lost(stack: Stack, sender: str) -> None:
    points, fares = open_two(stack, sender)
    asked = post(stack, sender, "Thanks for that", "sms", id="m1")
    assert asked.status_code == 202
    assert asked.json()["request_id"] is None
    assert "1) points and tier, 2) how much baggage is allowed, 3) something new" in asked.json()["replies"][0]["text"]
    assert post(stack, sender, "hm, the fare", "sms", id="m2").json()["status"] == "choosing"

    chosen = post(stack, sender, "2", "sms", id="m3").json()
    assert chosen["request_id"] == fares
    wanted = [OPENED[1], "Thanks for that", "hm, the fare"]
    wait_until(lambda: said_in(stack, sender, fares) == wanted, "both held messages, in their order")
    repeated = post(stack, sender, "2", "sms", id="m3")
    assert repeated.json()["request_id"] == fares
    assert said_in(stack, sender, fares) == wanted, "a choice is no message, however often it is sent"
    later = post(stack, sender, "Is flight NW204 on time tomorrow?", "sms", id="m4").json()
    assert later["request_id"] == fares, "the choice holds"
    assert said_in(stack, sender, points) == [OPENED[0]]
    assert rows(stack, "SELECT held FROM handrail.threads WHERE customer_id = :c", c=sender) == [{"held": []}]


def test_something_new_opens_a_request_with_what_was_said(stack: Stack, sender: str) -> None:
    both = open_two(stack, sender)
    post(stack, sender, "Can my dog travel in the cabin?", "sms", id="n1")
    answer = post(stack, sender, "3", "sms", id="n2").json()
    assert answer["request_id"] not in both
    assert said_in(stack, sender, answer["request_id"]) == ["Can my dog travel in the cabin?"]


def test_two_first_messages_at_one_moment_are_one_request(stack: Stack, sender: str) -> None:
    said = [
        f"Please write to {name}@example.com, how many points do I have?" for name in ("quokka", "wombat", "numbat")
    ]
    with ThreadPoolExecutor(len(said)) as senders:
        answers = list(senders.map(lambda n: post(stack, sender, said[n], "sms", id=f"at-once-{n}"), range(len(said))))
    assert [answer.status_code for answer in answers] == [201] * len(said)
    (request_id,) = {answer.json()["request_id"] for answer in answers}
    kept = rows(stack, "SELECT seq, body FROM handrail.inbox WHERE request_id = :r ORDER BY seq", r=request_id)
    assert [row["seq"] for row in kept] == [1, 2, 3]
    tokens = [re.findall(r"<EMAIL_\d+>", str(row["body"])) for row in kept]
    assert len({token for (token,) in tokens}) == len(said), "each value has a token of its own"
    wait_until(lambda: sorted(said_in(stack, sender, request_id)) == sorted(said), "all of them, as they were written")
    assert [row["request_id"] for row in open_of(stack, sender)] == [request_id]


def test_what_is_held_names_no_personal_value(stack: Stack, sender: str) -> None:
    open_two(stack, sender)
    post(stack, sender, "My email is quokka@example.com", "sms", id="quokka@example.com/p1")
    (row,) = rows(stack, "SELECT held, decided_by FROM handrail.threads WHERE customer_id = :c", c=sender)
    assert "quokka" not in str(row)
    assert "<EMAIL_" in str(row)
    answer = post(stack, sender, "1", "sms", id="quokka/p2").json()
    (row,) = rows(stack, "SELECT held, decided_by FROM handrail.threads WHERE customer_id = :c", c=sender)
    assert row["decided_by"]
    assert "quokka" not in str(row)
    wait_until(
        lambda: said_in(stack, sender, answer["request_id"])[-1] == "My email is quokka@example.com",
        "the message as its owner wrote it",
    )


def test_a_thin_channel_follows_the_request_that_was_closed_last(stack: Stack, sender: str) -> None:
    first = post(stack, sender, "How many points do I have?", "sms").json()
    close(stack, first["request_id"])
    second = post(stack, sender, "And is flight NW204 on time tomorrow?", "sms").json()
    assert second["request_id"] != first["request_id"]
    assert second["follows"] == first["request_id"]


def test_the_numbers_that_were_told_stay_when_a_request_closes_meanwhile(stack: Stack, sender: str) -> None:
    first, second = open_two(stack, sender)
    assert [one["number"] for one in post(stack, sender, "And now?", "sms", id="m1").json()["options"]] == [1, 2]
    close(stack, first)
    again = post(stack, sender, "hm, the fare", "sms", id="m2").json()
    assert [(one["number"], one["request_id"]) for one in again["options"]] == [(2, second)]
    assert post(stack, sender, "2", "sms", id="m3").json()["request_id"] == second
    assert said_in(stack, sender, second)[-2:] == ["And now?", "hm, the fare"]


def test_a_chosen_request_that_has_closed_meanwhile_is_not_mistaken_for_another(stack: Stack, sender: str) -> None:
    first, second = open_two(stack, sender)
    post(stack, sender, "And now?", "sms", id="m1")
    close(stack, first)
    opened = post(stack, sender, "1", "sms", id="m2").json()["request_id"]
    assert opened not in (first, second)
    assert said_in(stack, sender, opened) == ["And now?"]
