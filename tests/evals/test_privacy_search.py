"""Does the search for planted values find one however it is written, and take nothing else for it?"""

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from urllib.parse import quote

import pytest

from evals.privacy.canary import Canary
from evals.privacy.planted import Planted, Planter, make_decoys
from evals.privacy.search import find_values, letters_of

NAME = "Wendelbräck Quisthöfer"
NEEDLES = {letters_of(NAME): NAME}

WRITTEN: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "in other case": lambda value: value.swapcase().encode(),
    "without accents": lambda value: value.replace("ä", "a").replace("ö", "o").encode(),
    "without spaces": lambda value: value.replace(" ", "").encode(),
    "spaced out": lambda value: " . ".join(value).encode(),
    "as JSON": lambda value: json.dumps({"text": value}).encode(),
    "as JSON in JSON": lambda value: json.dumps(json.dumps({"text": value})).encode(),
    "in a URL": lambda value: quote(f"/?to={value}&by=x").encode(),
    "in hex": lambda value: value.encode().hex().encode(),
    "in hex behind a digit": lambda value: b"a" + value.encode().hex().encode(),
    "in base64": lambda value: base64.b64encode(f"to {value}".encode()),
    "in base64 behind letters of its alphabet": lambda value: b"abc" + base64.b64encode(f"to {value}".encode()),
    "in base64 for URLs": lambda value: base64.urlsafe_b64encode(f"??>>{value}??>>".encode()),
    "in base64 in JSON in base64": lambda value: base64.b64encode(
        json.dumps({"data": base64.b64encode(value.encode()).decode()}).encode()
    ),
    "packed by gzip": lambda value: b"\0\1" + gzip.compress(value.encode() * 3) + b"more",
    "packed by zlib": lambda value: zlib.compress(value.encode() * 3),
    "packed, in base64": lambda value: base64.b64encode(gzip.compress(value.encode())),
    "among bytes": lambda value: b"\xff\x00\x12" + value.encode() + b"\x80\x00",
}


@pytest.mark.parametrize("way", WRITTEN)
def test_a_value_is_found_however_it_is_written(way: str) -> None:
    data = b'{"before": "it"} ' + WRITTEN[way](NAME) + b" and after it"
    assert find_values(data, NEEDLES).keys() == {NAME}


@pytest.mark.parametrize("way", WRITTEN)
def test_another_value_is_not_taken_for_it(way: str) -> None:
    assert find_values(WRITTEN[way]("Wendelbrock Quisthafer"), NEEDLES) == {}


def test_of_many_values_those_are_found_that_are_there_also_where_chunks_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.privacy.search._LONGEST_CHUNK", 64)
    planter = Planter.numbered(1, 1)
    names = [planter.name() for _ in range(200)]
    data = " -- ".join(names[::2]).encode()
    assert find_values(data, {letters_of(name): name for name in names}).keys() == set(names[::2])


def test_what_is_too_short_to_be_looked_for_is_refused() -> None:
    with pytest.raises(ValueError, match="found anywhere"):
        find_values(b"text", {"anna": "Anna"})


@pytest.mark.parametrize(
    ("planted", "lies"),
    [
        (Planted("known", "PHONE", "0151 / 23000101", "+4915123000101"), "call 15123000101"),
        (Planted("known", "NAME", "KELLERMANN, Annabelle"), "Annabelle said"),
        (Planted("structured", "CARD", "4242-4242-4242-4242"), "card 4242 4242 42424242"),
    ],
)
def test_parts_of_a_value_and_other_ways_to_write_it_count(planted: Planted, lies: str) -> None:
    assert find_values(lies.encode(), {form: form for form in planted.forms})


PHONE = "123456789"


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-21T09:12:34.56789Z",
        "2026-11-21 09:12:34.567890+00",
        "a1234567-89ab-4cde-8f01-23456789abcd",
        "00000000-0000-4123-a456-123456789fff",
        "f00d123456789beefcafe0123f00d1234",
        r"{\\xf00d123456789beefcafe0123f00d1234}",
    ],
)
def test_a_short_number_is_not_found_in_times_and_ids(written: str) -> None:
    number = letters_of(written)
    short = [number[at : at + 9] for at in range(len(number) - 8) if number[at : at + 9].isdecimal()]
    assert short
    assert find_values(f"at {written}, then".encode(), dict.fromkeys(short, "it")) == {}


@pytest.mark.parametrize(
    "written",
    [
        "20261121123456789",
        "tel123456789x",
        "12-34-56-78-9",
        "+1 (234) 567:89",
        "at 09:10:11, 123456789",
        "de12345678900000",
        "0f-1234567-89",
        "09:10:11,123456789",
        "(7,09:10:11,0123456789)",
        "09:10:11.0123456789",
        "09:10:11-0123456789",
        "09:10:11+0123456789",
        "call_0123456789deadbeef",
        "00123456789abcdef0",
    ],
)
def test_a_short_number_is_found_wherever_else_it_stands(written: str) -> None:
    assert find_values(f"so {written} it is".encode(), {PHONE: PHONE}).keys() == {PHONE}


def test_the_letters_around_are_told() -> None:
    data = b"a word, " + b"y" * 100 + b" the number 12 34567 89 is called " + b"z" * 100
    (around,) = find_values(data, {PHONE: PHONE}).values()
    assert "thenumber123456789iscalled" in around
    assert len(around) == 40 + 9 + 40


def test_what_is_found_of_a_decoy_is_told_beside_and_is_no_leak() -> None:
    decoy, planted = Planted("known", "PHONE", "+4915123000101"), Planted("known", "PHONE", "+4915123000102")
    forms = dict.fromkeys([*decoy.forms, *planted.forms], "around")
    canary = Canary([planted], found={"logs": forms}, decoys=[decoy, planted])
    assert {what for what, _ in canary.by_chance()} == {"decoy PHONE in logs"}
    assert [what for what, _ in canary.leaks()] == ["known PHONE in logs"]


DECOYS = make_decoys(Planter.numbered(1, 2), 10)


def found(*planted: Planted, at: str, control: str = "Vlystermann Brandelfeld") -> Canary:
    forms = {form for one in planted for form in one.forms}
    lying = dict.fromkeys(forms | {letters_of(control)}, "around")
    return Canary([*planted], 1, 1, {at: lying}, {at: control}, {"C1": []}, 1, DECOYS)


def test_a_leak_is_counted_by_place_and_a_search_that_finds_nothing_planted_is_seen() -> None:
    known, late = Planted("known", "NAME", "Wendelbrack"), Planted("late", "NAME", "Quisthofer")
    unrecorded = Planted("unrecorded", "PLACE", "Octavfelde")
    in_table = found(known, late, unrecorded, at="table entries")
    assert [what for what, _ in in_table.leaks()] == ["known NAME in table entries", "late NAME in table entries"]
    assert in_table.figures()["canary_leaks"].met is False
    assert in_table.figures()["unrecorded_found_in_table_entries"].value == 1
    in_prompts = found(known, late, unrecorded, at="prompts")
    assert list(in_prompts.leaks()) == [("known NAME in prompts", "around")]
    assert in_prompts.figures()["planted_leaks_found"].met
    in_prompts.found["prompts"].clear()
    assert in_prompts.figures()["canary_leaks"].met
    assert in_prompts.figures()["planted_leaks_found"].met is False
