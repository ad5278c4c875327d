"""When is what was kept long enough erased? Once a day for each pack, by a schedule in Temporal."""

from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)

from contracts.erasure import RetentionRound
from workflows.steps import REQUESTS_QUEUE

EVERY = timedelta(days=1)


async def ensure_retention(client: Client, pack: str) -> None:
    """Create the pack's schedule where there is none yet; an operator may pause or change it in Temporal's pages."""
    action = ScheduleActionStartWorkflow(
        "Retention", RetentionRound(pack=pack), id=f"retention-{pack}", task_queue=REQUESTS_QUEUE
    )
    schedule = Schedule(
        action=action,
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=EVERY)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=EVERY),
    )
    try:
        await client.create_schedule(f"retention-{pack}", schedule)
    except ScheduleAlreadyRunningError:
        return
