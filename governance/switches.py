"""Has an operator switched this off?"""

from typing import Final, Literal

from contracts.model import Contract
from contracts.verdict import Verdict

SwitchKind = Literal["pack", "model", "intent", "tool"]

_ADVICE: Final[dict[SwitchKind, str]] = {
    "pack": "Hand the request to a person.",
    "model": "Another model or the controlled path answers.",
    "intent": "Hand the request to a person.",
    "tool": "Tell the customer that this cannot be done right now, or hand over to a person.",
}


_ON: Final = Verdict(guard="switches", outcome="allow", code="on")


class Switches(Contract):
    """What is off, by name. A pack that is off takes everything of it along."""

    pack: frozenset[str] = frozenset()
    model: frozenset[str] = frozenset()
    intent: frozenset[str] = frozenset()
    tool: frozenset[str] = frozenset()

    def is_on(self, kind: SwitchKind, name: str) -> bool:
        """Whether `name` has not been switched off."""
        off: frozenset[str] = getattr(self, kind)
        return name not in off


def check_model(switches: Switches, pack: str, tier: str, model: str) -> Verdict:
    """Deny a model that is off by its own name, by its tier's, or with its whole pack."""
    asked: tuple[tuple[SwitchKind, str], ...] = (("pack", pack), ("model", tier), ("model", model))
    return next((v for v in (check_switch(switches, *one) for one in asked) if not v.allowed), _ON)


def check_tool(switches: Switches, pack: str, intent: str, tool: str) -> Verdict:
    """Deny a tool that is off by its own name, with its request's intent, or with its whole pack."""
    asked: tuple[tuple[SwitchKind, str], ...] = (("pack", pack), ("intent", intent), ("tool", tool))
    return next((v for v in (check_switch(switches, *one) for one in asked) if not v.allowed), _ON)


def check_switch(switches: Switches, kind: SwitchKind, name: str) -> Verdict:
    """Allow what is on; deny what is off, with what to do instead."""
    if switches.is_on(kind, name):
        return _ON
    detail = f"The {kind} {name!r} is switched off."
    return Verdict(guard="switches", outcome="deny", code=f"{kind}_off", detail=detail, advice=_ADVICE[kind])
