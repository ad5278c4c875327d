"""Are there as many rows in this state as a sentence says: "three active standing orders"?"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from governance.claims import Claim
from governance.rows import Listing

_STATE: Final = re.compile(r"\s(?P<state>[a-z_]{4,20})\s(?P<what>[a-z]{3,})", re.IGNORECASE)
_FIELDS: Final = frozenset(("status", "state"))
_AT_LEAST: Final = re.compile(
    r"\b(?:at least|more than|over|up to|at most|first|last|next|other|of the)\s$", re.IGNORECASE
)
_LOOK_BACK: Final = 12


def find_miscounted(claims: Sequence[Claim], text: str, listings: Sequence[Listing]) -> frozenset[int]:
    """Return where counts begin that no list bears out, where a list has rows in the state that is said."""
    return frozenset(claim.at for claim in claims if claim.kind == "count" and _is_miscounted(claim, text, listings))


def _is_miscounted(claim: Claim, text: str, listings: Sequence[Listing]) -> bool:
    said = _STATE.match(text, claim.at + len(claim.text))
    if said is None or _AT_LEAST.search(text, max(0, claim.at - _LOOK_BACK), claim.at) is not None:
        return False
    state = said["state"].casefold()
    sizes = {size for listing in listings if (size := _states(listing)[state])}
    return bool(sizes) and not any(("count", str(size)) in claim.forms for size in sizes)


def _states(listing: Listing) -> Counter[str]:
    return Counter(value for row in listing.rows for name, value in row.shared if name in _FIELDS)
