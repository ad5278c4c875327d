"""Which figures of a sentence are known, and yet not of what it says them of?"""

from collections.abc import Sequence
from itertools import islice
from typing import Final

from governance.claims import Claim
from governance.counted_states import find_miscounted
from governance.directions import find_turned_round
from governance.evidence import Evidence, Sentence
from governance.known_moments import shifted
from governance.mixed_rows import find_mixed
from governance.moments import days_apart_from_times, moment_of
from governance.superlatives import find_false_superlatives
from governance.weekdays import find_wrong_weekdays
from governance.working_days import find_other_days

_MOMENTS: Final = 200  # that follow from known ones


def find_misplaced(claims: Sequence[Claim], stated: Sentence, evidence: Evidence) -> frozenset[int]:
    """Return where figures begin that belong to another row, day or side, or to no extreme that they are called."""
    if not claims:
        return frozenset()
    wording = stated.wording
    return frozenset(
        find_mixed(claims, wording, evidence.listings)
        | find_false_superlatives(claims, wording, evidence.listings)
        | find_miscounted(claims, wording.text, evidence.listings)
        | find_turned_round(claims, wording.text, evidence.moments, evidence.today)
        | find_other_days(claims, wording.text, evidence.today)
        | find_wrong_weekdays(claims, wording.text, evidence.today)
        | _apart(claims, stated, evidence)
    )


def _apart(claims: Sequence[Claim], stated: Sentence, evidence: Evidence) -> frozenset[int]:
    """Where days begin beside a time of another day, as results have it or as follows from them."""
    if not {"date", "time"} <= {claim.kind for claim in claims}:
        return frozenset()
    following = islice(shifted(stated.wording, stated.told(), evidence.records), _MOMENTS)
    moved = frozenset(moment_of(one) for one, _ in following)
    return days_apart_from_times(claims, stated.wording.text, evidence.moments, moved)
