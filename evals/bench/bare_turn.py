"""What does a turn look like on Temporal alone? The same steps in the same order, without inbox, ledger and events."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from contracts.model import Contract
    from contracts.request import MessageArrived, PlanStep, Stimulus, Tier
    from contracts.steps import (
        CallModel,
        Classified,
        GuardCalls,
        Guarded,
        InvokeTool,
        Retrieved,
        Say,
        Screened,
        Thought,
        ToolOutcome,
        TurnRef,
    )

REQUESTS_QUEUE, MODELS_QUEUE, TOOLS_QUEUE = "bare-requests", "bare-models", "bare-tools"
TURNS_PER_RUN = 10

_HEARTBEAT = timedelta(seconds=2)
_WITHIN = timedelta(seconds=12)
_RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=300), maximum_interval=timedelta(seconds=5))


class StartBare(Contract):
    """The input of workflow `BareConversation`: how many turns it has taken in earlier runs, and what waits."""

    request_id: str
    turn: int = 0
    queue: tuple[MessageArrived, ...] = ()


@workflow.defn(name="BareConversation")
class BareConversation:
    """Takes one turn for each message; each message's key names the kind of its turn."""

    @workflow.init
    def __init__(self, start: StartBare) -> None:
        self.start = start
        self.turn = start.turn
        self.queue = list(start.queue)

    @workflow.run
    async def run(self, start: StartBare) -> None:
        """Take turns; every ten a fresh history."""
        while True:
            await workflow.wait_condition(lambda: bool(self.queue))
            await self._take_turn(self.queue.pop(0))
            if self.turn - start.turn >= TURNS_PER_RUN:
                state = {"turn": self.turn, "queue": tuple(self.queue)}
                workflow.continue_as_new(self.start.model_copy(update=state))

    @workflow.signal(name="message")
    def message(self, arrived: MessageArrived) -> None:
        """The next message."""
        self.queue.append(arrived)

    async def _take_turn(self, arrived: MessageArrived) -> None:
        self.turn += 1
        stimulus = Stimulus(kind="message", key=arrived.message_key, seq=arrived.seq)
        ref = TurnRef(request_id=self.start.request_id, turn=self.turn, stimulus=stimulus)
        classified, _, retrieved = await asyncio.gather(
            _local("classify", ref, Classified), _local("screen", ref, Screened), _local("retrieve", ref, Retrieved)
        )
        if arrived.message_key == "no_model":
            await _local("advance_flow", Say(ref=ref, step=1, wording=classified.flow or ""), Thought)
        else:
            await _think_and_act(ref, classified, retrieved, "fast" if arrived.message_key == "model" else "planner")
        await _local("record_turn", ref, Screened)


async def _think_and_act(ref: TurnRef, classified: Classified, retrieved: Retrieved, tier: Tier) -> None:
    """Model, and for as long as it wants tools: guard, tools, model."""
    route = tier
    for step in range(1, 5):
        call = CallModel(
            ref=ref,
            step=step,
            tier=tier,
            route=route,
            intent=classified.intent,
            confidence=classified.confidence,
            passages=retrieved.passages,
        )
        thought = await _call_model(call)
        if thought.outcome == "replied":
            return
        await _act(ref, step, thought.plan or ())
        tier = "fast"


async def _act(ref: TurnRef, step: int, plan: tuple[PlanStep, ...]) -> None:
    tools = tuple(one.tool for one in plan if one.tool)
    guarded = await _local("guard_calls", GuardCalls(ref=ref, step=step, plan_tools=tools), Guarded)
    reads = [InvokeTool(ref=ref, step=step, index=call.index, tool=call.tool) for call in guarded.calls]
    await asyncio.gather(*(_invoke_tool(read) for read in reads))


async def _local[Answer: Contract](name: str, given: Contract, answer: type[Answer]) -> Answer:
    return await workflow.execute_local_activity(
        name, given, result_type=answer, start_to_close_timeout=timedelta(seconds=10), summary=name
    )


async def _call_model(given: CallModel) -> Thought:
    return await workflow.execute_activity(
        "call_model",
        given,
        result_type=Thought,
        task_queue=MODELS_QUEUE,
        schedule_to_close_timeout=_WITHIN,
        start_to_close_timeout=_WITHIN,
        heartbeat_timeout=_HEARTBEAT,
        retry_policy=_RETRY,
        summary=f"{given.tier} model, step {given.step}",
    )


async def _invoke_tool(given: InvokeTool) -> ToolOutcome:
    return await workflow.execute_activity(
        "invoke_tool",
        given,
        result_type=ToolOutcome,
        task_queue=TOOLS_QUEUE,
        schedule_to_close_timeout=_WITHIN,
        start_to_close_timeout=_WITHIN,
        heartbeat_timeout=_HEARTBEAT,
        retry_policy=_RETRY,
        summary=given.tool,
    )
