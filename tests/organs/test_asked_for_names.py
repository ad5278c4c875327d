"""Where does a visitor's name lie that was written because it was asked for? In the vault, also where nobody has it."""

import pytest

from tests.as_seeded import bring_back
from tests.conversation import Conversation, standin
from tests.records import PLACES
from tests.stack import Stack

ALONE, PROPOSED, BEFORE = "Zvarnelli", "Brodquist", "Dreskovic"
BESIDE = ("Quellmann", "Flibbowsky", "Grandottir", "Klomsteen")
NOT_CLEAR = "Hello! Somebody meets us at the other end, so when does my booking leave?"


@pytest.fixture(scope="module")
def fresh(machine: Stack) -> Stack:
    bring_back(machine)
    standin(machine, "DELETE", "/_requests")
    return machine


@pytest.fixture(scope="module")
def asked(fresh: Stack) -> Conversation:
    """A visitor whom a model asks for code and name; no booking has this name."""
    visitor = Conversation(fresh)
    said = visitor.say(NOT_CLEAR)
    assert "last name" in said[-1]
    assert visitor.look()["route"] == "planner"
    visitor.say("K7Q2LM")
    visitor.say(ALONE)
    return visitor


@pytest.fixture(scope="module")
def proposed(fresh: Stack) -> Conversation:
    """A visitor who gives a name unasked, in words that no rule reads; a model looks for the booking."""
    visitor = Conversation(fresh)
    visitor.say(f"{NOT_CLEAR} It is K7Q2LM, and {PROPOSED} booked it.")
    assert visitor.look()["route"] == "planner"
    assert [event for event in visitor.events() if event["type"] == "tool"]
    return visitor


@pytest.mark.parametrize("place", PLACES)
def test_a_name_that_a_model_asked_for_lies_nowhere(asked: Conversation, place: str) -> None:
    written = PLACES[place](asked.stack, asked.request_id)
    assert ALONE.casefold() not in written.casefold()


def test_the_name_was_looked_for(asked: Conversation) -> None:
    calls = [event["data"] for event in asked.events() if event["type"] == "tool"]
    assert {"find_reservation"} == {call["tool"] for call in calls}


@pytest.mark.parametrize("place", [place for place in PLACES if place != "the prompts"])
def test_a_name_that_a_model_proposed_lies_nowhere_but_in_its_prompt(proposed: Conversation, place: str) -> None:
    written = PLACES[place](proposed.stack, proposed.request_id)
    assert PROPOSED.casefold() not in written.casefold()


def test_a_model_reads_a_proposed_name_until_it_is_known(proposed: Conversation) -> None:
    standin(proposed.stack, "DELETE", "/_requests")
    proposed.say("Are you sure?")
    assert "K7Q2LM" in PLACES["the prompts"](proposed.stack, "")
    assert PROPOSED.casefold() not in PLACES["the prompts"](proposed.stack, "").casefold()


@pytest.fixture(scope="module")
def unasked(fresh: Stack) -> Conversation:
    """A visitor whom nobody asks, since they wait for a person, and who says a name before anybody can tell it."""
    visitor = Conversation(fresh)
    visitor.say("I want to speak to a person")
    visitor.say(f"K7Q2LM, {BESIDE[0]}")
    visitor.say("K7Q2LM")
    visitor.say(BESIDE[1])
    visitor.say("QWERTY")
    visitor.say(BESIDE[3])
    visitor.say(f"{BEFORE} would know, when does my booking leave?")
    visitor.say(f"My name is {BEFORE}")
    return visitor


@pytest.mark.parametrize("place", PLACES)
def test_a_name_beside_a_code_or_behind_it_lies_nowhere(unasked: Conversation, place: str) -> None:
    written = PLACES[place](unasked.stack, unasked.request_id).casefold()
    assert [name for name in BESIDE if name.casefold() in written] == []


def test_a_name_leaves_what_was_kept_before_it_was_introduced(unasked: Conversation) -> None:
    assert BEFORE.casefold() not in PLACES["PostgreSQL"](unasked.stack, unasked.request_id).casefold()


@pytest.mark.parametrize("place", PLACES)
def test_a_first_message_of_code_and_name_holds_no_name(fresh: Stack, place: str) -> None:
    visitor = Conversation(fresh)
    visitor.say(f"{BESIDE[2]} K7Q2LM")
    assert BESIDE[2].casefold() not in PLACES[place](fresh, visitor.request_id).casefold()


@pytest.mark.parametrize("wish", ["When does my booking leave?", NOT_CLEAR], ids=["a flow", "a model"])
@pytest.mark.parametrize("name", ["Keller", "Anna Keller", "my name is Anna Keller"])
def test_the_booking_is_found_by_any_way_to_say_the_name(fresh: Stack, wish: str, name: str) -> None:
    visitor = Conversation(fresh)
    visitor.say(wish)
    visitor.say("K7Q2LM")
    assert "NW212" in visitor.say(name)[-1]


def test_what_is_no_code_is_asked_for_again_and_a_place_beside_the_name_stays(fresh: Stack) -> None:
    visitor = Conversation(fresh)
    visitor.say("When does my booking leave?")
    assert "AB12CD" in visitor.say("One moment, please")[-1]
    assert "last name" in visitor.say("K7Q2LM")[-1]
    assert "NW212" in visitor.say("Anna Keller, to Porto")[-1]
    written = PLACES["PostgreSQL"](fresh, visitor.request_id)
    assert "to Porto" in written
    assert "Keller" not in written


def test_the_booking_is_found_by_a_whole_name_beside_its_code(fresh: Stack) -> None:
    visitor = Conversation(fresh)
    assert "NW212" in visitor.say("Passenger: Anna Keller\nReservation: K7Q2LM\nWhen does my booking leave?")[-1]
