"""On which days are the times of a sentence, as results have them?"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date
from itertools import islice
from typing import Final

from pydantic import JsonValue

from governance.claims import Claim
from governance.dates import forms_of_day
from governance.records import read_moment

type Moment = tuple[str, str]
"""A time and its day: `14:55`, `2026-11-22`."""

_MOST: Final = 500
"""Of one result: of a longer one nothing is held, since the time that was meant may be behind them."""


def read_moments(tree: JsonValue) -> frozenset[Moment]:
    """The moments of a result, in its own zone and in UTC."""
    found = list(islice(_moments_in(tree), _MOST + 1))
    return frozenset(found) if len(found) <= _MOST else frozenset()


def _moments_in(tree: JsonValue) -> Iterator[Moment]:
    stack: list[JsonValue] = [tree]
    while stack:
        here = stack.pop()
        if isinstance(here, dict):
            stack.extend(here.values())
        elif isinstance(here, list):
            stack.extend(here)
        elif isinstance(here, str) and (moment := read_moment(here)) is not None:
            for seen in (moment, moment.astimezone(UTC)):
                yield f"{seen:%H:%M}", seen.date().isoformat()


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
    held = {day for at, day in moments if at in times}
    return bool(held) and today.isoformat() not in held
