"""May a customer take back what they have confirmed: by themselves, in time, and only what can be undone?"""

import pytest

from contracts.request import OpenSet
from tests.workflows.test_memory import decide, with_set
from workflows.memory import Memory, UnderWay


def carried_out(begun: int, undoable: int = 1) -> Memory:
    """A memory in whose running turn so many writes of the confirmed set have begun."""
    memory = with_set()
    assert memory.open_set is not None
    confirmed = memory.open_set.model_copy(update={"state": "confirmed", "decided_by": "C101", "undoable": undoable})
    memory.open_set, memory.under_way = None, UnderWay(confirmed)
    for _ in range(begun):
        assert memory.begin_write()
    return memory


@pytest.mark.parametrize("begun", [0, 1])
def test_what_can_be_undone_can_be_taken_back_and_nothing_more_begins(begun: int) -> None:
    memory = carried_out(begun)
    assert decide(memory, "decline") == "withdrawn"
    assert decide(memory, "decline") == "withdrawn", "said twice it is the same"
    assert memory.withdrawn
    assert not memory.begin_write()
    assert memory.queue == []


def test_behind_a_write_that_cannot_be_undone_it_is_too_late() -> None:
    memory = carried_out(2)
    assert decide(memory, "decline") == "too_late"
    assert not memory.withdrawn
    assert memory.begin_write()


@pytest.mark.parametrize(("changes", "code"), [({"by": "C999"}, "not_yours"), ({"digest": "other"}, "digest_changed")])
def test_nobody_else_and_nothing_else_takes_it_back(changes: dict[str, str], code: str) -> None:
    memory = carried_out(1)
    assert decide(memory, "decline", **changes) == code
    assert not memory.withdrawn


def test_what_was_confirmed_and_waits_for_its_turn_is_declined() -> None:
    memory = with_set()
    decide(memory, "confirm")
    assert decide(memory, "decline") == "withdrawn"
    current = memory.open_set
    assert isinstance(current, OpenSet)
    assert (current.state, current.decided_by) == ("declined", "C101")
    assert len(memory.queue) == 1, "the turn that was to carry it out ends it"


def test_writes_that_nobody_confirmed_are_not_taken_back() -> None:
    memory = with_set()
    memory.open_set = None
    assert memory.begin_write()
    assert decide(memory, "decline") == "unknown_set"
