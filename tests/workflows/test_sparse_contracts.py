"""Is what a history keeps read back as it was said, although what says nothing is left out?"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.contrib.pydantic import pydantic_data_converter

from contracts.model import Sparse
from contracts.request import OpenSet, PlanStep, RequestState, Stimulus
from contracts.steps import Classified, Guarded, GuardedCall, Retrieved, Screened, Thought, ToolOutcome, Wish
from tests.workflows.test_memory import NOW

st.register_type_strategy(Wish, st.builds(Wish, confidence=st.floats(0, 1)))
FLAT: tuple[type[Sparse], ...] = (Classified, Screened, Retrieved, Thought, GuardedCall, Stimulus)
SOME = (
    Classified(intent_on=False, small_talk=True),
    Thought(outcome="acts", calls=2, plan=(PlanStep(id="s1", tool="search"),)),
    Thought(outcome="planned", plan=()),
    Guarded(open_set=OpenSet(set_id="s", digest="d", expires_at=NOW), held=True),
    RequestState(turn=3, gaps=(1, 2), labels=("a", "b", "c"), close_at=NOW),
    ToolOutcome(status="done"),
)


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Anything of this type; a share is a number from 0 to 1."""
    return st.floats(0, 1) if kind is float else st.from_type(kind)


@pytest.mark.parametrize("contract", FLAT)
@given(data=st.data())
def test_everything_that_is_said_is_read_back(contract: type[Sparse], data: st.DataObject) -> None:
    fields = {name: values(field.annotation) for name, field in contract.model_fields.items()}
    said = data.draw(st.builds(contract, **fields))
    assert contract.model_validate_json(said.model_dump_json()) == said


@pytest.mark.parametrize("said", SOME, ids=lambda said: type(said).__name__)
async def test_it_is_read_back_from_a_history(said: Sparse) -> None:
    payloads = await pydantic_data_converter.encode([said])
    assert (await pydantic_data_converter.decode(payloads, [type(said)]))[0] == said


def test_only_what_says_nothing_is_left_out() -> None:
    assert Thought(outcome="replied").model_dump(mode="json") == {"outcome": "replied"}
    assert Classified(intent_on=False).model_dump(mode="json")["intent_on"] is False
    refused = GuardedCall(index=0, tool="t", kind="read", allowed=False).model_dump(mode="json")
    assert (refused["index"], refused["allowed"]) == (0, False), "a field without a default is always written"
