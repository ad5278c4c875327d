"""Which names are looked for in a company's answer, and what is kept of one that nobody could search?"""

from pathlib import Path

from name_models import ScriptedNames
from pydantic import JsonValue

from activities.find_names import NameFinder
from activities.names_in_result import WITHHELD, find_names_in_result, withhold_prose
from contracts.errors import ModelFailed
from contracts.tool import PersonalField, ToolContract
from storage.packs import load_pack

AIRLINE = load_pack(Path(__file__).parents[2] / "packs" / "airline", {"HANDRAIL_SYSTEMS_URL": "http://127.0.0.1:1"})
NOTE: JsonValue = {
    "id": "K7Q2LM",
    "holder": "Charlotte Weber",
    "notes": ["Grace asked for a window seat", "2026-11-21"],
    "price": {"amount": 4500, "currency": "EUR"},
}


def declaring(*pointers: str) -> ToolContract:
    """A tool whose answer holds names at these pointers."""
    contract = AIRLINE.tools["get_customer"]
    personal = tuple(PersonalField.model_validate({"pointer": one, "kind": "NAME"}) for one in pointers)
    return contract.model_copy(update={"overlay": contract.overlay.model_copy(update={"personal": personal})})


def a_finder(port: ScriptedNames, *, required: bool = False) -> NameFinder:
    return NameFinder(port, within=5, least=0.5, required=required)


async def test_free_text_alone_is_searched_and_what_is_declared_is_not_sent() -> None:
    port = ScriptedNames()
    assert await find_names_in_result(a_finder(port), declaring("/holder"), NOTE) == ("Grace",)
    assert port.seen == ["Grace asked for a window seat"]


async def test_texts_are_sent_together_and_long_ones_in_pieces() -> None:
    port = ScriptedNames()
    body: JsonValue = ["word " * 900 + "Grace", "ask Charlotte Weber"]
    assert await find_names_in_result(a_finder(port), declaring(), body) == ("Grace", "Charlotte Weber")
    assert [len(piece) <= 4_000 for piece in port.seen] == [True, True]


async def test_without_a_model_nothing_is_found() -> None:
    assert await find_names_in_result(None, declaring(), NOTE) == ()


async def test_unsearched_text_is_kept_unless_a_search_is_required() -> None:
    port = ScriptedNames()
    port.failure = ModelFailed("model.broken", "broken", retryable=True)
    assert await find_names_in_result(a_finder(port), declaring(), NOTE) == ()
    assert await find_names_in_result(a_finder(port, required=True), declaring(), NOTE) is None


async def test_what_is_too_long_counts_as_unsearched() -> None:
    body: JsonValue = ["word " * 6_000]
    port = ScriptedNames()
    assert await find_names_in_result(a_finder(port), declaring(), body) == ()
    assert await find_names_in_result(a_finder(port, required=True), declaring(), body) is None
    assert port.seen == []


def test_withheld_are_words_and_nothing_that_grounds_an_argument() -> None:
    assert withhold_prose(NOTE) == {
        "id": "K7Q2LM",
        "holder": WITHHELD,
        "notes": [WITHHELD, "2026-11-21"],
        "price": {"amount": 4500, "currency": "EUR"},
    }
