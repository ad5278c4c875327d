"""Do the airline's controlled paths go where they should, without a model, and are mistaken flows refused?"""

import pytest
from pydantic import JsonValue, ValidationError

from activities.match_answer import match_answer
from activities.run_flow import CallResult, FlowMove, FlowRun, begin_flow
from contracts.flow import AskStep, Flow
from contracts.pack import Pack
from contracts.values import JsonObject

VISITOR: JsonObject = {"customer": {"assurance": "anonymous"}, "today": "2026-11-21"}
MARIA: JsonObject = {"customer": {"assurance": "verified"}, "today": "2026-11-21"}
RESERVATION: JsonObject = {
    "reservation_code": "K7Q2LM",
    "flight_number": "NW204",
    "origin": "FRA",
    "destination": "LIS",
    "departs_at": "2026-11-24T06:30:00Z",
    "status": "confirmed",
    "bags": [],
}


class Talk:
    """A conversation with one flow."""

    def __init__(self, pack: Pack, name: str, around: JsonObject) -> None:
        self.flow = pack.flows[name]
        self.around = around
        self.position = begin_flow(name, self.flow)

    def says(self, words: str) -> FlowMove:
        return self._go_on(words)

    def answers(self, *results: JsonValue) -> FlowMove:
        return self._go_on("", *(CallResult(result=result) for result in results))

    def refuses(self) -> FlowMove:
        return self._go_on("", CallResult(refused=True))

    def _go_on(self, words: str, *came_back: CallResult) -> FlowMove:
        run = FlowRun(self.flow, self.position, self.around, words, fresh=bool(words))
        move = run.advance(*came_back)
        called = "call" if move.kind == "calls" else None
        self.position = move.position.model_copy(update={"called": called})
        return move


def test_a_visitor_names_code_and_name_before_anything_is_read(airline: Pack) -> None:
    talk = Talk(airline, "my_booking", VISITOR)
    asked = talk.says("What about my booking?")
    assert asked.kind == "asks"
    assert "reservation code" in asked.said[0]
    assert "last name" in talk.says("it's k7q2lm").said[0]
    found = talk.says("My last name is Keller.")
    assert (found.kind, found.tool) == ("calls", "find_reservation")
    assert found.arguments == {"reservation_code": "K7Q2LM", "last_name": "Keller"}
    told = talk.answers({"as_of": "2026-11-21T09:00:00Z", "reservation": RESERVATION})
    assert (told.kind, told.reason) == ("ended", "resolved")
    assert told.said == (
        "I found it. Flight NW204 from FRA to LIS on Tuesday, 24 November 2026 at 06:30 UTC, "
        "reservation K7Q2LM, confirmed.",
    )


@pytest.mark.parametrize(
    ("words", "name"), [("<NAME_1>", "<NAME_1>"), ("it is <NAME_12>", "<NAME_12>"), ("van der Berg", "van der Berg")]
)
def test_a_name_is_taken_as_said_or_as_its_token(airline: Pack, words: str, name: str) -> None:
    talk = Talk(airline, "my_booking", VISITOR)
    talk.says("my booking K7Q2LM please")
    assert talk.says(words).arguments["last_name"] == name


@pytest.mark.parametrize("words", ["When does it leave?", "how much is an extra bag?"])
def test_a_question_is_no_name(airline: Pack, words: str) -> None:
    talk = Talk(airline, "my_booking", VISITOR)
    talk.says("my booking K7Q2LM please")
    assert talk.says(words).kind != "calls"
    assert talk.says("Keller").arguments["last_name"] == "Keller"


def test_a_name_in_a_question_is_one(airline: Pack) -> None:
    talk = Talk(airline, "my_booking", VISITOR)
    talk.says("my booking K7Q2LM please")
    assert talk.says("is <NAME_1> enough?").arguments["last_name"] == "<NAME_1>"


@pytest.mark.parametrize("words", ["<NAME_1>, to Porto", "to Porto, <NAME_1>", "<NAME_2> <NAME_1>, flight 12"])
def test_a_hidden_name_is_meant_before_other_words(airline: Pack, words: str) -> None:
    talk = Talk(airline, "my_booking", VISITOR)
    talk.says("my booking K7Q2LM please")
    assert talk.says(words).arguments["last_name"] == "<NAME_1>"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Keller, sorry", "Keller"),
        ("oh that is keller I think", "keller"),
        ("it's May", "May"),
        ("may", "may"),
        ("sorry, just one moment", None),
        ("what I said was wrong", None),
        ("What I said was wrong", None),
    ],
)
def test_which_word_is_the_name(airline: Pack, words: str, name: str | None) -> None:
    talk = Talk(airline, "my_booking", VISITOR)
    talk.says("my booking K7Q2LM please")
    talk.says(words)
    assert talk.position.slots.get("last_name") == name


