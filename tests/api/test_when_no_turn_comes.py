"""What do callers hear, and what becomes of their messages, while nobody works on a request?"""

import time

import pytest
from temporalio.service import RPCError, RPCStatusCode

from activities.erase import delete_histories
from evals.records import rows
from tests.conversation import Conversation, headers
from tests.stack import Stack, wait_until
from tests.temporal import ask, connect

AGENT = headers("A1", "agent")


def test_a_decision_that_nobody_takes_is_busy_and_may_be_repeated(stack: Stack) -> None:
    talk = Conversation(stack, "C101")
    talk.say("Move me to tomorrow's morning flight")
    card = talk.look()["open_confirmation"]
    body = {"confirm": {"set_id": card["set_id"], "digest": card["digest"], "decision": "decline"}}
    url = f"{stack.url}/v1/requests/{talk.request_id}/messages"
    stack.kill("runtime0")
    try:
        answer = stack.http.post(url, json=body, headers=headers("C101"))
    finally:
        stack.restart("runtime0")
    assert answer.status_code == 503, answer.text
    assert answer.json()["type"].endswith("busy")
    assert int(answer.headers["retry-after"]) > 0
    again = stack.http.post(url, json=body, headers=headers("C101"))
    assert (again.status_code, again.json()["decision"]) == (202, "declined")


@pytest.fixture
def orphan(stack: Stack) -> Conversation:
    """An open request whose workflow somebody has ended."""
    talk = Conversation(stack, "C101")
    talk.say("Hi there")
    end_workflow(stack, talk.request_id)
    return talk


def end_workflow(stack: Stack, request_id: str) -> None:
    async def terminate() -> None:
        await (await connect(stack)).get_workflow_handle(request_id).terminate("a test")

    ask(terminate())


def handoffs(stack: Stack, request_id: str) -> list[dict[str, object]]:
    return rows(stack, "SELECT reason, state FROM handrail.handoffs WHERE request_id = :r", r=request_id)


def states(stack: Stack, request_id: str) -> list[object]:
    found = rows(stack, "SELECT state FROM handrail.inbox WHERE request_id = :r ORDER BY seq", r=request_id)
    return [row["state"] for row in found]


def test_a_message_to_a_workflow_that_is_over_goes_to_the_desk(stack: Stack, orphan: Conversation) -> None:
    orphan.send("Is anybody there?")
    wait_until(lambda: orphan.look()["holder"] == "desk", "the handoff")
    assert orphan.status == "waiting_for_person"
    assert orphan.await_event("handoff", state="waiting")["data"]["reason"] == "workflow_over"
    orphan.send("Hello?")
    time.sleep(4)  # the sweeper has had its chances to repeat it
    assert handoffs(stack, orphan.request_id) == [{"reason": "workflow_over", "state": "waiting"}], "once"
    assert states(stack, orphan.request_id)[1:] == ["accepted", "accepted"], "nobody has answered them yet"
    queue = stack.http.get(f"{stack.url}/v1/desk/queue", headers=AGENT).json()["items"]
    assert [item["reason"] for item in queue if item["request_id"] == orphan.request_id] == ["workflow_over"]


def test_people_read_and_answer_it(stack: Stack, orphan: Conversation) -> None:
    orphan.send("Is anybody there?")
    orphan.send("Hello?")
    wait_until(lambda: orphan.look()["holder"] == "desk", "the handoff")
    url = f"{stack.url}/v1/desk/requests/{orphan.request_id}"
    seen = stack.http.get(url, headers=AGENT).json()
    assert [line["text"] for line in seen["transcript"]][-2:] == ["Is anybody there?", "Hello?"]
    claimed = stack.http.post(f"{url}/claim", json={"epoch": seen["handoff"]["epoch"]}, headers=AGENT)
    assert claimed.status_code == 200, claimed.text
    assert stack.http.post(f"{url}/reply", json={"text": "Yes, I am."}, headers=AGENT).status_code == 201
    assert [line["text"] for line in orphan.look()["transcript"]][-3:] == ["Is anybody there?", "Hello?", "Yes, I am."]
    assert set(states(stack, orphan.request_id)) == {"processed"}


