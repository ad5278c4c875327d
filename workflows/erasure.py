"""How is a customer erased, and what was kept long enough? What was begun is finished, or deferred."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from contracts.erasure import (
        ErasureBegun,
        ErasureOutcome,
        ErasureRef,
        RetentionDone,
        RetentionRound,
    )
    from contracts.model import Contract
    from workflows.steps import FAILED

_RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=30))
ROUNDS_PER_RUN = 50
CALLS_HAVE_ENDED = timedelta(minutes=5)
"""Longer than any activity of a request may go on once its workflow is gone."""


async def _step[Answer: Contract](name: str, given: Contract, answer: type[Answer] | None, summary: str) -> Answer:
    return await workflow.execute_local_activity(
        name,
        given,
        result_type=answer,
        start_to_close_timeout=timedelta(seconds=60),
        retry_policy=_RETRY,
        summary=summary,
    )


@workflow.defn(name="Erasure")
class Erasure:
    """Erases one customer; deferred where something holds the data, and then tried again by `Retention`."""

    @workflow.run
    async def run(self, ref: ErasureRef) -> ErasureOutcome:
        """Begin, and go through with it unless something holds the data. Whose it is stands in the database alone."""
        return await _go_through(ref, "close the customer's requests")


async def _go_through(ref: ErasureRef, summary: str) -> ErasureOutcome:
    begun = await _step("begin_erasure", ref, ErasureBegun, summary)
    if begun.holds:
        return ErasureOutcome(state="deferred", holds=begun.holds)
    await _step("end_workflows", ref, None, "end their workflows")
    await _step("erase_customer", ref, None, "make everything unreadable")
    outcome = await _step("certify_erasure", ref, ErasureOutcome, "look for what can still be read")
    await workflow.start_child_workflow(
        SecondLook.run,
        ref,
        id=f"{workflow.info().workflow_id}-{ref.erasure_id}-again",
        parent_close_policy=workflow.ParentClosePolicy.ABANDON,
    )
    return outcome


@workflow.defn(name="SecondLook")
class SecondLook:
    """Looks once more where an erased customer's requests were, when no call of theirs can be under way any more."""

    @workflow.run
    async def run(self, ref: ErasureRef) -> ErasureOutcome:
        """Wait out the calls, then erase what they have written."""
        await workflow.sleep(CALLS_HAVE_ENDED)
        return await _step("look_again", ref, ErasureOutcome, "erase what was written meanwhile")


async def _try_again(ref: ErasureRef) -> None:
    """One that fails for good holds up no other, nor what was kept long enough; the next round tries it again."""
    try:
        await _go_through(ref, "try a deferred erasure again")
    except FAILED:
        workflow.logger.error("erasure_failed")


@workflow.defn(name="Retention")
class Retention:
    """Erases what a pack has kept long enough, and tries deferred erasures again; run by a schedule."""

    @workflow.run
    async def run(self, given: RetentionRound) -> None:
        """Go round until nothing is left to look at."""
        for _ in range(ROUNDS_PER_RUN):
            done = await _step("apply_retention", given, RetentionDone, "erase what was kept long enough")
            for erasure_id in done.due_again:
                await _try_again(ErasureRef(erasure_id=erasure_id))
            if not done.last:
                return
            given = RetentionRound(pack=given.pack, after=done.last)
        workflow.continue_as_new(given)