@pytest.mark.parametrize("words", ["sorry it's K7Q2LM", "no wait, the code is K7Q2LM!", "K7Q2LM"])
def test_a_code_that_is_corrected_where_the_name_is_asked_for_replaces_the_first(airline: Pack, words: str) -> None:
    talk = Talk(airline, "my_booking", VISITOR)
    talk.says("my booking ABC123 please")
    assert talk.says(words).said == ("And what is the last name on the reservation?",)
    assert talk.position.misses == 0
    assert talk.says("Keller").arguments == {"reservation_code": "K7Q2LM", "last_name": "Keller"}


def test_a_corrected_code_and_the_name_come_in_one_message(airline: Pack) -> None:
    talk = Talk(airline, "my_booking", VISITOR)
    talk.says("my booking ABC123 please")
    call = talk.says("<NAME_1>, but the code is K7Q2LM")
    assert call.arguments == {"reservation_code": "K7Q2LM", "last_name": "<NAME_1>"}


def test_what_fits_the_question_itself_corrects_nothing(airline: Pack) -> None:
    talk = Talk(airline, "lost_bag", MARIA)
    talk.says("My bag is lost")
    talk.answers({"reservations": []})
    talk.says("T8BN4C")
    talk.answers({"reservation": RESERVATION})
    talk.says("0NW445566")
    talk.says("a blue one, not 0NW111111")
    assert talk.position.slots["bag_tag"] == "0NW445566"
    assert talk.position.slots["description"] == "a blue one, not 0NW111111"


def test_a_hidden_name_is_meant_before_what_has_a_digit() -> None:
    step = AskStep(name="ask", do="ask", slot="name", text="Whose?", pattern="\\w+|<NAME_\\d+>")
    assert match_answer(step, "<NAME_1>, room 12") == "<NAME_1>"
    assert match_answer(step, "room 12, please") == "12"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("K7Q2LM", "K7Q2LM"),
        ("it's k7q2lm, thanks", "K7Q2LM"),
        ("QWERTY", "QWERTY"),
        ("qwerty", "QWERTY"),
        ("Qwerty.", "QWERTY"),
        ("it is qwerty", "QWERTY"),
        ("QWERTY Keller", "QWERTY"),
        ("QWERTY, sorry, keller", "QWERTY"),
        ("Keller, QWERTY", "QWERTY"),
        ("QWERTY, thank you for asking please", "QWERTY"),
        ("it's Keller", None),
        ("One moment, please", None),
        ("please", None),
        ("Cancel!", None),
        ("<NAME_1>", None),
    ],
)
def test_which_word_is_the_code(airline: Pack, words: str, code: str | None) -> None:
    talk = Talk(airline, "my_booking", VISITOR)
    talk.says("What about my booking?")
    talk.says(words)
    assert talk.position.slots.get("reservation_code") == code


def test_a_word_that_the_question_lists_counts_however_common_it_is() -> None:
    step = AskStep(name="ask", do="ask", slot="fare", text="Which?", pattern="ECONOMY|FLEX", upper=True)
    assert match_answer(step, "economy") == match_answer(step, "Economy, please") == "ECONOMY"


def refused_once(airline: Pack) -> Talk:
    """A visitor whose code and name fit no reservation, and who is asked for both once more."""
    talk = Talk(airline, "my_booking", VISITOR)
    talk.says("my booking K7Q2LN please")
    talk.says("Smith")
    told = talk.refuses()
    assert told.kind == "asks"
    assert "couldn't find" in told.said[0]
    return talk


def test_wrong_details_are_asked_for_once_more(airline: Pack) -> None:
    talk = refused_once(airline)
    talk.says("Sorry, K7Q2LM")
    assert talk.says("Keller").arguments == {"reservation_code": "K7Q2LM", "last_name": "Keller"}
    assert "NW204" in talk.answers({"reservation": RESERVATION}).said[0]


def test_details_wrong_twice_end_unresolved_and_say_nothing_of_the_booking(airline: Pack) -> None:
    talk = refused_once(airline)
    talk.says("K7Q2LM")
    talk.says("Smith")
    told = talk.refuses()
    assert (told.kind, told.reason) == ("ended", "unresolved")
    assert "couldn't find" in told.said[0]
    assert "NW204" not in told.said[0]


def test_a_signed_in_customer_is_asked_nothing(airline: Pack) -> None:
    talk = Talk(airline, "my_booking", MARIA)
    assert talk.says("What about my booking?").tool == "list_reservations"
    assert "K7Q2LM" in talk.answers({"reservations": [RESERVATION]}).said[0]
    again = Talk(airline, "my_booking", MARIA)
    again.says("my booking")
    assert "no booking" in again.answers({"reservations": []}).said[0]


