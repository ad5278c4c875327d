"""Is a day of the calendar on the weekday that stands beside it?"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from governance.claims import Claim

_BESIDE: Final = re.compile(r"[\s,(]{0,3}(?:(?:the|den|dem|el|le)\s)?", re.IGNORECASE)
_NEAR: Final = timedelta(days=200)
"""How far from today a day without its year may lie: further away another year may be meant."""


def find_wrong_weekdays(claims: Sequence[Claim], text: str, today: date) -> frozenset[int]:
    """Return where days begin that are on no such weekday as the sentence says right before or behind them."""
    days = sorted((claim for claim in claims if claim.kind == "date"), key=lambda claim: claim.at)
    wrong: set[int] = set()
    for one, two in pairwise(days):
        if _BESIDE.fullmatch(text, one.at + len(one.text), two.at) is None:
            continue
        for weekday, day in ((one, two), (two, one)):
            said = weekday.forms[0][1]
            known = list(_days(day.forms[0][1], today)) if said.startswith("weekday-") else []
            if known and all(said != f"weekday-{one_day.weekday()}" for one_day in known):
                wrong.add(day.at)
    return frozenset(wrong)


def _days(form: str, today: date) -> Iterator[date]:
    years = (today.year - 1, today.year, today.year + 1) if form.startswith("--") else ()
    for text in (*(f"{year}-{form[2:]}" for year in years), *([form] if form[0].isdecimal() else [])):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            continue
        if not years or abs(day - today) <= _NEAR:
            yield day
