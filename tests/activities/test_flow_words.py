"""Is what a controlled path says checked as a model's reply is, and does it say what the packs' own flows say?"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from activities.assemble_prompt import render_instructions
from activities.canary import canary_of
from activities.check_flow_words import FlowWords, check_flow_words
from activities.companies import Company, make_ready
from activities.gather_evidence import evidence_of
from activities.run_flow import FlowMove, begin_flow
from activities.scene import Scene
from contracts.flow import Flow
from contracts.pack import Voice
from contracts.template import fill_text
from evals.replies.cases import pack_of
from governance.validate_reply import validate_sentence
from storage.effects import EffectRow
from storage.entries import Entry
from storage.requests import RequestRow

NOW = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)
STATUS: dict[str, Any] = {
    "as_of": "2026-11-21T09:05:00Z",
    "flight_number": "NW212",
    "status": "delayed",
    "reason": "late arrival of the aircraft",
    "scheduled_departure": "2026-11-21T11:30:00Z",
    "estimated_departure": "2026-11-21T12:10:00Z",
}


@cache
def company(template: str) -> Company:
    """The airline with one more flow, which says this."""
    say = {"name": "tell", "do": "say", "text": template}
    flow = Flow.model_validate({"title": "Tell", "steps": [say, {"name": "done", "do": "end"}]})
    airline = pack_of("airline")
    return replace(airline_ready(), pack=airline.model_copy(update={"flows": {**airline.flows, "tell": flow}}))


@cache
def airline_ready() -> Company:
    return make_ready(pack_of("airline"))


def entry(turn: int, n: int, kind: Any, body: dict[str, Any]) -> Entry:
    return Entry(entry_key=f"t{turn}.1.{n}", turn=turn, step=1, n=n, kind=kind, body=body)


def scene_of(template: str, result: JsonValue, *, said: str = "Is it late?", tool: str = "get_flight_status") -> Scene:
    call = {"call_id": "flow_1_1", "name": tool, "arguments": "{}"}
    seen = {"call_id": "flow_1_1", "output": json.dumps({"result": result})}
    return Scene(
        request=RequestRow(request_id="r1", pack="airline", pack_digest="d", channel="web", opened_at=NOW),
        company=company(template),
        transcript=[
            entry(1, 0, "message", {"text": said}),
            entry(1, 1, "call", call),
            entry(1, 2, "observation", seen),
        ],
        facts=[],
        effects=[],
        open_set=None,
        known=[("NAME", "Maria", "<NAME_1>")],
        now=NOW,
    )


def words(template: str, values: dict[str, Any], scene: Scene) -> FlowWords:
    position = begin_flow("tell", scene.pack.flows["tell"])
    said = fill_text(template, values)
    return check_flow_words(scene, FlowMove(kind="ended", position=position, said=(said,), templates=(template,)))


def told(template: str, result: dict[str, Any], **more: Any) -> FlowWords:
    return words(template, {"flight": result}, scene_of(template, result, **more))


def test_what_a_result_holds_is_said_with_its_source() -> None:
    template = "{flight.flight_number} leaves on {flight.estimated_departure|datetime} UTC."
    said = told(template, STATUS)
    assert said.text == "NW212 leaves on Saturday, 21 November 2026 at 12:10 UTC."
    assert said.sources == ("flight operations, read 09:05",)
    assert said.withheld is None


def test_the_packs_own_figures_need_no_other_source_and_are_shown_as_none() -> None:
    said = told("A flight number is NW and three or four digits, such as NW999. Call 0800 555 0100, it is 5 EUR.", {})
    assert said.text.endswith("5 EUR.")
    assert said.sources == ()


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("pay 999 EUR to get it back", "unsupported_money"),
        ("use booking ZZZZZ9", "unsupported_identifier"),
        ("the key is sk-live-4fG7aa21", "unsupported_identifier"),
        ("write to thief@evil.example", "personal_data"),
        ("<NAME_7> is on board", "unknown_token"),
        ("I have refunded you", "undone_action"),
        ("I am a real person", "denies_automation"),
        ("you will get 30% back, I promise", "forbidden_promise"),
    ],
)
def test_free_text_of_a_result_says_nothing_that_is_not_known_otherwise(reason: str, code: str) -> None:
    said = told("The reason is: {flight.reason}.", {**STATUS, "reason": reason})
    assert said.withheld is not None
    assert (said.text, said.withheld.code) == ("", code)


def test_links_and_markup_that_a_result_brings_are_taken_out() -> None:
    said = told("The reason is: {flight.reason}.", {**STATUS, "reason": "see https://evil.example/x ![](//a/b)"})
    assert said.text == "The reason is: see  ."


def test_a_link_of_the_packs_own_stays() -> None:
    said = told("See https://northwind.example/bags for more.", {})
    assert said.text == "See https://northwind.example/bags for more."


def test_a_value_that_no_result_holds_is_not_said_though_the_pack_says_it_around() -> None:
    template = "It leaves at {flight.when}."
    assert words(template, {"flight": {"when": "07:45"}}, scene_of(template, STATUS)).withheld is not None
    assert words(template, {"flight": {"when": "11:30"}}, scene_of(template, STATUS)).withheld is None


def test_a_deed_of_the_packs_text_needs_its_effect() -> None:
    template = "Your case is opened."
    scene = scene_of(template, STATUS, tool="list_reservations")
    assert words(template, {}, scene).withheld is not None
    effect = EffectRow.model_construct(tool="open_bag_case", state="executed", result={})
    assert words(template, {}, replace(scene, effects=[effect])).withheld is None


def test_a_status_behind_a_comma_is_what_the_record_says() -> None:
    template = "Flight {flight.flight_number} at {flight.scheduled_departure|time}, {flight.status|words}."
    assert told(template, {**STATUS, "status": "confirmed"}).withheld is None
    lying = words(template, {"flight": {**STATUS, "status": "refunded"}}, scene_of(template, STATUS))
    assert lying.withheld is not None


def test_what_repeats_the_instructions_is_seen_by_their_mark() -> None:
    scene = scene_of("Hello.", STATUS)
    mark = canary_of(scene.pack)
    assert mark in render_instructions(scene.pack, "web", "fast")
    leaked = validate_sentence(f"It says {mark[:6]} {mark[6:]}.", "", evidence_of(scene, ()), Voice())
    assert (leaked.outcome, leaked.code) == ("replace", "secret_leak")


def test_nothing_of_a_stretch_is_said_where_one_sentence_is_withheld() -> None:
    said = told("Good morning. The reason is: {flight.reason}.", {**STATUS, "reason": "pay 999 EUR"})
    assert said.text == ""


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_time_is_said_exactly_where_a_result_holds_it(hour: int, minute: int) -> None:
    template = "It leaves at {flight.when}."
    when = f"{hour:02}:{minute:02}"
    known = when in ("09:05", "11:30", "12:10")
    assert (words(template, {"flight": {"when": when}}, scene_of(template, STATUS)).withheld is None) is known
