"""How does a workflow call each activity: where, within which time, retried how?"""

from collections.abc import Callable
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from contracts.model import Contract
    from contracts.request import DEFAULT_PROVIDER, HolderChanged, OpenSet
    from contracts.steps import (
        AdvanceFlow,
        CallModel,
        Classified,
        Closed,
        CloseRequest,
        CodeSent,
        DecideSet,
        FindMissed,
        GuardCalls,
        Guarded,
        HandOver,
        InvokeTool,
        Missed,
        OfferSet,
        RecordTurn,
        RemindApprovers,
        ReportSet,
        Retrieved,
        Say,
        Screened,
        SendCode,
        SetShown,
        ShowSet,
        Thought,
        ToolOutcome,
        TurnRef,
    )

REQUESTS_QUEUE = "requests"
MODELS_QUEUE = "models"
TOOLS_QUEUE = "tools"

FAILED = (ActivityError, ApplicationError)
"""What a step raises that has failed for good: a local activity its own error, any other one an error around it."""
HEARTBEAT = timedelta(seconds=2)
"""A takeover cancels a model call about this long after it (PROTOCOLS 10)."""

_LOCAL_RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=100), maximum_interval=timedelta(seconds=2))
_MODEL_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=300), maximum_interval=timedelta(seconds=5), maximum_attempts=4
)
_TOOL_RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=5))
_CODE_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=300), maximum_interval=timedelta(seconds=2), maximum_attempts=3
)


async def _local[Answer: Contract](name: str, given: Contract, answer: type[Answer], summary: str) -> Answer:
    return await workflow.execute_local_activity(
        name,
        given,
        result_type=answer,
        start_to_close_timeout=timedelta(seconds=10),
        retry_policy=_LOCAL_RETRY,
        summary=summary,
    )


async def _do(name: str, given: Contract, summary: str) -> None:
    await workflow.execute_local_activity(
        name,
        given,
        start_to_close_timeout=timedelta(seconds=10),
        retry_policy=_LOCAL_RETRY,
        summary=summary,
    )


async def classify(ref: TurnRef) -> Classified:
    """What does the customer want? Also lets the message into the transcript."""
    return await _local("classify", ref, Classified, "understand the message")


async def screen(ref: TurnRef) -> Screened:
    """Does the message need special care?"""
    return await _local("screen", ref, Screened, "screen the message")


async def retrieve(ref: TurnRef) -> Retrieved:
    """Which passages may answer?"""
    return await _local("retrieve", ref, Retrieved, "find passages")


async def guard_calls(given: GuardCalls) -> Guarded:
    """May these calls run?"""
    return await _local("guard_calls", given, Guarded, "guard the proposed calls")


async def advance_flow(given: AdvanceFlow) -> Thought:
    """What does the controlled path do next?"""
    return await _local("advance_flow", given, Thought, f"controlled path {given.flow}")


async def decide_set(given: DecideSet) -> OpenSet:
    """Write the decision on a set of writes into the ledger."""
    return await _local("decide_set", given, OpenSet, f"confirmation {given.state}")


async def offer_set(given: OfferSet) -> None:
    """The code was right: the customer may confirm."""
    await _do("offer_set", given, "the code was proved")


async def show_set(given: ShowSet) -> SetShown:
    """Show an open card again, below the words that came behind it."""
    return await _local("show_set", given, SetShown, "show the card again")


async def remind_approvers(given: RemindApprovers) -> None:
    """Remind the desk of an approval that is still awaited."""
    await _do("remind_approvers", given, "remind of an approval")


async def send_code(given: SendCode) -> CodeSent:
    """A one-time code by the company's own system."""
    return await workflow.execute_activity(
        "send_code",
        given,
        result_type=CodeSent,
        task_queue=TOOLS_QUEUE,
        start_to_close_timeout=timedelta(seconds=15),
        schedule_to_close_timeout=timedelta(seconds=40),
        retry_policy=_CODE_RETRY,
        summary="send a one-time code",
    )


async def report_set(given: ReportSet) -> None:
    """Show the model what became of the set."""
    await _do("report_set", given, f"report {given.decision} set")


async def say(given: Say) -> None:
    """Say one of the pack's wordings."""
    await _do("say", given, f"say {given.wording}")


async def resume(given: Say) -> Thought:
    """Go on after a person gave the request back."""
    return await _local("resume", given, Thought, "go on after a person")


async def hand_over(given: HandOver) -> HolderChanged:
    """Queue the request at the desk; returns who holds it now."""
    return await _local("hand_over", given, HolderChanged, f"hand over: {given.reason}")


async def note_message(ref: TurnRef) -> HolderChanged:
    """Let a message into the transcript for the person; returns who holds the request in truth."""
    return await _local("note_message", ref, HolderChanged, "message for the person")


async def find_missed(request_id: str) -> Missed:
    """Which accepted messages has no turn finished yet?"""
    return await _local("find_missed", FindMissed(request_id=request_id), Missed, "messages whose signals are late")


async def record_turn(given: RecordTurn) -> None:
    """Record what the turn came to."""
    await _do("record_turn", given, f"record turn {given.ref.turn}")


async def close_request(given: CloseRequest) -> Closed:
    """Close the request unless something is open."""
    return await _local("close_request", given, Closed, "close the request")


def models_queue(provider: str) -> str:
    """The task queue of a provider's calls: one each, so that one which is slow or limited holds up no other."""
    return MODELS_QUEUE if provider == DEFAULT_PROVIDER else f"{MODELS_QUEUE}-{provider}"


async def call_model(given: CallModel, *, provider: str, within: timedelta, wanted: Callable[[], bool]) -> Thought:
    """One model call, streamed and checked; retried within the turn's deadline, cancelled once nobody wants it."""
    call = workflow.start_activity(
        "call_model",
        given,
        result_type=Thought,
        task_queue=models_queue(provider),
        schedule_to_close_timeout=within,
        start_to_close_timeout=within,
        heartbeat_timeout=HEARTBEAT,
        retry_policy=_MODEL_RETRY,
        summary=f"{given.tier} model, step {given.step}",
    )
    await workflow.wait_condition(lambda: call.done() or not wanted())
    if not call.done():
        call.cancel()
        return Thought(outcome="lost")
    return await call


async def lose_effect(given: InvokeTool) -> ToolOutcome:
    """Leave an unanswered write to a person, unless the ledger knows what became of it."""
    return await workflow.execute_activity(
        "lose_effect",
        given,
        result_type=ToolOutcome,
        task_queue=TOOLS_QUEUE,
        start_to_close_timeout=timedelta(seconds=10),
        retry_policy=_TOOL_RETRY,
        summary="leave a write to a person",
    )


async def invoke_tool(given: InvokeTool, *, one_try: timedelta, within: timedelta) -> ToolOutcome:
    """One tool call in the company's system."""
    return await workflow.execute_activity(
        "invoke_tool",
        given,
        result_type=ToolOutcome,
        task_queue=TOOLS_QUEUE,
        schedule_to_close_timeout=within,
        start_to_close_timeout=one_try,
        heartbeat_timeout=HEARTBEAT,
        retry_policy=_TOOL_RETRY,
        summary=f"{given.purpose} {given.tool}" if given.purpose != "call" else given.tool,
    )
