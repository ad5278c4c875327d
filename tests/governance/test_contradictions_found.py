"""Do systems that say different things of one subject get noticed, and nothing else?"""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from contracts.facts import Contradiction, Fact
from contracts.tool import Authority
from governance.contradictions import find_contradictions, find_disputed
from governance.sources import ArgumentSource

NOW = datetime(2026, 11, 21, 12, 3, tzinfo=UTC)
SYSTEMS = {"list_reservations": "booking", "search_flights": "booking", "get_flight_status": "operations"}
AUTHORITIES = {"flight_status": Authority(system="operations", about="whether the flight is on time")}


def fact(tool: str, value: JsonValue, **given: Any) -> Fact:
    call = given.pop("call", f"call of {tool}")
    place = given.pop("pointer", "/status")
    values: dict[str, Any] = {"type": "flight_status", "subject": "NW502-2026-11-22", "as_of": NOW, **given}
    return Fact(key=f"{call}#{place}", call_id=call, tool=tool, pointer=place, value=value, **values)


def found(*facts: Fact) -> tuple[Contradiction, ...]:
    return find_contradictions(facts, SYSTEMS, AUTHORITIES)


def test_two_systems_that_differ_are_told_with_the_one_that_counts_first() -> None:
    booked, moved = fact("list_reservations", "on_time"), fact("get_flight_status", "delayed")
    (one,) = found(booked, moved)
    assert [(it.system, it.fact.value, it.counts) for it in one.statements] == [
        ("operations", "delayed", True),
        ("booking", "on_time", False),
    ]
    assert one.is_decided


def test_without_a_declared_authority_neither_counts() -> None:
    facts = (fact("list_reservations", 3, type="seats"), fact("get_flight_status", 4, type="seats"))
    (one,) = found(*facts)
    assert not one.is_decided


def test_other_subjects_other_types_and_facts_about_nothing_are_not_compared() -> None:
    booked = fact("list_reservations", "on_time")
    assert not found(booked, fact("get_flight_status", "delayed", subject="NW502-2026-11-23"))
    assert not found(booked, fact("get_flight_status", "delayed", type="gate"))
    assert not found(fact("list_reservations", "a", subject=None), fact("get_flight_status", "b", subject=None))


def test_a_newer_reading_of_the_same_system_is_news_and_ends_the_contradiction() -> None:
    booked, moved = fact("list_reservations", "on_time"), fact("get_flight_status", "delayed")
    later = fact("list_reservations", "delayed", call="again", as_of=NOW + timedelta(minutes=2))
    assert found(booked, moved)
    assert not found(booked, moved, later)


def test_one_reading_that_contradicts_itself_is_one() -> None:
    twice = (
        fact("list_reservations", "on_time", call="one", pointer="/0/status"),
        fact("list_reservations", "delayed", call="one", pointer="/1/status"),
    )
    (one,) = found(*twice)
    assert sorted(str(it.fact.value) for it in one.statements) == ["delayed", "on_time"]


def test_the_same_moment_in_two_spellings_agrees() -> None:
    booked = fact("list_reservations", "2026-11-22T14:05:00Z", type="scheduled_departure")
    same = fact("get_flight_status", "2026-11-22T15:05:00+01:00", type="scheduled_departure")
    other = fact("get_flight_status", "2026-11-22T16:40:00Z", type="scheduled_departure")
    assert not found(booked, same)
    assert found(booked, other)


def test_a_write_depends_on_what_it_names_and_on_what_its_arguments_rest_on() -> None:
    booked, moved = fact("list_reservations", "on_time"), fact("get_flight_status", "delayed")
    contradictions = found(booked, moved)
    assert find_disputed(contradictions, {"flight_id": "NW502-2026-11-22"}) is not None
    assert find_disputed(contradictions, {"flight_id": "NW204-2026-11-22"}) is None
    resting = (ArgumentSource(argument="status", origin="fact", fact=moved.key),)
    assert find_disputed(contradictions, {"status": "delayed"}, resting) is not None


@given(st.lists(st.tuples(st.sampled_from(list(SYSTEMS)), st.sampled_from(["a", "b"])), max_size=8), st.randoms())
def test_only_what_was_read_last_counts_in_whatever_order_it_is_stored(said: list[tuple[str, str]], order: Any) -> None:
    facts = [fact(tool, value, call=f"{n}", as_of=NOW + timedelta(minutes=n)) for n, (tool, value) in enumerate(said)]
    mixed = order.sample(facts, len(facts))
    newest = {SYSTEMS[tool]: value for tool, value in said}
    assert len(find_contradictions(mixed, SYSTEMS, AUTHORITIES)) == (len(set(newest.values())) > 1)
