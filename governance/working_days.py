"""On which day do so many working days end?"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from governance.claims import Claim
from governance.dates import forms_of_day
from governance.wording import Figures

_FREE: Final = 5  # weekday() of Saturday
_MOST: Final = 60  # working days that are counted
_HOLIDAYS: Final = frozenset(((1, 1), (12, 25), (12, 26)))
"""On which few work anywhere: a stretch with one of them in it has no day that everybody would name."""
_ENDS: Final = re.compile(
    r"\b(?:by|until|till|latest|means|makes|takes us to|that's|that is|bring\w* us to|bis|hasta)\b", re.I
)


def ends_working_days(claim: Claim, text: str, stated: Figures, today: date) -> bool:
    """Whether a day is the last of as many working days from today as the reply has stated."""
    if claim.kind != "date" or _ENDS.search(text) is None:
        return False
    forms = {form for _, form in claim.forms}
    return any(forms & set(forms_of_day(day)) for day in _last_days(stated, today))


def find_other_days(claims: Sequence[Claim], text: str, today: date) -> frozenset[int]:
    """Return where days begin at which, as a sentence says, so many working days end that end on another day."""
    if _ENDS.search(text) is None:
        return frozenset()
    counted = [claim for claim in claims if claim.kind == "measure" and claim.forms[0][1].endswith(" working day")]
    last = {form for day in _last_days(Figures(counted), today) for form in forms_of_day(day)}
    days = [claim for claim in claims if claim.kind == "date" and claim.forms != (("date", today.isoformat()),)]
    return frozenset(day.at for day in days if last and last.isdisjoint(form for _, form in day.forms))


def _last_days(stated: Figures, today: date) -> Iterator[date]:
    for length in stated.last("working day", 1):
        day, left = today, int(min(length, _MOST))
        stretch: list[date] = []
        while left:
            day += timedelta(days=1)
            stretch.append(day)
            left -= day.weekday() < _FREE
        if stretch and not any((one.month, one.day) in _HOLIDAYS for one in stretch):
            yield day