def test_one_given_back_comes_back(stack: Stack, orphan: Conversation) -> None:
    orphan.send("Is anybody there?")
    wait_until(lambda: orphan.look()["holder"] == "desk", "the handoff")
    url = f"{stack.url}/v1/desk/requests/{orphan.request_id}"
    epoch = stack.http.get(url, headers=AGENT).json()["handoff"]["epoch"]
    stack.http.post(f"{url}/claim", json={"epoch": epoch}, headers=AGENT)
    assert stack.http.post(f"{url}/return", json={}, headers=AGENT).status_code == 200
    wait_until(lambda: orphan.look()["holder"] == "desk", "its coming back: no agent can take it")
    assert [one["state"] for one in handoffs(stack, orphan.request_id)] == ["returned", "waiting"]


def test_a_message_whose_workflow_ended_behind_its_signal_is_found(stack: Stack) -> None:
    talk = Conversation(stack, "C101")
    talk.say("Hi there")
    stack.kill("runtime0")
    try:
        talk.send("Is anybody there?")
        talk.send("Hello?")
        wait_until(lambda: states(stack, talk.request_id) == ["processed", "delivered", "delivered"], "the signals")
        end_workflow(stack, talk.request_id)
        let_time_pass(stack, talk.request_id)
        wait_until(lambda: talk.look()["holder"] == "desk", "the handoff")
    finally:
        stack.restart("runtime0")
    seen = stack.http.get(f"{stack.url}/v1/desk/requests/{talk.request_id}", headers=AGENT).json()
    assert [line["text"] for line in seen["transcript"]][-2:] == ["Is anybody there?", "Hello?"]


def test_a_request_whose_history_is_lost_goes_on_where_it_was(stack: Stack) -> None:
    talk = Conversation(stack, "C101")
    for number in (1, 2):
        assert talk.say(f"How much is an extra bag? {number}")
    lose_history(stack, talk.request_id)
    assert talk.say("How much is an extra bag? 3"), "an answer of its own, not one that a turn of this number gave then"
    query = "SELECT turn FROM handrail.turns WHERE request_id = :r ORDER BY turn"
    assert [row["turn"] for row in rows(stack, query, r=talk.request_id)] == [1, 2, 3]


def lose_history(stack: Stack, request_id: str) -> None:
    """As a server forgets it that was set back to an earlier state."""

    async def forget() -> None:
        client = await connect(stack)
        await client.get_workflow_handle(request_id).terminate("a test")
        await delete_histories(client, request_id)

    async def is_known() -> bool:
        try:
            await (await connect(stack)).get_workflow_handle(request_id).describe()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return False
        return True

    ask(forget())
    wait_until(lambda: not ask(is_known()), "the server's forgetting")


def let_time_pass(stack: Stack, request_id: str) -> None:
    """The signals went an hour ago."""
    rows(
        stack,
        "UPDATE handrail.inbox SET delivered_at = now() - interval '1 hour'"
        " WHERE request_id = :r AND state = 'delivered'",
        r=request_id,
    )


def test_a_closed_request_is_handed_to_nobody(stack: Stack, orphan: Conversation) -> None:
    rows(stack, "UPDATE handrail.requests SET status = 'closed' WHERE request_id = :r", r=orphan.request_id)
    open_one = Conversation(stack, "C102")
    open_one.say("Hello")
    end_workflow(stack, open_one.request_id)
    for request_id in (orphan.request_id, open_one.request_id):  # the oldest first: one sweep finds both
        rows(
            stack,
            "INSERT INTO handrail.inbox (request_id, message_key, seq, hmac, body, accepted_at)"
            " VALUES (:r, 'late', 99, 'h', 'text', now() - interval '1 minute')",
            r=request_id,
        )
    wait_until(lambda: handoffs(stack, open_one.request_id) != [], "the sweeper")
    assert (states(stack, orphan.request_id)[-1], handoffs(stack, orphan.request_id)) == ("accepted", [])


def test_a_decision_goes_to_the_desk_too(stack: Stack) -> None:
    talk = Conversation(stack, "C101")
    talk.say("Move me to tomorrow's morning flight")
    card = talk.look()["open_confirmation"]
    end_workflow(stack, talk.request_id)
    body = {"confirm": {"set_id": card["set_id"], "digest": card["digest"], "decision": "confirm"}}
    url = f"{stack.url}/v1/requests/{talk.request_id}/messages"
    answer = stack.http.post(url, json=body, headers=headers("C101"))
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (409, "at_desk"), answer.text
    assert handoffs(stack, talk.request_id) == [{"reason": "workflow_over", "state": "waiting"}]
    assert talk.ledger("payments") == []
