"""Does a set of which a part stands end at a person, whatever the desk did meanwhile and whenever it is heard of?"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from contracts.request import HolderChanged, Limits, MessageArrived, OpenSet, RequestState, StartRequest, Stimulus
from contracts.steps import (
    Closed,
    CloseRequest,
    DecideSet,
    HandOver,
    InvokeTool,
    RecordTurn,
    ReportSet,
    Say,
    Screened,
    Thought,
    ToolOutcome,
    TurnRef,
)
from workers.pools import calls_worker, requests_worker
from workflows.customer_request import CustomerRequest
from workflows.steps import REQUESTS_QUEUE, TOOLS_QUEUE

NEXT = "m:next"
CONFIRMED = OpenSet(
    set_id="s",
    digest="d",
    expires_at=datetime(2100, 1, 1, tzinfo=UTC),
    state="confirmed",
    effects=("e1", "e2"),
    tools=("charge_payment", "change_flight"),
)
TAKEN = HolderChanged(epoch=1, holder="person")
RETURNED = HolderChanged(epoch=2, holder="agent")
BROKEN = ApplicationError("broken", type="activity.broken", non_retryable=True)


class House:
    """The activities, with the holder as the database knows it; the second write fails, and undoing the first does.

    `heard`: what the workflow is told of the desk between the two writes, of which the database knows `holder`.
    """

    def __init__(self, heard: Sequence[HolderChanged], holder: HolderChanged, *, ended: str = "refused") -> None:
        self.heard = heard
        self.holder = holder
        self.ended = ended
        self.workflow: WorkflowHandle[CustomerRequest, str] | None = None
        self.handed_over: set[str] = set()
        self.went_on: list[str] = []
        self.recorded = {key: asyncio.Event() for key in ("s", NEXT)}

    @activity.defn(name="decide_set")
    async def decide_set(self, given: DecideSet) -> OpenSet:
        return CONFIRMED

    @activity.defn(name="report_set")
    async def report_set(self, given: ReportSet) -> None:
        return None

    @activity.defn(name="invoke_tool")
    async def invoke_tool(self, given: InvokeTool) -> ToolOutcome:
        assert self.workflow is not None
        if given.purpose == "compensation":
            if self.ended == "broken":
                raise BROKEN
            return ToolOutcome(status="refused", code="too_late")
        if given.effect_id == "e1":
            return ToolOutcome(status="done")
        for changed in self.heard:
            await self.workflow.signal(CustomerRequest.holder_changed, changed)
        return ToolOutcome(status="not_sent", code="held")

    @activity.defn(name="lose_effect")
    async def lose_effect(self, given: InvokeTool) -> ToolOutcome:
        raise BROKEN

    @activity.defn(name="hand_over")
    async def hand_over(self, given: HandOver) -> HolderChanged:
        self.handed_over.add(given.reason)
        if self.holder.holder == "agent":
            self.holder = HolderChanged(epoch=self.holder.epoch + 1, holder="desk")
        return self.holder

    @activity.defn(name="note_message")
    async def note_message(self, ref: TurnRef) -> HolderChanged:
        return self.holder

    @activity.defn(name="screen")
    async def screen(self, ref: TurnRef) -> Screened:
        return Screened()

    @activity.defn(name="resume")
    async def resume(self, given: Say) -> Thought:
        self.went_on.append("resume")
        return Thought(outcome="ended")

    @activity.defn(name="classify")
    async def classify(self, ref: TurnRef) -> Thought:
        self.went_on.append("classify")
        raise BROKEN

    @activity.defn(name="record_turn")
    async def record_turn(self, given: RecordTurn) -> None:
        if given.ref.stimulus.key in self.recorded:
            self.recorded[given.ref.stimulus.key].set()

    @activity.defn(name="close_request")
    async def close_request(self, given: CloseRequest) -> Closed:
        return Closed(closed=False)

    async def tell(self, environment: WorkflowEnvironment, name: str, late: Sequence[HolderChanged]) -> RequestState:
        """Carry out the set, tell `late` what the desk did, then a message; the workflow's state after all of it."""
        local = [self.decide_set, self.report_set, self.hand_over, self.note_message, self.screen]
        local += [self.resume, self.classify, self.record_turn, self.close_request]
        client = environment.client
        async with (
            requests_worker(client, REQUESTS_QUEUE, [CustomerRequest], local),
            calls_worker(client, TOOLS_QUEUE, [self.invoke_tool, self.lose_effect]),
        ):
            self.workflow = client.get_workflow_handle_for(CustomerRequest.run, name)
            await client.start_workflow(CustomerRequest.run, _start(name), id=name, task_queue=REQUESTS_QUEUE)
            async with asyncio.timeout(60):
                await self.recorded["s"].wait()
                for changed in late:
                    await self.workflow.signal(CustomerRequest.holder_changed, changed)
                await self.workflow.signal(CustomerRequest.message, MessageArrived(message_key=NEXT, seq=1))
                await self.recorded[NEXT].wait()
            state: RequestState = await self.workflow.query(CustomerRequest.state)
            await self.workflow.terminate()
        return state


def _start(name: str) -> StartRequest:
    """A request whose customer has just confirmed; each turn has a history of its own."""
    state = RequestState(turn=1, open_set=CONFIRMED, queue=(Stimulus(kind="decision", key="s"),))
    limits = Limits(turns_per_run=1, close_after=timedelta(days=1))
    return StartRequest(request_id=name, pack="p", pack_digest="d", channel="web", limits=limits, state=state)


@pytest.mark.parametrize(
    ("heard", "late"),
    [
        ([], []),
        ([TAKEN], [RETURNED]),
        ([RETURNED], [TAKEN]),
        ([TAKEN, RETURNED], []),
        ([RETURNED, TAKEN], [RETURNED, TAKEN]),
        ([], [TAKEN, RETURNED]),
    ],
)
async def test_what_was_taken_and_given_back_between_two_writes_waits_for_a_person_when_one_stands(
    environment: WorkflowEnvironment, heard: list[HolderChanged], late: list[HolderChanged]
) -> None:
    house = House(heard, RETURNED)
    state = await house.tell(environment, "given-back", late)
    assert house.handed_over == {"compensation_failed"}
    assert house.went_on == [], "nobody but a person goes on"
    assert (state.holder, state.epoch, state.status) == ("desk", 3, "waiting_for_person")


@pytest.mark.parametrize("heard", [[TAKEN], []])
async def test_who_holds_the_request_is_told_that_a_part_stands(
    environment: WorkflowEnvironment, heard: list[HolderChanged]
) -> None:
    house = House(heard, TAKEN)
    state = await house.tell(environment, "held", [TAKEN])
    assert house.handed_over == {"compensation_failed"}
    assert (state.holder, state.epoch, state.status) == ("person", 1, "waiting_for_person")


async def test_an_undoing_that_breaks_for_good_is_one_that_failed(environment: WorkflowEnvironment) -> None:
    house = House([TAKEN], RETURNED, ended="broken")
    state = await house.tell(environment, "broken", [RETURNED])
    assert house.handed_over == {"compensation_failed"}
    assert (state.holder, state.epoch) == ("desk", 3)
