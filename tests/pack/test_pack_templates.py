"""Do templates, durations and money say what they should, and refuse what they cannot?"""

from datetime import timedelta

import pytest
from pydantic import JsonValue, TypeAdapter, ValidationError

from contracts.template import MissingValue, check_template, fill_text, fill_value, say_money
from contracts.values import Duration, format_duration

DURATION = TypeAdapter[timedelta](Duration)
VALUES: dict[str, JsonValue] = {
    "slots": {"code": "K7Q2LM"},
    "mine": {"reservations": [{"price": {"amount": 4505, "currency": "EUR"}, "departs_at": "2026-11-22T06:30:00Z"}]},
    "none": None,
    "yes": True,
}


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("20s", timedelta(seconds=20)),
        ("15m", timedelta(minutes=15)),
        ("1d", timedelta(days=1)),
        ("250ms", timedelta(milliseconds=250)),
        ("PT15M", timedelta(minutes=15)),
        ("P1DT2H", timedelta(days=1, hours=2)),
    ],
)
def test_a_duration_is_read_and_said_again(text: str, duration: timedelta) -> None:
    assert DURATION.validate_python(text) == duration
    assert DURATION.validate_python(format_duration(duration)) == duration


@pytest.mark.parametrize("text", ["soon", "P", "PT", "15", "-5m", "1.5h", ""])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="is not a duration"):
        DURATION.validate_python(text)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("Code {slots.code}.", "Code K7Q2LM."),
        ("{mine.reservations.0.price|money}", "45.05 EUR"),
        ("{mine.reservations.0.departs_at|date}", "Sunday, 22 November 2026"),
        ("{mine.reservations.0.departs_at|time}", "06:30"),
        ("{slots.name} || {slots.code}", "K7Q2LM"),
        ("[{none}] {yes}", "[] yes"),
    ],
)
def test_a_template_is_filled(template: str, said: str) -> None:
    assert fill_text(template, VALUES) == said


def test_a_lone_placeholder_keeps_its_type() -> None:
    price: JsonValue = {"amount": 4505, "currency": "EUR"}
    assert fill_value({"a": ["{mine.reservations.0.price}", 1]}, VALUES) == {"a": [price, 1]}


@pytest.mark.parametrize("path", ["slots.name", "mine.reservations.1.price", "slots.code.x", "mine.reservations.x"])
def test_a_missing_value_is_named(path: str) -> None:
    with pytest.raises(MissingValue) as missing:
        fill_text("{" + path + "}", VALUES)
    assert missing.value.path == path


@pytest.mark.parametrize("text", ["{", "{a", "a}", "{a b}", "{a|shout}", "{}", "{a.__class__!r}", "{a[0]}"])
def test_a_malformed_template_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"brace|format"):
        check_template(text)


def test_values_are_never_read_as_templates() -> None:
    assert fill_text("{a} {b}", {"a": "{b}", "b": "x || y"}) == "{b} x || y"


def test_money_is_said_in_whole_units() -> None:
    assert say_money({"amount": -5, "currency": "EUR"}) == "-0.05 EUR"
    with pytest.raises(ValueError, match="minor units"):
        say_money("45.00")
