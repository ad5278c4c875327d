"""Is what a sentence calls earlier or later on the side that it says?"""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from governance.claims import Claim
from governance.dates import forms_of_day
from governance.moments import Moment

_SIDE: Final = re.compile(
    r"\b(?P<side>earlier|later|sooner|früher|später|antes|más tarde|plus tôt|plus tard)\b", re.IGNORECASE
)
_IN_PLACE_OF: Final = re.compile(
    r"\W{0,3}(?:instead of|rather than|not|and not|statt|en vez de|au lieu de)(?: (?:at|um|las|à))?\s", re.I
)
_DAYS_AWAY: Final = re.compile(
    r"\b(?:(?P<one>an?|one|1)|(?P<n>\d{1,2})) (?P<unit>day|week)s? (?:earlier|later)\b", re.IGNORECASE
)
_LATER: Final = re.compile(r"later|später|tarde|tard", re.IGNORECASE)
_WEEK: Final = 7


def find_turned_round(claims: Sequence[Claim], text: str, moments: frozenset[Moment], today: date) -> frozenset[int]:
    """Return where times and days begin that are said to lie on the other side of what they replace than they do.

    Of "earlier, at 15:05 instead of 13:15" both times are said; of "a day earlier, on the 23rd" the day that it was
    before is a known one on the other side, and none on the side that is said.
    """
    said = _SIDE.search(text)
    if said is None:
        return frozenset()
    later = _LATER.fullmatch(said["side"]) is not None
    ordered = sorted(claims, key=lambda claim: claim.at)
    times = [claim for claim in ordered if claim.kind == "time" and len(claim.forms) == 1]
    wrong = {new.at for new, old in pairwise(times) if _is_turned(new, old, text, later=later)}
    days = [claim for claim in ordered if claim.kind == "date"]
    away = _DAYS_AWAY.search(text)
    if away is not None and len(days) == 1 and _is_other_side(days[0], away, moments, today, later=later):
        wrong.add(days[0].at)
    return frozenset(wrong)


def _is_turned(new: Claim, old: Claim, text: str, *, later: bool) -> bool:
    if _IN_PLACE_OF.fullmatch(text, new.at + len(new.text), old.at) is None:
        return False
    return (new.forms[0][1] < old.forms[0][1]) if later else (new.forms[0][1] > old.forms[0][1])


def _is_other_side(day: Claim, away: re.Match[str], moments: frozenset[Moment], today: date, *, later: bool) -> bool:
    known = {date.fromisoformat(one.day) for one in moments if one.role not in ("read", "until")}
    forms = {form for _, form in day.forms}
    length = timedelta(days=int(away["n"] or 1) * (_WEEK if away["unit"].casefold() == "week" else 1))
    step = length if later else -length
    meant = {one for one in known if forms & set(forms_of_day(one))} - {today}
    return bool(meant) and not any(one - step in known for one in meant) and any(one + step in known for one in meant)
