"""Is an answer to a question for a name, an address or a birthday found, and nothing else taken for one?"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.asked_values import CODE, find_asked, kinds_asked, split_names
from governance.personal import Span

TRADE = frozenset(("flight", "lisbon", "change", "points", "bag"))
NAME = frozenset({"NAME"})


def found(text: str, asked: frozenset[str] = NAME) -> list[str]:
    return [text[span.start : span.end] for span in find_asked(text, asked, [], TRADE)]


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("Could you tell me your reservation code and the last name on the booking?", {"NAME"}),
        ("Thank you. What is the last name on the booking K7Q2LM?", {"NAME"}),
        ("Please give me the passenger's surname.", {"NAME"}),
        ("I can look it up. I need your code. And the last name on it.", {"NAME"}),
        ("Under which name did you book?", {"NAME"}),
        ("And who is travelling with you?", {"NAME"}),
        ("Wie lautet Ihr Nachname?", {"NAME"}),
        ("Bitte nennen Sie mir Ihren Namen.", {"NAME"}),
        ("¿Cuál es el apellido de la reserva?", {"NAME"}),
        ("Quel est votre nom de famille ?", {"NAME"}),
        ("What address should we deliver it to?", {"ADDRESS"}),
        ("Where should we send the bag?", {"ADDRESS"}),
        ("Wie lautet Ihre Lieferadresse?", {"ADDRESS"}),
        ("Please confirm your name and date of birth.", {"NAME", "DOB"}),
        ("Wann sind Sie geboren?", {"DOB"}),
        ("What is your email address?", set()),
        ("Which email address and which phone number may we use?", set()),
        ("Wie lautet Ihre E-Mail-Adresse?", set()),
        ("What is the company name?", set()),
        ("What is the name of the hotel?", set()),
        ("What is the name of the hotel guest?", {"NAME"}),
        ("What is the name of the bank account holder?", {"NAME"}),
        ("May I have the name of the airline passenger?", {"NAME"}),
        ("Could you name your destination?", set()),
        ("Please give me the names of both airports.", set()),
        ("What was the merchant's name?", set()),
        ("Please confirm the name of your employer.", set()),
        ("What is your login name?", set()),
        ("Welchen Namen hat das Hotel?", set()),
        ("¿Cuál es el nombre del hotel?", set()),
        ("¿Cuál es el nombre del pasajero?", {"NAME"}),
        ("Quel est le nom de l'hôtel ?", set()),
        ("Who is the passenger?", {"NAME"}),
        ("Who is the manufacturer of the bag?", set()),
        ("Your name is on the list. Which city do you fly to?", set()),
        ("Your flight leaves at 10:40.", set()),
        ("Shall I change it?", set()),
        ("", set()),
    ],
)
def test_what_the_agent_asks_for(said: str, kinds: set[str]) -> None:
    assert kinds_asked(said) - {CODE} == kinds


def test_a_code_is_asked_for_beside_a_name() -> None:
    assert CODE in kinds_asked("Could you tell me your reservation code and the last name on the booking?")
    assert CODE not in kinds_asked("Thank you. What is the last name on the booking K7Q2LM?")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("QWERTY Keller", ["Keller"]),
        ("QWERTY, KELLER", ["KELLER"]),
        ("Keller QWERTY", ["Keller"]),
        ("K7Q2LM KELLER", ["KELLER"]),
        ("QWERTY", []),
    ],
)
def test_a_code_of_letters_beside_a_name_stays(text: str, names: list[str]) -> None:
    assert found(text, NAME | {CODE}) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Keller", ["Keller"]),
        ("keller", ["keller"]),
        ("KELLER.", ["KELLER"]),
        ("Brown", ["Brown"]),
        ("It's Young, sorry", ["Young"]),
        ("It's Keller", ["Keller"]),
        ("K7Q2LM, Keller", ["Keller"]),
        ("Keller K7Q2LM", ["Keller"]),
        ("the code is AB12CD and the name is okafor, thanks", ["okafor"]),
        ("Anna van der Berg", ["Anna", "van der Berg"]),
        ("Anna Keller", ["Anna", "Keller"]),
        ("van der Berg", ["van der Berg"]),
        ("der Keller", ["Keller"]),
        ("It is de la Cruz", ["de la Cruz"]),
        ("O'Neill-Brandt", ["O'Neill-Brandt"]),
        ("J. Keller", ["Keller"]),
        ("Keller and Okafor", ["Keller", "Okafor"]),
        ("Ja, Grünwald", ["Grünwald"]),
        ("mein Nachname ist Grünwald", ["Grünwald"]),
        ("Es Fuentes, gracias", ["Fuentes"]),
        ("C'est Lefèvre", ["Lefèvre"]),
        ("Ковальчук", ["Ковальчук"]),
        ("Sure, it should be under Keller but I'm not sure", ["Keller"]),
        ("<PHONE_1> Keller", ["Keller"]),
    ],
)
def test_a_name_that_was_asked_for_is_found(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Yes",
        "no thanks",
        "K7Q2LM",
        "I don't know",
        "I forgot it, sorry",
        "what for",
        "Why do you need that?",
        "one moment please",
        "never mind",
        "I want to speak to a person",
        "Cancel",
        "asap pls, this is ridiculous",
        "two adults and a baby",
        "excellent, thx",
        "Lisbon",
        "change my flight",
        "Ich weiß es nicht",
        "Wozu brauchen Sie das?",
        "no lo sé",
        "je ne sais pas",
        "is it Keller?",
        "<NAME_1>",
        "42",
        "",
    ],
)
def test_what_is_no_name_stays(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Anna Keller, to Porto", ["Anna", "Keller"]),
        ("anna keller, to porto", ["anna", "keller"]),
        ("Keller from Porto to Faro", ["Keller"]),
        ("It's Anna Keller, to Porto", ["Anna", "Keller"]),
        ("It is now from Meier to Keller", ["Meier", "Keller"]),
        ("rename Anna Meier to Keller", ["rename", "Anna", "Meier", "Keller"]),
        ("meier to keller", ["meier", "keller"]),
        ("Hello there,\nfrom Keller and Anna", ["Keller", "Anna"]),
        ("Keller to Meier", ["Keller", "Meier"]),
        ("K7Q2LM, Keller nach Meier", ["Keller", "Meier"]),
        ("Anna Keller to Porto", ["Anna", "Keller"]),
        ("Keller from Porto", ["Keller"]),
        ("Keller, nach Porto", ["Keller"]),
        ("Keller K7Q2LM to Porto", ["Keller"]),
        ("Anna Keller flying to Rio de Janeiro", ["Anna", "Keller"]),
        ("my flight to Porto, Keller", ["Keller"]),
        ("Keller, je voyage à Porto", ["Keller"]),
        ("to Porto", ["Porto"]),
        ("K7Q2LM to Porto", ["Porto"]),
        ("Anna paid, it belongs to Keller", ["Anna", "belongs", "Keller"]),
        ("Belongs to Keller, Anna paid", ["Belongs", "Keller", "Anna"]),
        ("my flight to Porto", ["Porto"]),
        ("Anna, send it to Keller", ["Anna", "Keller"]),
        ("SPEAK TO KELLER, ANNA", ["KELLER", "ANNA"]),
        ("Anna paid, it defaults to Keller", ["Anna", "defaults", "Keller"]),
        ("Anna, from Keller's booking", ["Anna", "Keller's"]),
        ("Keller, a Brodquist really", ["Keller", "Brodquist"]),
    ],
)
def test_a_place_beside_a_name_stays_where_a_journey_leads_there(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    "text", ["my name is Anna Keller, to Porto", "Anna Keller, from Porto", "Anna Keller to Porto"]
)
def test_a_place_stays_beside_a_name_that_was_found_anyhow(text: str) -> None:
    known = [Span(text.index("Anna"), text.index("Keller") + len("Keller"), "NAME")]
    assert find_asked(text, NAME, known, TRADE) == []


def test_without_a_question_nothing_is_an_answer() -> None:
    assert found("Keller", frozenset()) == []


def test_a_story_is_not_searched_for_names() -> None:
    story = "Keller wrote to me in spring, and Okafor answered by letter, which arrived in Porto later than he hoped"
    assert found(story) == []
    assert found("ona ndiyo habari gani mheshimiwa sana leo asubuhi") == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("12 Mill Lane, Leeds LS1 4AP", ["12 Mill Lane, Leeds LS1 4AP"]),
        ("To Hauptstraße 5, 10115 Berlin please", ["Hauptstraße 5, 10115 Berlin"]),
        ("Mill Lane 4\nLeeds", ["Mill Lane 4\nLeeds"]),
        ("Flat 3, 9 Okafor Road", ["Flat 3, 9 Okafor Road"]),
        ("<NAME_1>, 12 Mill Lane", ["12 Mill Lane"]),
        ("5 May Street, London", ["5 May Street, London"]),
        ("To 7 June Avenue please", ["7 June Avenue"]),
        ("12 March Road, Leeds", ["12 March Road, Leeds"]),
        ("3 day lane", ["3 day lane"]),
        ("21 Hour Ct.", ["21 Hour Ct"]),
        ("7 June Drive", ["7 June Drive"]),
        ("4 May Place", ["4 May Place"]),
        ("17 juni 135 Berlin", ["17 juni 135 Berlin"]),
        ("gate 12 May Street", []),
        ("12 March, 2 adults, Porto", []),
        ("Porto, 12 March at 5", []),
        ("tomorrow at 5", []),
        ("the same as last time", []),
        ("K7Q2LM", []),
        ("in 2 days", []),
        ("lindenhof 7", ["lindenhof 7"]),
        ("12 Elmwood", ["12 Elmwood"]),
        ("12 millway", ["12 millway"]),
        ("elmwood 12", ["elmwood 12"]),
        ("10115 berlin", ["10115 berlin"]),
        ("Leeds LS14AP", ["Leeds LS14AP"]),
        ("Hauptstr.5, Ulm", ["Hauptstr.5, Ulm"]),
        ("K7Q2LM, Dorfplatz 4, 8001 Zürich", ["Dorfplatz 4, 8001 Zürich"]),
        ("2 adults", []),
        ("2 adults to Porto", []),
        ("2 Erwachsene nach Porto", []),
        ("gate 12", []),
        ("Gate no. 12, terminal 2", []),
        ("Gate no. 12 in Porto", []),
        ("platform 4 or 12", []),
        ("Lisbon 4", []),
        ("2 rucksacks", []),
        ("3 Koffer nach Porto", []),
        ("NW204 to Porto", []),
        ("K7Q2LM to Porto", []),
        ("Porto at 5", []),
        ("Porto 5pm", []),
        ("Porto, 12 March", []),
        ("Porto 3.5.2026", []),
        ("12 Okafor, Mill/Lane", ["12 Okafor, Mill/Lane"]),
        ("Porto for £40", []),
    ],
)
def test_an_address_that_was_asked_for_is_found(text: str, places: list[str]) -> None:
    assert found(text, frozenset({"ADDRESS"})) == places


def test_a_street_called_by_a_month_is_an_address_where_the_trade_speaks_of_streets() -> None:
    spans = find_asked("5 May Street", {"ADDRESS"}, [], {"street"})
    assert [(span.start, span.end) for span in spans] == [(0, 12)]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("3 May 1985", ["3 May 1985"]),
        ("03.05.85", ["03.05.85"]),
        ("3. Mai 1985", ["3. Mai 1985"]),
        ("3 de mayo de 1985", ["3 de mayo de 1985"]),
        ("May 3rd, 1985", ["May 3rd, 1985"]),
        ("1985-05-03", ["1985-05-03"]),
        ("19850503", ["19850503"]),
        ("1er mai 1985", ["1er mai 1985"]),
        ("3 May '85", ["3 May '85"]),
        ("tomorrow", []),
        ("NW204 at 10:40", []),
    ],
)
def test_a_birthday_that_was_asked_for_is_found(text: str, days: list[str]) -> None:
    assert found(text, frozenset({"DOB"})) == days


def test_a_name_and_a_birthday_in_one_answer() -> None:
    assert found("Keller, 3 May 1985", frozenset({"NAME", "DOB"})) == ["Keller", "3 May 1985"]


@pytest.mark.parametrize(
    ("text", "whole", "words"),
    [
        ("my name is Anna Keller", "Anna Keller", ["Anna", "Keller"]),
        ("my name is Anna van der Berg", "Anna van der Berg", ["Anna", "van der Berg"]),
        ("my name is May Best", "May Best", ["May", "Best"]),
        ("my name is van der Berg", "van der Berg", ["van der Berg"]),
        ("my name is Li", "Li", ["Li"]),
    ],
)
def test_a_name_that_was_read_as_a_whole_is_split(text: str, whole: str, words: list[str]) -> None:
    span = Span(text.index(whole), len(text), "NAME")
    assert [text[one.start : one.end] for one in split_names(text, [span])] == words


def test_a_recorded_name_and_other_kinds_stay_whole() -> None:
    spans = [Span(0, 11, "NAME", "Anna Keller"), Span(12, 27, "ADDRESS")]
    assert split_names("ANNA KELLER 12 Mill Lane, X", spans) == spans


def test_what_was_found_before_is_not_found_again() -> None:
    text = "Keller, +49 170 5551234"
    spans = find_asked(text, NAME, [Span(8, len(text), "PHONE")], TRADE)
    assert [(span.start, span.end, span.kind) for span in spans] == [(0, 6, "NAME")]


@given(st.text(max_size=200), st.sets(st.sampled_from(["NAME", "ADDRESS", "DOB", CODE])))
def test_spans_lie_in_the_text_in_order_and_apart(text: str, asked: set[str]) -> None:
    spans = find_asked(text, asked, [], TRADE)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
