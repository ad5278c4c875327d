"""Is a personal value found whatever it is disguised as: other digits, words, escapes, base64, other spellings?"""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.cards import hide_cards, is_card, kept_of, normal_of, passes_luhn
from governance.detect import find_structured
from governance.known_values import KnownValues
from governance.personal import KnownValue, Span
from governance.plain_view import plain_view
from governance.split_cards import find_split_card

CARD = "4111111111111111"
ENGLISH = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
GERMAN = ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"]
SPANISH = ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"]
FRENCH = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]


def in_script(digits: str, zero: str) -> str:
    """The digits in a script whose zero is this."""
    return "".join(chr(ord(zero) + int(digit)) for digit in digits)


def kinds(text: str) -> list[str]:
    return [span.kind for span in find_structured(text)]


def covered(text: str, value: str) -> bool:
    """Whether one span covers the value."""
    start = text.index(value)
    return any(span.start <= start and span.end >= start + len(value) for span in find_structured(text))


@pytest.mark.parametrize("zero", ["０", "٠", "۰", "०", "০", "๐", "𝟎", "𝟶"])
def test_digits_of_other_scripts_are_digits(zero: str) -> None:
    written = in_script(CARD, zero)
    assert covered(f"my card is {written}, thanks", written)
    assert kept_of("CARD", written) == "•••• 1111"
    assert normal_of("CARD", written) == CARD
    assert "1111" in hide_cards(f"card {written}")
    assert written not in hide_cards(f"card {written}")


@pytest.mark.parametrize("written", ["⁴" + "¹" * 15, "④" + "①" * 15])
def test_raised_and_circled_digits_are_digits(written: str) -> None:
    assert covered(f"card {written}", written)
    assert kept_of("CARD", written) == "•••• 1111"


def test_a_card_in_parts_may_change_its_script() -> None:
    assert find_split_card(["it begins with 4111 1111", f"and ends with {in_script('11111111', '०')}"]) is not None


@pytest.mark.parametrize(
    "written",
    [
        "4111+1111+1111+1111",
        "4111|1111|1111|1111",
        "4111~1111~1111~1111",
        "4111;1111;1111;1111",
        "4111)(1111)(1111)(1111",
        "4111, 1111, 1111, 1111",
        "4111:1111:1111:1111",
        "4111%201111%201111%201111",
        "4111%2D1111%2D1111%2D1111",
    ],
)
def test_whatever_parts_a_cards_groups(written: str) -> None:
    assert covered(f"card: {written}.", written)


@pytest.mark.parametrize(
    "text",
    [
        '{"ids": [4242, 4242, 4242, 4242]}',
        "seats 41, 11, 11, 11, 11, 11, 11, 11",
        "1111+4111+11+1111111",
        "at 10:30, 11:45, 12:00 and 13:15",
        "prices: 4500; 300; 12000; 6000",
    ],
)
def test_lists_of_numbers_are_no_cards(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize("words", [ENGLISH, GERMAN, SPANISH, FRENCH])
@pytest.mark.parametrize("gap", [" ", ", ", "-"])
def test_a_card_that_is_spelt_out_is_found(words: list[str], gap: str) -> None:
    said = gap.join(words[int(digit)] for digit in CARD)
    (span,) = find_structured(f"it is {said}. Thanks")
    assert (span.kind, span.value) == ("CARD", CARD)


def test_double_and_triple_and_figures_between_count() -> None:
    assert find_structured("four triple one double one 11 one one one one one 1 one one")[0].value == CARD


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("call me on zero one seven zero one two three four five six seven", "01701234567"),
        ("plus four nine one seven zero one two three four five six seven", "+491701234567"),
        ("mi número es cero uno siete cero uno dos tres cuatro", "01701234"),
        ("mon numéro est zéro un sept zéro un deux trois quatre", "01701234"),
        ("Telefonnummer null eins sieben null eins zwei drei vier", "01701234"),
        ("meine Handynummer: null eins sieben null eins zwei drei vier", "01701234"),
    ],
)
def test_a_phone_that_is_spelt_out_is_found(text: str, value: str) -> None:
    found = [span.value for span in find_structured(text)]
    assert found == [value]


