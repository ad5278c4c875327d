"""What becomes of a message that always raises? It is parked, and a person hears of it whatever else fails."""

import asyncio

import pytest
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from contracts.request import HolderChanged, MessageArrived, RequestState, StartRequest
from contracts.steps import Classified, Closed, CloseRequest, HandOver, RecordTurn, Retrieved, Screened, TurnRef
from workers.pools import requests_worker
from workflows.customer_request import CustomerRequest
from workflows.steps import REQUESTS_QUEUE

BROKEN = "m:broken"


class Steps:
    """The activities: one message cannot be understood, and the first tries to hand over fail."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.both = asyncio.Event()
        self.handed_over: list[str] = []
        self.recorded: list[tuple[str, tuple[str, ...], str]] = []

    @activity.defn(name="classify")
    async def classify(self, ref: TurnRef) -> Classified:
        raise ApplicationError("classify failed: KeyError", type="activity.broken", non_retryable=True)

    @activity.defn(name="screen")
    async def screen(self, ref: TurnRef) -> Screened:
        return Screened()

    @activity.defn(name="retrieve")
    async def retrieve(self, ref: TurnRef) -> Retrieved:
        return Retrieved()

    @activity.defn(name="hand_over")
    async def hand_over(self, given: HandOver) -> HolderChanged:
        self.handed_over.append(given.reason)
        if len(self.handed_over) <= self.failures:
            raise ApplicationError("hand_over failed: KeyError", type="activity.broken", non_retryable=True)
        return HolderChanged(epoch=1, holder="desk")

    @activity.defn(name="note_message")
    async def note_message(self, ref: TurnRef) -> HolderChanged:
        return HolderChanged(epoch=1, holder="desk")

    @activity.defn(name="record_turn")
    async def record_turn(self, given: RecordTurn) -> None:
        self.recorded.append((given.ref.stimulus.key, given.flags, given.status))
        if len(self.recorded) == 2:
            self.both.set()

    @activity.defn(name="close_request")
    async def close_request(self, given: CloseRequest) -> Closed:
        return Closed(closed=False)

    @property
    def all(self) -> list[object]:
        return [
            *(self.classify, self.screen, self.retrieve, self.hand_over),
            *(self.note_message, self.record_turn, self.close_request),
        ]


@pytest.mark.parametrize("failures", [0, 2])
async def test_a_message_that_always_raises_is_parked_and_a_person_gets_the_request(
    environment: WorkflowEnvironment, failures: int
) -> None:
    steps = Steps(failures)
    client = environment.client
    async with requests_worker(client, REQUESTS_QUEUE, [CustomerRequest], steps.all):  # type: ignore[arg-type]
        handle = await client.start_workflow(
            CustomerRequest.run,
            StartRequest(request_id="request-1", pack="p", pack_digest="d", channel="web"),
            id=f"request-{failures}",
            task_queue=REQUESTS_QUEUE,
            start_signal="message",
            start_signal_args=[MessageArrived(message_key=BROKEN, seq=1)],
        )
        await handle.signal(CustomerRequest.message, MessageArrived(message_key="m:next", seq=2))
        async with asyncio.timeout(60):
            await steps.both.wait()
        state: RequestState = await handle.query(CustomerRequest.state)
    assert steps.handed_over == ["turn_failed"] * (failures + 1)
    assert steps.recorded == [
        (BROKEN, ("parked",), "waiting_for_person"),
        ("m:next", (), "waiting_for_person"),
    ]
    assert (state.holder, state.status) == ("desk", "waiting_for_person")
