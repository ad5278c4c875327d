"""Was it done to the thing that a sentence names, or to another one of the same list?"""

from collections.abc import Iterable, Sequence
from datetime import date

from governance.action_claims import Deed, fits
from governance.claims import Claim, Form
from governance.evidence import ExecutedEffect
from governance.result_forms import result_forms
from governance.rows import NAMING, Listing


def find_other_target(
    deed: Deed, claims: Sequence[Claim], effects: Iterable[ExecutedEffect], listings: Sequence[Listing], today: date
) -> Claim | None:
    """Return the name of a row in a sentence about a deed where the effects that fit were on other rows.

    Where a sentence names several rows, or the effects' results name none, nothing is judged.
    """
    names = [one for one in claims if one.kind == "identifier" or (one.kind == "count" and len(one.text) >= NAMING)]
    done = {form for one in effects if fits(deed, one) for form in result_forms(one.result, today)}
    for listing in listings:
        held = [(claim, rows) for claim in names if (rows := listing.rows_of(claim))]
        if len(held) == 1 and (touched := _rows_touched(listing, done)) and not touched & held[0][1]:
            return held[0][0]
    return None


def _rows_touched(listing: Listing, done: Iterable[Form]) -> int:
    """The rows that the results of effects name, as bits."""
    touched = 0
    for form in done:
        if form[0] == "identifier" or (form[0] == "count" and len(form[1]) >= NAMING):
            rows = listing.forms.get(form, 0)
            touched |= rows if rows.bit_count() == 1 else 0
    return touched
