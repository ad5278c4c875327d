"""Is a decision kept that comes while its card is being shown once more?"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from contracts.request import Decision, OpenSet, StartRequest, Stimulus
from contracts.steps import SetShown, ShowSet
from workflows import acting, steps
from workflows.acting import Acting
from workflows.memory import Memory
from workflows.sets import Sets

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def turn(monkeypatch: pytest.MonkeyPatch) -> Acting:
    """A turn behind the card of an open set."""
    monkeypatch.setattr(acting.workflow, "now", lambda: NOW)
    memory = Memory(StartRequest(request_id="request-1", pack="airline", pack_digest="d", channel="web"))
    memory.turn = 3
    memory.open_set = OpenSet(
        set_id="s", digest="d", expires_at=NOW + timedelta(minutes=15), requester="C101", shown_in=1
    )
    return Acting(memory, Stimulus(kind="message", key="m3", seq=3))


def _shows(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object], *, is_open: bool = True) -> None:
    async def show_set(_: ShowSet) -> SetShown:
        meanwhile()
        return SetShown(is_open=is_open)

    monkeypatch.setattr(steps, "show_set", show_set)


async def test_the_next_yes_counts_for_the_card_that_was_shown_again(
    turn: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    _shows(monkeypatch, lambda: None)
    assert await Sets(turn).show_again()
    memory = turn.memory
    assert memory.open_set is not None
    assert (memory.open_set.state, memory.open_set.shown_in, memory.queue) == ("pending", 3, [])


@pytest.mark.parametrize(("decision", "state"), [("confirm", "confirmed"), ("decline", "declined")])
async def test_a_button_that_is_pressed_meanwhile_is_carried_out_by_its_own_turn(
    turn: Acting, monkeypatch: pytest.MonkeyPatch, decision: str, state: str
) -> None:
    memory = turn.memory
    pressed = Decision.model_validate({"set_id": "s", "digest": "d", "decision": decision, "by": "C101"})
    _shows(monkeypatch, lambda: memory.decide(pressed, NOW))
    assert await Sets(turn).show_again(), "the turn ends, and nobody thinks"
    assert turn.settled
    assert memory.open_set is not None
    assert memory.open_set.state == state
    assert memory.queue == [Stimulus(kind="decision", key="s")]


async def test_what_the_ledger_holds_open_no_more_is_not_shown(turn: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    _shows(monkeypatch, lambda: None, is_open=False)
    assert not await Sets(turn).show_again()
