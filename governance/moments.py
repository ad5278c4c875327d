"""Which times do results hold, on which days, and of what: when something leaves, arrives, or was read?"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import Final, NamedTuple

from pydantic import JsonValue

from governance.claims import Claim
from governance.dates import forms_of_day
from governance.records import read_moment


class Moment(NamedTuple):
    """A time, its day and what happens then: `14:55`, `2026-11-22`, `depart`."""

    time: str
    day: str
    role: str = ""


_MOST: Final = 500
"""Of one result: of a longer one nothing is held, since the time that was meant may be behind them."""
_ROLES: Final = (
    ("depart", "depart"),
    ("arriv", "arrive"),
    ("landed", "arrive"),
    ("as_of", "read"),
    ("expires", "until"),
    ("purchas", "past"),
    ("captured", "past"),
    ("created", "past"),
)
"""How a field's name tells what happens at its moment; any other may be whatever the sentence says."""
_SAID: Final = re.compile(
    r"(?P<arrive>\b(?:arriv\w{1,4}|land(?:s|ed|ing)?|touch\w* down|gets? (?:in|to|you)|(?:be|is|are|you're) in|reach\w*"
    r"|llega\w*|ankunft|ankommen|arrivée)\b)"
    r"|(?P<depart>\b(?:leav(?:e|es|ing)|depart\w*|takes? off|taking off|sets? off|(?<!seats )left(?= at\b))\b)"
    r"|(?P<opens>\b(?:opens?|opening|closes?|closing|öffnet|schließt|abren?|cierran?|ouvre|ferme)\b)"
    r"|(?P<until>\b(?:valid|expires?|(?:holds?|good|held) (?:until|till|for)|gültig|válid[ao]|valable)\b)",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(r"[;:|\n]|[.,](?!\d)|\b(?:and|but|or|then)\b", re.IGNORECASE)
_OF_READING: Final = re.compile(
    r"\b(?:as of|valid|expir\w*|until|till|by|held?|holds?|quote\w*|offer\w*|check(?:ed|ing)|read|looked|latest"
    r"|updat\w*|still|moment|was|were|status|stand\w*|bis|gültig|hasta|jusqu\w*|valable|válid\w*)\b",
    re.IGNORECASE,
)
_OF_PAST: Final = re.compile(
    r"\b(?:bought|booked|paid|purchas\w*|made|charged|captured|created|placed|gekauft|gebucht|bezahlt|comprad\w*|pagad\w*"
    r"|achet\w*|payé\w*)\b",
    re.IGNORECASE,
)
_BESIDE: Final = re.compile(
    r"[\s,()]{0,3}(?:(?:at|on|the|of|um|am|den|dem|el|le|à|utc|uhr|from|ab|th|st|nd|rd|h)\b[\s,]{0,2}){0,3}",
    re.IGNORECASE,
)
_LOOK_BACK: Final = 80  # characters before a time in which it is said what happens then


def read_moments(tree: JsonValue) -> frozenset[Moment]:
    """The moments of a result, in its own zone and in UTC."""
    found = list(islice(_moments_in(tree), _MOST + 1))
    return frozenset(found) if len(found) <= _MOST else frozenset()


def _moments_in(tree: JsonValue) -> Iterator[Moment]:
    stack: list[tuple[str, JsonValue]] = [("", tree)]
    while stack:
        name, here = stack.pop()
        if isinstance(here, dict):
            stack.extend(here.items())
        elif isinstance(here, list):
            stack.extend((name, item) for item in here)
        elif isinstance(here, str) and (moment := read_moment(here)) is not None:
            for seen in (moment, moment.astimezone(UTC)):
                yield moment_of(seen, next((role for part, role in _ROLES if part in name), ""))


def moment_of(seen: datetime, role: str = "") -> Moment:
    """A moment as a sentence says it."""
    return Moment(f"{seen:%H:%M}", seen.date().isoformat(), role)


def is_on_another_day(claims: Sequence[Claim], today: date, moments: frozenset[Moment]) -> bool:
    """Whether a sentence that names today, and no other day, says times that results have on other days only.

    That it is today everybody knows, so that nothing else would ask what happens today. One time of today is enough: a
    flight of the evening arrives on the next day.
    """
    now = frozenset(forms_of_day(today))
    days = [claim for claim in claims if claim.kind == "date"]
    if not days or any(now.isdisjoint(form for _, form in day.forms) for day in days):
        return False
    times = {form for claim in claims for kind, form in claim.forms if kind == "time"}
    held = {one.day for one in moments if one.time in times}
    return bool(held) and today.isoformat() not in held


def is_of_another_role(claim: Claim, text: str, moments: frozenset[Moment]) -> bool:
    """Whether a time is said to be when something arrives, leaves, opens or closes, and results have it for another.

    When something was read, or how long it holds, is no other time at all unless the words speak of that.
    """
    if claim.kind != "time":
        return False
    times = {form for _, form in claim.forms}
    roles = {one.role for one in moments if one.time in times}
    if not roles or "" in roles:
        return False
    if roles <= {"read", "until", "past"}:
        told = ("past" in roles and _OF_PAST.search(text)) or (roles & {"read", "until"} and _OF_READING.search(text))
        if not told:
            return True
    before = _CLAUSE.split(text[max(0, claim.at - _LOOK_BACK) : claim.at])[-1]
    said = [found.lastgroup for found in _SAID.finditer(before)]
    return bool(said) and said[-1] not in roles


def days_apart_from_times(
    claims: Sequence[Claim], text: str, moments: frozenset[Moment], moved: frozenset[Moment]
) -> frozenset[int]:
    """Return where days begin that stand right beside a time which is known, and known for other days only.

    `moved`: moments that follow from known ones; only these count where a time is said for what it is not known for.
    """
    wrong: set[int] = set()
    for group in _beside_each_other(claims, text):
        times = {form for claim in group for kind, form in claim.forms if kind == "time"}
        other = any(is_of_another_role(claim, text, moments) for claim in group)
        held = {one.day for one in (moved if other else moments | moved) if one.time in times}
        forms = {form for day in held for form in forms_of_day(date.fromisoformat(day))}
        days = [claim for claim in group if claim.kind == "date"] if held else []
        wrong.update(claim.at for claim in days if forms.isdisjoint(form for _, form in claim.forms))
    return frozenset(wrong)


def _beside_each_other(claims: Sequence[Claim], text: str) -> Iterator[list[Claim]]:
    group: list[Claim] = []
    for claim in sorted((one for one in claims if one.kind in ("date", "time")), key=lambda one: one.at):
        if group and _BESIDE.fullmatch(text, group[-1].at + len(group[-1].text), claim.at) is None:
            yield group
            group = []
        group.append(claim)
    if group:
        yield group
