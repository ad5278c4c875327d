"""May a customer's data be erased now? Not while something is open that it is needed for, or the law asks for it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal

from contracts.model import Contract
from governance.effects import EffectState

HoldReason = Literal["legal_hold", "open_at_desk", "unsettled_effect", "uncertain_effect", "statutory_period"]

_DONE: frozenset[EffectState] = frozenset({"executed", "verified", "compensated"})


class Hold(Contract):
    """One reason to keep the data: what it is about, and until when, where that is known."""

    reason: HoldReason
    about: str
    until: datetime | None = None


class KeptEffect(Contract):
    """What an erasure must know of one effect."""

    effect_id: str
    tool: str
    state: EffectState
    authorised: bool = False
    half_done: bool = False
    """It stands though the rest of its set does not."""
    at: datetime


def holds_of_effects(
    effects: Iterable[KeptEffect], statutory: Mapping[str, timedelta], now: datetime
) -> tuple[Hold, ...]:
    """The holds that effects give: unsettled or uncertain ones, and done ones whose record the law asks for.

    `statutory` says for each tool how long after the effect its record must be kept.
    """
    return tuple(hold for effect in effects if (hold := _hold_of(effect, statutory, now)) is not None)


def _hold_of(effect: KeptEffect, statutory: Mapping[str, timedelta], now: datetime) -> Hold | None:
    if effect.state == "uncertain":
        return Hold(reason="uncertain_effect", about=effect.effect_id)
    if effect.state in _DONE and effect.tool in statutory:
        until = effect.at + statutory[effect.tool]
        if now < until:
            return Hold(reason="statutory_period", about=effect.effect_id, until=until)
    if effect.state == "executing" or effect.half_done or (effect.state == "intended" and effect.authorised):
        return Hold(reason="unsettled_effect", about=effect.effect_id)
    return None
