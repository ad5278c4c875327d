"""How sure are we of who it is, and is that enough?"""

from typing import Final

from contracts.principal import Assurance
from contracts.verdict import Verdict

LEVELS: Final[dict[Assurance, int]] = {"anonymous": 0, "identified": 1, "verified": 2, "stepped_up": 3}

_ADVICE: Final[dict[Assurance, str]] = {
    "anonymous": "Nothing is needed.",
    "identified": "Ask for the facts that identify the customer first.",
    "verified": "Ask the customer to sign in first.",
    "stepped_up": "Ask the customer to confirm with a one-time code first.",
}


def meets(actual: Assurance, needed: Assurance) -> bool:
    """Whether `actual` is at least `needed`."""
    return LEVELS[actual] >= LEVELS[needed]


def check_assurance(actual: Assurance, needed: Assurance) -> Verdict:
    """Allow when the caller is known well enough, deny otherwise with what to ask for."""
    if meets(actual, needed):
        return Verdict(guard="assurance", outcome="allow", code="assured")
    detail = f"This needs a customer who is {needed}; this one is {actual}."
    return Verdict(guard="assurance", outcome="deny", code=f"needs_{needed}", detail=detail, advice=_ADVICE[needed])
