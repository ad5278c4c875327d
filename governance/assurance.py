"""How sure are we of who it is, and is that enough?"""

from typing import Final

from contracts.principal import Acting, Assurance
from contracts.tool import ToolContract
from contracts.verdict import Verdict

LEVELS: Final[dict[Assurance, int]] = {"anonymous": 0, "identified": 1, "verified": 2, "stepped_up": 3}

NEEDS_CODE: Final = "needs_code"
"""The reason code of a verdict that asks for a one-time code before the confirmation."""

_ADVICE: Final[dict[Assurance, str]] = {
    "anonymous": "Nothing is needed.",
    "identified": "Ask for the facts that identify the customer first.",
    "verified": "Ask the customer to sign in first.",
    "stepped_up": "Ask the customer to confirm with a one-time code first.",
}


def meets(actual: Assurance, needed: Assurance) -> bool:
    """Whether `actual` is at least `needed`."""
    return LEVELS[actual] >= LEVELS[needed]


def raise_assurance(acting: Acting, tool: ToolContract, *, can_step_up: bool) -> Acting:
    """Return the principal as they will be when the call runs: a signed-in customer can prove a code before a write."""
    needed = tool.overlay.assurance
    if not can_step_up or not tool.is_write or acting.assurance != "verified" or needed != "stepped_up":
        return acting
    return acting.model_copy(update={"assurance": "stepped_up"})


def check_assurance(actual: Assurance, needed: Assurance, *, can_be: Assurance | None = None) -> Verdict:
    """Allow when the caller is known well enough; ask for a one-time code where that is what is missing (`can_be`).

    Everything else is denied, with what to ask for.
    """
    if meets(actual, needed):
        return Verdict(guard="assurance", outcome="allow", code="assured")
    if can_be is not None and meets(can_be, needed):
        detail = "The customer has to prove a one-time code first; the runtime asks for it."
        return Verdict(guard="assurance", outcome="confirm", code=NEEDS_CODE, detail=detail)
    detail = f"This needs a customer who is {needed}; this one is {actual}."
    return Verdict(guard="assurance", outcome="deny", code=f"needs_{needed}", detail=detail, advice=_ADVICE[needed])
