"""Which life may an effect lead (PROTOCOLS 4), and by which bytes and digest is it known?"""

from typing import Final, Literal, get_args

from pydantic import JsonValue

from contracts.errors import HandrailError
from governance.canonical import canonical_bytes, keyed_digest

EffectState = Literal["intended", "executing", "executed", "verified", "rejected", "compensated", "uncertain"]
EffectEvent = Literal[
    "send",
    "resend",
    "succeed",
    "succeed_late",
    "refuse",
    "prove_unsent",
    "find",
    "lose",
    "verify",
    "withdraw",
    "compensate",
    "settle_done",
    "settle_undone",
]

TRANSITIONS: Final[dict[tuple[EffectState, EffectEvent], EffectState]] = {
    ("intended", "send"): "executing",  # T2, before the bytes leave
    ("intended", "withdraw"): "rejected",  # declined, void, expired: it was never sent
    ("executing", "resend"): "executing",  # same key, same bytes, next attempt
    ("executing", "succeed"): "executed",
    ("executing", "succeed_late"): "executed",
    ("executing", "refuse"): "rejected",  # a definite 4xx
    ("executing", "prove_unsent"): "intended",  # connection refused
    ("executing", "find"): "executed",  # read-back found it
    ("executing", "lose"): "uncertain",  # neither idempotent, nor found, nor expiring
    ("uncertain", "succeed_late"): "executed",
    ("uncertain", "find"): "executed",
    ("uncertain", "settle_done"): "executed",  # a person looked
    ("uncertain", "settle_undone"): "rejected",
    ("executed", "verify"): "verified",
    ("executed", "compensate"): "compensated",
    ("verified", "compensate"): "compensated",
}

STATES: Final[tuple[EffectState, ...]] = get_args(EffectState)
EVENTS: Final[tuple[EffectEvent, ...]] = get_args(EffectEvent)
SETTLED: Final[frozenset[EffectState]] = frozenset({"verified", "rejected", "compensated"})
STANDING: Final[frozenset[EffectState]] = frozenset({"executed", "verified"})
UNSENT: Final[frozenset[EffectState]] = frozenset({"intended"})


class IllegalTransition(HandrailError):
    """An effect was asked to do what its state forbids."""

    code = "effect.illegal_transition"


def transition(state: EffectState, event: EffectEvent) -> EffectState:
    """Return the state after `event`. Raises IllegalTransition when the table does not know the pair."""
    after = TRANSITIONS.get((state, event))
    if after is None:
        legal = ", ".join(sorted(known for before, known in TRANSITIONS if before == state)) or "nothing"
        raise IllegalTransition(f"an effect that is {state!r} cannot {event!r}; from there it can: {legal}")
    return after


def states_before(event: EffectEvent) -> tuple[EffectState, ...]:
    """Return the states from which `event` is legal: the `WHERE state IN …` of its compare-and-set."""
    return tuple(before for before, known in TRANSITIONS if known == event)


def effect_digest(tool: str, arguments: dict[str, JsonValue], key: bytes) -> str:
    """Return the digest by which the same write under two step numbers is found: HMAC over tool and arguments."""
    return keyed_digest({"tool": tool, "arguments": arguments}, key)


__all__ = [
    "EVENTS",
    "SETTLED",
    "STANDING",
    "STATES",
    "TRANSITIONS",
    "UNSENT",
    "EffectEvent",
    "EffectState",
    "IllegalTransition",
    "canonical_bytes",
    "effect_digest",
    "states_before",
    "transition",
]
