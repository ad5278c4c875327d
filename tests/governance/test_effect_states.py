"""Can an effect lead only the lives that the protocol knows?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.canonical import canonical_bytes, canonical_digest, keyed_digest
from governance.effects import (
    EVENTS,
    SETTLED,
    STATES,
    TRANSITIONS,
    EffectEvent,
    EffectState,
    IllegalTransition,
    effect_digest,
    states_before,
    transition,
)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", EVENTS)
def test_only_the_table_is_legal(state: EffectState, event: EffectEvent) -> None:
    if (state, event) in TRANSITIONS:
        assert transition(state, event) == TRANSITIONS[state, event]
        assert state in states_before(event)
    else:
        with pytest.raises(IllegalTransition, match=state):
            transition(state, event)
        assert state not in states_before(event)


def test_every_state_is_reachable_and_every_event_used() -> None:
    reached: set[str] = {"intended"}
    for _ in STATES:
        reached |= {after for (before, _), after in TRANSITIONS.items() if before in reached}
    assert reached == set(STATES)
    assert {event for _, event in TRANSITIONS} == set(EVENTS)


@given(st.lists(st.sampled_from(EVENTS), max_size=12))
def test_nothing_is_sent_again_once_it_has_happened(events: list[EffectEvent]) -> None:
    state: EffectState = "intended"
    happened = False
    for event in events:
        if (state, event) not in TRANSITIONS:
            continue
        assert not (happened and event in ("send", "resend")), "an effect that happened must not be sent again"
        state = transition(state, event)
        happened = happened or state in ("executed", "verified", "compensated")
    assert not (happened and state in ("intended", "executing", "rejected"))


def test_rejected_and_compensated_are_final() -> None:
    assert not [before for before, _ in TRANSITIONS if before in ("rejected", "compensated")]
    assert {"rejected", "compensated", "verified"} == SETTLED


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=3), JSON, max_size=4))
def test_equal_arguments_have_equal_bytes_whatever_their_order(arguments: dict[str, object]) -> None:
    turned = dict(reversed(arguments.items()))
    assert canonical_bytes(arguments) == canonical_bytes(turned)  # pyright: ignore[reportArgumentType] - JSON by strategy


def test_the_canonical_form_is_fixed() -> None:
    assert canonical_bytes({"b": [1, 2.0, "é"], "a": None}) == '{"a":null,"b":[1,2,"é"]}'.encode()
    assert canonical_digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    for bad in (float("nan"), float("inf"), "\ud800"):
        with pytest.raises(ValueError, match=r"JSON|surrogates"):
            canonical_bytes(bad)


def test_digests_of_effects_are_keyed_by_customer_and_bound_to_the_tool() -> None:
    one = effect_digest("pay", {"a": 1}, b"key-1")
    assert one == effect_digest("pay", {"a": 1.0}, b"key-1")
    assert one != effect_digest("pay", {"a": 2}, b"key-1")
    assert one != effect_digest("charge", {"a": 1}, b"key-1")
    assert one != effect_digest("pay", {"a": 1}, b"key-2")
    with pytest.raises(ValueError, match="key"):
        keyed_digest({}, b"")


@pytest.mark.parametrize(
    ("events", "end"),
    [
        (["send", "succeed", "verify"], "verified"),
        (["send", "refuse"], "rejected"),
        (["withdraw"], "rejected"),
        (["send", "prove_unsent", "send", "succeed"], "executed"),
        (["send", "resend", "find"], "executed"),
        (["send", "lose"], "uncertain"),
        (["send", "lose", "succeed_late"], "executed"),
        (["send", "succeed_late"], "executed"),
        (["send", "lose", "find"], "executed"),
        (["send", "lose", "settle_done"], "executed"),
        (["send", "lose", "settle_undone"], "rejected"),
        (["send", "succeed", "compensate"], "compensated"),
        (["send", "succeed", "verify", "compensate"], "compensated"),
    ],
)
def test_the_lives_that_the_protocol_names(events: list[EffectEvent], end: EffectState) -> None:
    state: EffectState = "intended"
    for event in events:
        state = transition(state, event)
    assert state == end
    assert len(TRANSITIONS) == 16, "a new transition is named in a life above"
