"""Does an erasure that fails for good hold up what else was kept long enough?"""

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from contracts.erasure import ErasureBegun, ErasureOutcome, ErasureRef, RetentionDone, RetentionRound
from workers.pools import requests_worker
from workflows.erasure import Retention
from workflows.steps import REQUESTS_QUEUE


class Steps:
    """The activities: of two deferred erasures the first one always fails; there are two rounds of old requests."""

    def __init__(self) -> None:
        self.tried: list[str] = []
        self.erased: list[str] = []
        self.rounds: list[str] = []

    @activity.defn(name="apply_retention")
    async def apply_retention(self, given: RetentionRound) -> RetentionDone:
        self.rounds.append(given.after)
        return RetentionDone() if given.after else RetentionDone(last="request-1", due_again=("broken", "well"))

    @activity.defn(name="begin_erasure")
    async def begin_erasure(self, ref: ErasureRef) -> ErasureBegun:
        self.tried.append(ref.erasure_id)
        if ref.erasure_id == "broken":
            raise ApplicationError("begin_erasure failed: KeyError", type="activity.broken", non_retryable=True)
        return ErasureBegun()

    @activity.defn(name="end_workflows")
    async def end_workflows(self, ref: ErasureRef) -> None:
        pass

    @activity.defn(name="erase_customer")
    async def erase_customer(self, ref: ErasureRef) -> None:
        self.erased.append(ref.erasure_id)

    @activity.defn(name="certify_erasure")
    async def certify_erasure(self, ref: ErasureRef) -> ErasureOutcome:
        return ErasureOutcome(state="erased")


async def test_one_that_fails_for_good_holds_up_no_other(environment: WorkflowEnvironment) -> None:
    steps, client = Steps(), environment.client
    played = [
        *(steps.apply_retention, steps.begin_erasure, steps.end_workflows),
        *(steps.erase_customer, steps.certify_erasure),
    ]
    async with requests_worker(client, REQUESTS_QUEUE, [Retention], played):
        await client.execute_workflow(
            Retention.run, RetentionRound(pack="p"), id="retention", task_queue=REQUESTS_QUEUE
        )
    assert (steps.tried, steps.erased, steps.rounds) == (["broken", "well"], ["well"], ["", "request-1"])
