"""Does the search for planted values find one however it is written, and take nothing else for it?"""

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from urllib.parse import quote

import pytest

from evals.privacy.canary import Canary
from evals.privacy.planted import Planted, Planter
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
    assert find_values(data, NEEDLES) == {NAME}


@pytest.mark.parametrize("way", WRITTEN)
def test_another_value_is_not_taken_for_it(way: str) -> None:
    assert find_values(WRITTEN[way]("Wendelbrock Quisthafer"), NEEDLES) == set()


def test_of_many_values_those_are_found_that_are_there_also_where_chunks_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.privacy.search._LONGEST_CHUNK", 64)
    planter = Planter.numbered(1, 1)
    names = [planter.name() for _ in range(200)]
    data = " -- ".join(names[::2]).encode()
    assert find_values(data, {letters_of(name): name for name in names}) == set(names[::2])


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


def found(*planted: Planted, at: str, control: str = "Vlystermann Brandelfeld") -> Canary:
    forms = {form for one in planted for form in one.forms}
    return Canary([*planted], 1, 1, {at: forms | {letters_of(control)}}, {at: control}, {"C1": []}, 1)


def test_a_leak_is_counted_by_place_and_a_search_that_finds_nothing_planted_is_seen() -> None:
    known, late = Planted("known", "NAME", "Wendelbrack"), Planted("late", "NAME", "Quisthofer")
    unrecorded = Planted("unrecorded", "PLACE", "Octavfelde")
    in_table = found(known, late, unrecorded, at="table entries")
    assert list(in_table.leaks()) == ["known NAME in table entries", "late NAME in table entries"]
    assert in_table.figures()["canary_leaks"].met is False
    assert in_table.figures()["unrecorded_found_in_table_entries"].value == 1
    in_prompts = found(known, late, unrecorded, at="prompts")
    assert list(in_prompts.leaks()) == ["known NAME in prompts"]
    assert in_prompts.figures()["planted_leaks_found"].met
    in_prompts.found["prompts"].clear()
    assert in_prompts.figures()["canary_leaks"].met
    assert in_prompts.figures()["planted_leaks_found"].met is False
