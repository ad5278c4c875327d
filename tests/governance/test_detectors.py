"""Are cards, phones, national numbers and what people say of themselves found, and nothing else?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.cards import is_card, last_four
from governance.detect import find_structured
from governance.stated_values import find_stated


def found(text: str) -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in find_structured(text)]


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("4242.4242.4242.4242", "4242.4242.4242.4242"),
        ("4242/4242/4242/4242", "4242/4242/4242/4242"),
        ("4242_4242–4242 4242", "4242_4242–4242 4242"),
        ("42 42 42 42 42 42 42 42", "42 42 42 42 42 42 42 42"),
        ("424242 4242 424242", "424242 4242 424242"),
        ("3782 822463\n10005", "3782 822463\n10005"),
        ("180016070420458", "180016070420458"),  # JCB of fifteen digits
        ("630427373398", "630427373398"),  # Maestro of twelve
        ("my card: 060426070011", "060426070011"),  # no issuer's range, but called a card
    ],
)
def test_any_grouping_of_a_card_is_one(text: str, card: str) -> None:
    assert found(text) == [("CARD", card)]


@pytest.mark.parametrize(
    "text",
    [
        "order 060426070011",
        "+630427373398",
        "0000 0000 0000 0000",
        "U62928788557186",
        "flat 30971\n21 253 109 8211",
        "4242 4242 4242 4241",
    ],
)
def test_other_numbers_are_no_cards(text: str) -> None:
    assert "CARD" not in [kind for kind, _ in found(text)]


@given(st.from_regex(r"5[1-5][0-9]{13}", fullmatch=True))
def test_exactly_one_last_digit_makes_a_card(digits: str) -> None:
    assert sum(is_card(digits + str(last)) for last in range(10)) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("cvv 123", "123"),
        ("my CVC is 1234.", "1234"),
        ("the security code: 9 8 7", "9 8 7"),
        ("4242 4242 4242 4242, exp 12/27, 123", "123"),
        ("4242424242424242 12/2027 123", "123"),
        ("the three digits on the back: 321", "321"),
    ],
)
def test_security_codes_are_found(text: str, code: str) -> None:
    assert ("CVV", code) in found(text)


@pytest.mark.parametrize(
    "text", ["social security number 853-37-1694", "seat 123", "room 12/27 123", "code 123456", "my password is wrong"]
)
def test_other_codes_are_none(text: str) -> None:
    assert "CVV" not in [kind for kind, _ in found(text)]


def test_a_card_keeps_its_last_four() -> None:
    assert last_four("4000 0566-5566.5556") == "•••• 5556"


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("+46 (0)8 928 571 38", "+46 (0)8 928 571 38"),
        ("0049 170 1234567", "0049 170 1234567"),
        ("Desk: +1-903-140-4508x769", "+1-903-140-4508x769"),
        ("call me on 668 5702", "668 5702"),
        ("Phone:\n(99) 645-791", "(99) 645-791"),
        ("28-64-66-98 office", "28-64-66-98"),
        ("fax 9498777106", "9498777106"),
        ("my mobile, 07700.900.123, is new", "07700.900.123"),
    ],
)
def test_phones_of_any_country_are_found(text: str, phone: str) -> None:
    assert found(text) == [("PHONE", phone)]


@pytest.mark.parametrize(
    "text",
    [
        "my booking number is 668 5702",
        "I called about 12 500.00 EUR",
        "call me on 2026-11-21",
        "call me at 10:40",
        "call me about ticket 220-1234567890",
        "NW212 departs 2026-11-21 07:40",
    ],
)
def test_other_numbers_are_no_phones(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "460-89-9847",
        "AB 12 34 56 C",
        "RSSMRA85T10A562S",
        "12345678Z",
        "X1234567L",
        "2 55 08 14 168 025 38",
        "811228-9874",
    ],
)
def test_national_numbers_are_found_by_shape_and_check_digits(text: str) -> None:
    assert found(text) == [("NATIONAL_ID", text)]


@pytest.mark.parametrize(
    "text", ["000-12-3456", "12345678A", "2 55 08 14 168 025 39", "811228-9875", "K7Q2LM", "NW212"]
)
def test_numbers_with_wrong_check_digits_are_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [("my passport number is C01X00T47", "C01X00T47"), ("driver's license number is 6940579", "6940579")],
)
def test_what_is_called_a_national_number_is_one(text: str, value: str) -> None:
    assert found(text) == [("NATIONAL_ID", value)]


def test_network_addresses_are_found() -> None:
    assert found("blocked 106.31.73.20 and 6e40:4041:c617:e898:c11:40d2:c669:2eb4") == [
        ("IP", "106.31.73.20"),
        ("IP", "6e40:4041:c617:e898:c11:40d2:c669:2eb4"),
    ]
    assert found("at 07:40:00, version 1.2.3, 999.1.1.1") == []


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("I am Anna Keller and I need help", "NAME", "Anna Keller"),
        ("Kind regards, Zoë O’Brien", "NAME", "Zoë O’Brien"),
        ("my wife's name is Mary Jones, please", "NAME", "Mary Jones"),
        ("Name: Sieda Batukayev", "NAME", "Sieda Batukayev"),
        ("we moved to 14 Crown Street, London", "ADDRESS", "14 Crown Street, London"),
        ("please send it to Hauptstr. 4, 60311 Frankfurt", "ADDRESS", "Hauptstr. 4, 60311 Frankfurt"),
        ("my birthday is 3rd of March 1985", "DOB", "3rd of March 1985"),
        ("born on March 3, 1985", "DOB", "March 3, 1985"),
    ],
)
def test_what_people_say_of_themselves_is_found(text: str, kind: str, value: str) -> None:
    assert [(span.kind, text[span.start : span.end]) for span in find_stated(text)] == [(kind, value)]


@pytest.mark.parametrize(
    "text", ["I am Happy with it", "this is urgent", "I am flying to Rome", "send it to my email", "I live in hope"]
)
def test_other_sentences_say_nothing_of_a_person(text: str) -> None:
    assert find_stated(text) == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("anna@example.org- thanks", "anna@example.org"),
        ("_anna@example.org_", "anna@example.org"),
        ("write to o'brien@example.org", "o'brien@example.org"),
        ("anna@mail.example-shop.org, please", "anna@mail.example-shop.org"),
        ("first_last@example.org", "first_last@example.org"),
    ],
)
def test_marks_around_and_within_an_address_cut_nothing_off(text: str, address: str) -> None:
    assert [text[span.start : span.end] for span in find_structured(text) if span.kind == "EMAIL"] == [address]


@pytest.mark.parametrize(
    "text",
    [
        "die Prüfziffer ist 123",
        "Kartenprüfnummer: 123",
        "mein Sicherheitscode lautet 1234",
        "el código de seguridad es 123",
        "le cryptogramme visuel est 123",
        "code de sécurité : 123",
    ],
)
def test_security_codes_are_found_by_the_words_of_four_languages(text: str) -> None:
    assert [span.kind for span in find_structured(text)] == ["CVV"]


@pytest.mark.parametrize("mark", ["\u200b", "\u00ad", "\u2060"])
@pytest.mark.parametrize(
    ("text", "kind"),
    [("card 4242 42|42 4242 4242", "CARD"), ("DE89 3704 0044 05|32 0130 00", "IBAN"), ("an|na@exam|ple.org", "EMAIL")],
)
def test_what_nobody_sees_hides_nothing(text: str, kind: str, mark: str) -> None:
    marked = text.replace("|", mark)
    (span,) = find_structured(marked)
    whole = marked[5:] if kind == "CARD" else marked
    assert (span.kind, marked[span.start : span.end]) == (kind, whole)
    shown = f"{mark}Hi{mark}, {marked}{mark}."
    assert [shown[one.start : one.end] for one in find_structured(shown)] == [whole]


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("4242   4242    4242     4242", "4242   4242    4242     4242"),
        ("4242 4242\n\n4242 4242", "4242 4242\n\n4242 4242"),
        ("4242’4242’4242’4242", "4242’4242’4242’4242"),
        ("4242 • 4242 • 4242 • 4242", "4242 • 4242 • 4242 • 4242"),
        ("4242=4242=4242=4242", "4242=4242=4242=4242"),
        ("4242 then 4242, then 4242 then 4242", "4242 then 4242, then 4242 then 4242"),
        ("first four 4242 next four 4242 next 4242 last 4242", "4242 next four 4242 next 4242 last 4242"),
        ("4242 .... wait 4242 4242 4242", "4242 .... wait 4242 4242 4242"),
        ("card4242424242424242", "4242424242424242"),
        ("nr4242424242424242", "4242424242424242"),
        ("+4242424242424242", "4242424242424242"),
    ],
)
def test_however_a_cards_groups_are_set_apart(text: str, card: str) -> None:
    assert found(text) == [("CARD", card)]


@pytest.mark.parametrize(
    "text",
    [
        "1'234'567'890'123 EUR",
        "row 42 then 42 then 42 then 42 then 42 then 42 then 42 then 42",
        "X4242424242424242",
        "+424242424242424",
    ],
)
def test_amounts_codes_and_phones_are_no_cards(text: str) -> None:
    assert "CARD" not in [kind for kind, _ in found(text)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4242424242424242|12|2027|123", "123"),
        ("4242424242424242 1227 123", "123"),
        ("4242 4242 4242 4242 (12/27) 123", "123"),
        ("tarjeta 4242 4242 4242 4242 caduca 12/27 código 123", "123"),
        ("carte 4242 4242 4242 4242 exp. 12/27 crypto 123", "123"),
        ("Karte 4242 4242 4242 4242 gültig bis 12/27, 123", "123"),
        ("the three digits are 123", "123"),
        ("my PIN is 4711", "4711"),
        ("Passwort: hunter2", "hunter2"),
        ("cvv is one two three", "one two three"),
        (";4242424242424242=27121011000012345678?", "27121011000012345678"),
    ],
)
def test_a_code_is_found_behind_any_expiry_in_words_and_on_a_stripe(text: str, code: str) -> None:
    assert ("CVV", code) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "DE89\n3704\n0044\n0532\n0130\n00",
        "DE 89 3704 0044 0532 0130 00",
        "DE89  3704  0044  0532  0130  00",
        "D E 8 9 3 7 0 4 0 0 4 4 0 5 3 2 0 1 3 0 0 0",
        "DE89–3704–0044–0532–0130–00",
    ],
)
def test_an_iban_is_found_over_lines_and_wide_gaps(text: str) -> None:
    assert found(f"{text}\nthanks") == [("IBAN", text)]
    assert found(f"IBAN{text}") == [("IBAN", text)]


@pytest.mark.parametrize(
    "text",
    [
        "anna.keller @ example.com",
        "annakeller@ example.com",
        "annakeller @example.com",
        "annakeller@\nexample.com",
        "annakeller@gmail",
        "annakeller@gmail,com",
        "annakeller at gmail.com",
        "anna.keller AT web.de",
        "anna punkt keller ät gmail punkt de",
        "anna dot keller at gmail dot com",
        "elodie.dupont arobase orange point fr",
    ],
)
def test_an_address_is_found_as_people_type_it(text: str) -> None:
    assert found(f"mail: {text}") == [("EMAIL", text)]


@pytest.mark.parametrize("text", ["see us @ example.com", "look at example.org", "meet @ noon", "10 @ 45.00 EUR"])
def test_a_sign_alone_makes_no_address(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("mi teléfono es 612 34 56 78", "612 34 56 78"),
        ("llámame al 612345678", "612345678"),
        ("appelez-moi au 06 12 34 56 78", "06 12 34 56 78"),
        ("Tel. 069 / 1234567", "069 / 1234567"),
        ("https://wa.me/4915123000101", "4915123000101"),
        ("https://shop.example/?phone=%2B4915123000101", "4915123000101"),
        ("+49_151_23000101", "+49_151_23000101"),
        ("mobile 07700_900_123", "07700_900_123"),
    ],
)
def test_phones_are_found_in_links_and_by_the_words_of_four_languages(text: str, phone: str) -> None:
    assert found(text) == [("PHONE", phone)]


@pytest.mark.parametrize(
    "text", ["my booking number is 0012345678", "order 0012345678", "Buchungsnummer: 0012345678", "ref# 0012345678"]
)
def test_what_is_called_a_booking_is_no_phone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Personalausweis L01X00T47", "L01X00T47"),
        ("mein Pass hat die Nummer C01X00T47", "C01X00T47"),
        ("passport: C 01 X 00 T 47", "C 01 X 00 T 47"),
        ("passport number\n123456789", "123456789"),
        ("numéro de passeport 12AB34567", "12AB34567"),
        ("pasaporte AAA123456", "AAA123456"),
        ("Steuernummer 12/345/67890", "12/345/67890"),
        ("Sozialversicherungsnummer 65 170839 J 003", "65 170839 J 003"),
        ("Führerschein B072RRE2I55", "B072RRE2I55"),
    ],
)
def test_national_numbers_are_found_by_their_names_in_four_languages(text: str, value: str) -> None:
    assert found(text) == [("NATIONAL_ID", value)]


def test_an_account_is_found_beside_its_banks_code() -> None:
    assert found("sort code 60-16-13, account number 31926819") == [
        ("BANK_ACCOUNT", "60-16-13"),
        ("BANK_ACCOUNT", "31926819"),
    ]
    assert found("Kontonummer 532013000 BLZ 37040044")[0] == ("BANK_ACCOUNT", "532013000")
    assert found("my account 31926819 shows 12 points") == []