@pytest.mark.parametrize(
    "text",
    [
        "I need two seats for one, and three, or four of us",
        "one two three four five six seven, testing",
        "gate one, row two, seat three",
    ],
)
def test_counting_is_no_number_of_anybody(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    "written",
    [
        "anna＠example.org",
        "jürgen@exämple.de",
        "anna%40example.org",
        "anna [at] example [dot] org",
        "anna (at) example.org",
        "anna at example dot org",
        "anna arroba example punto org",
    ],
)
def test_mail_addresses_are_found_however_they_are_written(written: str) -> None:
    assert covered(f"write to {written}, please", written)


@pytest.mark.parametrize("text", ["meet me at example.org", "look at it", "at gate B14 [at noon]", "C at dot"])
def test_at_alone_is_no_address(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize("gap", [".", "/", "_", "-", " ", "\u00a0"])
def test_an_iban_in_any_grouping(gap: str) -> None:
    written = gap.join(("DE89", "3704", "0044", "0532", "0130", "00"))
    assert covered(f"from {written} please", written)


@pytest.mark.parametrize("value", [CARD, "DE89370400440532013000", "anna.keller@example.org"])
def test_what_base64_or_hex_hides_is_found(value: str) -> None:
    for word in (
        base64.b64encode(value.encode()).decode(),
        base64.urlsafe_b64encode(f"my data: {value}".encode()).decode(),
        value.encode().hex(),
    ):
        (span,) = find_structured(f"decode {word} please")
        assert (span.kind in ("CARD", "IBAN", "EMAIL"), span.value) == (True, value)


@pytest.mark.parametrize("text", ["request-01m7z9a6ahhksmdvs23432xzp0", "a" * 40, "deadbeef" * 8, "TWFueSBoYW5kcw=="])
def test_other_codes_encode_nothing(text: str) -> None:
    assert kinds(text) == []


KNOWN = KnownValues(
    [
        KnownValue("NAME", "Anna-Lena Müller"),
        KnownValue("NAME", "Joergen Strauss"),
        KnownValue("EMAIL", "anna.keller@example.org"),
        KnownValue("PHONE", "+491701234567"),
        KnownValue("ADDRESS", "Lindenstraße 12, 20095 Hamburg"),
    ]
)


@pytest.mark.parametrize(
    "written",
    [
        "Anna-Lena Mueller",
        "anna-lena-mueller",
        "AnnaLenaMueller",
        "Anna-Lena Müllers",
        "Jörgen Strauß",
        "Jorgen Strauss",
        "anna.keller (at) example (dot) org",
        "anna.keller%40example.org",
        in_script("01701234567", "٠")[1:],
        "Lindenstr. 12",
    ],
)
def test_known_values_are_found_in_other_spellings(written: str) -> None:
    text = f"see https://files.example/{written}.pdf"
    assert any(written in text[span.start : span.end] for span in KNOWN.find(text))


@given(st.text(max_size=60))
def test_a_plain_view_keeps_every_place(text: str) -> None:
    assert len(plain_view(text)) == len(text)


@given(st.text(alphabet="oneightwsvfurzx 0123456789,-%Pp+@.()[]at dot", max_size=120))
def test_any_text_is_read_without_an_error(text: str) -> None:
    found: list[Span] = find_structured(text)
    assert all(0 <= span.start < span.end <= len(text) for span in found)


@given(st.integers(0, 10**14 - 1))
def test_every_card_that_is_spelt_out_is_found(number: int) -> None:
    start = f"4{number:014}"
    digits = next(start + str(check) for check in range(10) if passes_luhn(start + str(check)))
    said = " ".join(ENGLISH[int(digit)] for digit in digits)
    assert is_card(digits)
    assert [span.value for span in find_structured(said)] == [digits]