def test_a_bag_case_is_opened_over_several_turns(airline: Pack) -> None:
    talk = Talk(airline, "lost_bag", MARIA)
    assert talk.says("My bag is lost").tool == "list_reservations"
    assert "Which reservation" in talk.answers({"reservations": []}).said[0]
    assert talk.says("T8BN4C").tool == "get_reservation"
    bags: JsonValue = [{"bag_tag": "0NW445566", "status": "mishandled"}]
    assert "look like" in talk.answers({"reservation": {**RESERVATION, "bags": bags}}).said[0]
    assert "bring it" in talk.says("Blue, with a red ribbon").said[0]
    opened = talk.says("<ADDRESS_1>")
    assert opened.tool == "open_bag_case"
    assert opened.arguments == {
        "reservation_code": "T8BN4C",
        "bag_tag": "0NW445566",
        "description": "Blue, with a red ribbon",
        "delivery_address": "<ADDRESS_1>",
    }
    told = talk.answers({"case_id": "BAG12345", "status": "searching"})
    assert told.kind == "ended"
    assert "BAG12345" in told.said[0]


def test_a_bag_tag_that_the_booking_lacks_is_asked_for(airline: Pack) -> None:
    talk = Talk(airline, "lost_bag", MARIA)
    talk.says("My bag is lost")
    talk.answers({"reservations": []})
    talk.says("T8BN4C")
    assert "bag tag" in talk.answers({"reservation": RESERVATION}).said[0]
    assert talk.says("it says 0nw445566").position.slots["bag_tag"] == "0NW445566"


def test_a_question_is_no_description_and_no_address(airline: Pack) -> None:
    talk = Talk(airline, "lost_bag", MARIA)
    talk.says("My bag is lost")
    talk.answers({"reservations": []})
    talk.says("T8BN4C")
    bags: JsonValue = [{"bag_tag": "0NW445566", "status": "mishandled"}]
    talk.answers({"reservation": {**RESERVATION, "bags": bags}})
    asked = talk.says("What does a luggage tag look like? Where do I find it?")
    assert "Please tell me first what the bag looks like" in asked.said[0]
    assert "bring it" in talk.says("a red one").said[0]
    assert "where to bring it" in talk.says("can you send it to my hotel?").said[0]
    assert talk.says("and what does that cost me?").kind == "digressed"


def test_a_visitor_signs_in_before_a_bag_case(airline: Pack) -> None:
    move = Talk(airline, "lost_bag", VISITOR).says("My bag is lost")
    assert (move.kind, move.reason) == ("ended", "unresolved")
    assert "sign in" in move.said[0]


def test_a_refusing_system_brings_a_person(airline: Pack) -> None:
    talk = Talk(airline, "lost_bag", MARIA)
    talk.says("My bag is lost")
    assert talk.refuses().kind == "hand_over"


def flight(status: str, estimated: str | None) -> JsonObject:
    return {
        "flight_number": "NW212",
        "status": status,
        "scheduled_departure": "2026-11-21T15:00:00Z",
        "estimated_departure": estimated,
    }


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (flight("on_time", "2026-11-21T15:00:00Z"), "planned to leave on time"),
        (flight("delayed", "2026-11-21T17:30:00Z"), "21 November 2026 at 17:30 UTC"),
        (flight("cancelled", None), "is cancelled"),
    ],
)
def test_a_flight_status_is_said(airline: Pack, answer: JsonObject, said: str) -> None:
    talk = Talk(airline, "flight_status", VISITOR)
    call = talk.says("Is flight NW212 on time today?")
    assert call.arguments == {"flight_number": "NW212", "date": "2026-11-21"}
    assert said in talk.answers(answer).said[0]


def test_a_flight_that_is_not_named_is_asked_for(airline: Pack) -> None:
    talk = Talk(airline, "flight_status", VISITOR)
    assert "Which flight" in talk.says("How is my flight?").said[0]
    assert talk.says("nw212 I think").arguments["flight_number"] == "NW212"


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ({"name": "a", "do": "ask", "slot": "s", "text": "?", "pattern": "("}, "not a regular"),
        ({"name": "a", "do": "ask", "slot": "s", "text": "?", "pattern": "x", "choices": ["y"]}, "not both"),
        ({"name": "a", "do": "run", "code": "1"}, "does not match any of the expected tags"),
        ({"name": "a", "do": "say", "text": "hi", "next": "gone"}, "no step of this flow"),
        ({"name": "z", "do": "say", "text": "hi"}, "is there twice"),
    ],
)
def test_a_mistaken_step_is_refused(step: JsonObject, told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Flow.model_validate({"title": "x", "steps": [step, {"name": "z", "do": "end"}]})


def test_a_flow_must_end() -> None:
    with pytest.raises(ValidationError, match="must end"):
        Flow.model_validate({"title": "x", "steps": [{"name": "a", "do": "say", "text": "hi"}]})
