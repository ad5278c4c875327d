"""Does a customer ever read a price that no fact supports? Facts say 40, the model says 45."""

import pytest

from tests.conversation import Conversation, standin
from tests.records import rows
from tests.stack import Stack

QUESTION = "How much is an extra bag?"


def released(customer: Conversation) -> str:
    """Everything of the request that is shown, live or later, or that grounds a reply; notes tell the model why."""
    given = {"r": customer.request_id}
    queries = {
        "events": "SELECT data::text AS said FROM handrail.events WHERE request_id = :r",
        "sentences": "SELECT text AS said FROM handrail.sentences WHERE request_id = :r",
        "entries": "SELECT body::text AS said FROM handrail.entries WHERE request_id = :r AND kind <> 'note'",
    }
    stored = [str(row["said"]) for query in queries.values() for row in rows(customer.stack, query, **given)]
    transcript = [str(line["text"]) for line in customer.look()["transcript"]]
    live = [str(event["data"].get("text", "")) for event in customer.events()]
    answered = [reply["text"] for answer in customer.answers for reply in answer.get("replies", [])]
    return "\n".join([*stored, *transcript, *live, *answered])


def test_a_wrong_price_is_withheld_mended_and_never_seen(stack: Stack) -> None:
    standin(stack, "POST", "/_control", json={"faults": [{"kind": "wrong_price", "times": 1}]})
    customer = Conversation(stack)
    customer.say(QUESTION)
    everything = released(customer)
    assert "45" not in everything
    withheld = rows(
        stack,
        "SELECT record FROM handrail.audit WHERE request_id = :r AND kind = 'reply_withheld'",
        r=customer.request_id,
    )
    assert len(withheld) == 1, "the check must have had something to withhold"


def test_a_right_price_is_found_where_the_wrong_one_is_not(stack: Stack) -> None:
    """So that the search above can fail."""
    customer = Conversation(stack)
    customer.say(QUESTION)
    assert released(customer).count("40") >= 4


def test_a_model_that_insists_is_replaced_by_the_packs_words_and_a_person(stack: Stack) -> None:
    standin(stack, "POST", "/_control", json={"character": "sloppy", "mistakes": ["wrong_price"]})
    customer = Conversation(stack)
    replies = customer.say(QUESTION)
    everything = released(customer)
    assert "45" not in everything
    assert any("can't answer that reliably" in reply for reply in replies)
    assert customer.status == "waiting_for_person"


def test_an_action_that_nobody_did_is_not_claimed(stack: Stack) -> None:
    standin(stack, "POST", "/_control", json={"character": "sloppy", "mistakes": ["false_claim"]})
    customer = Conversation(stack, "C101")
    customer.say(QUESTION)
    assert "refunded" not in released(customer)


@pytest.mark.parametrize("fault", ["unknown_tool", "invalid_json", "huge_arguments"])
def test_calls_that_are_none_are_refused_and_the_turn_goes_on(stack: Stack, fault: str) -> None:
    standin(stack, "POST", "/_control", json={"faults": [{"kind": fault, "times": 1, "model": "gpt-5"}]})
    customer = Conversation(stack, "C101")
    customer.say("Move me to tomorrow's morning flight")
    assert customer.look()["open_confirmation"]["total"] == "45.00 EUR"
    assert customer.ledger("payments") == []


@pytest.mark.parametrize("mistake", ["wrong_type", "missing_argument", "extra_argument", "invented_tool"])
def test_a_sloppy_planner_changes_nothing_without_a_confirmation(stack: Stack, mistake: str) -> None:
    standin(stack, "POST", "/_control", json={"character": "sloppy", "mistakes": [mistake]})
    customer = Conversation(stack, "C101")
    customer.say("Move me to tomorrow's morning flight")
    assert customer.status in ("waiting_for_person", "waiting_for_confirmation", "waiting_for_customer")
    assert [customer.ledger(system) for system in ("payments", "booking", "loyalty", "operations")] == [[], [], [], []]
