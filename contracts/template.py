"""How does a pack put values into its texts and arguments, without running code?

`{slots.code}` is a dotted path into the given values (digits index lists); `{total|money}` formats it. In a text,
`first || second` says the second where the first names a value that is not there.
A template that is one placeholder and nothing else yields the value itself, with its JSON type.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from pydantic import JsonValue

FORMATS: Final = ("money", "date", "isodate", "time", "datetime", "words", "upper", "title")
_PLACEHOLDER: Final = re.compile(r"\{(?P<path>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)(?:\|(?P<format>[a-z]+))?\}")
_OR: Final = " || "
_BRACE: Final = re.compile(r"[{}]")


class MissingValue(LookupError):
    """A template names a value that is not there."""

    code = "missing_value"

    def __init__(self, path: str) -> None:
        super().__init__(f"no value {path!r} to fill the template; check the step or argument that provides it")
        self.path = path


def check_template(text: str) -> str:
    """Return the text when every brace belongs to a well-formed placeholder; else raise ValueError saying which."""
    for found in _PLACEHOLDER.finditer(text):
        if found["format"] is not None and found["format"] not in FORMATS:
            raise ValueError(f"{found[0]!r} has an unknown format; use one of {', '.join(FORMATS)}")
    if _BRACE.search(_PLACEHOLDER.sub("", text)):
        raise ValueError(f"{text!r} has a brace that is not a placeholder like {{slots.code}} or {{total|money}}")
    return text


def template_paths(text: str) -> tuple[str, ...]:
    """Return the dotted paths that a template reads, in order."""
    return tuple(found["path"] for found in _PLACEHOLDER.finditer(text))


def blank_template(text: str) -> str:
    """Return a template's own words, every placeholder as `…`; alternatives stay side by side."""
    return _PLACEHOLDER.sub("…", text)


def look_up(path: str, values: Mapping[str, JsonValue]) -> JsonValue:
    """Return the value at a dotted path; raise MissingValue when a part of the way is absent."""
    here: JsonValue = dict(values)
    for part in path.split("."):
        if isinstance(here, dict) and part in here:
            here = here[part]
        elif isinstance(here, list) and part.isdigit() and int(part) < len(here):
            here = here[int(part)]
        else:
            raise MissingValue(path)
    return here


def fill_value(template: JsonValue, values: Mapping[str, JsonValue]) -> JsonValue:
    """Fill a template of any JSON shape; a lone placeholder keeps its value's type. Raises MissingValue."""
    if isinstance(template, dict):
        return {key: fill_value(item, values) for key, item in template.items()}
    if isinstance(template, list):
        return [fill_value(item, values) for item in template]
    if not isinstance(template, str):
        return template
    lone = _PLACEHOLDER.fullmatch(template)
    if lone is not None and lone["format"] is None:
        return look_up(lone["path"], values)
    return fill_text(template, values)


def fill_text(template: str, values: Mapping[str, JsonValue]) -> str:
    """Fill a template into plain text, by the first alternative whose values are all there. Raises MissingValue."""
    first, *others = template.split(_OR, 1)
    try:
        return _PLACEHOLDER.sub(lambda found: _say(look_up(found["path"], values), found["format"]), first)
    except MissingValue:
        if not others:
            raise
        return fill_text(others[0], values)


def _say(value: JsonValue, form: str | None) -> str:
    if form == "money":
        return say_money(value)
    if form == "isodate" and isinstance(value, str):
        return value[:10]
    if form in ("date", "time", "datetime") and isinstance(value, str):
        return _say_time(value, form)
    text = _plain(value)
    if form == "words":
        return text.replace("_", " ")
    if form == "title":
        return text.replace("_", " ").title()
    return text.upper() if form == "upper" else text


def say_money(value: JsonValue) -> str:
    """Say {"amount": 4500, "currency": "EUR"} as `45.00 EUR`; raise ValueError for another shape."""
    if isinstance(value, dict):
        amount, currency = value.get("amount"), value.get("currency")
        if isinstance(amount, int) and isinstance(currency, str):
            sign, units = ("-" if amount < 0 else ""), abs(amount)
            return f"{sign}{units // 100}.{units % 100:02} {currency}"
    raise ValueError("a value formatted as money must be {amount: minor units, currency}; correct the template")


def _say_time(value: str, form: str) -> str:
    moment = datetime.fromisoformat(value) if "T" in value else None
    day = moment.date() if moment else date.fromisoformat(value)
    spoken_day = f"{day:%A}, {day.day} {day:%B %Y}"
    if form == "date" or moment is None:
        return spoken_day
    return f"{moment:%H:%M}" if form == "time" else f"{spoken_day} at {moment:%H:%M}"


def _plain(value: JsonValue) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_plain(item) for item in value)
    return str(value)
