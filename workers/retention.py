"""When is what was kept long enough erased? Once a day for each pack, by a schedule in Temporal."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import structlog
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from contracts.erasure import RetentionRound
from workflows.steps import REQUESTS_QUEUE

log = structlog.get_logger(__name__)

EVERY = timedelta(days=1)


async def ensure_retention(client: Client, pack: str) -> None:
    """Create the pack's schedule where there is none yet; an operator may pause or change it in Temporal's pages.

    What is there stays, but for arguments that no worker may open any more: a schedule from before the payload key, or
    from before the newest one, is given them anew.
    """
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
        await client.get_schedule_handle(f"retention-{pack}").update(partial(_seal_anew, client, action))


async def _seal_anew(
    client: Client, action: ScheduleActionStartWorkflow, given: ScheduleUpdateInput
) -> ScheduleUpdate | None:
    """The schedule as it is, with this action's arguments where those it has are sealed otherwise; else no change."""
    schedule = given.description.schedule
    if not isinstance(schedule.action, ScheduleActionStartWorkflow):
        return None
    fresh = await client.data_converter.encode(list(action.args))
    if [dict(one.metadata) for one in fresh] == [dict(one.metadata) for one in schedule.action.args]:
        return None
    log.info("retention_sealed_anew", schedule_id=action.id)
    return ScheduleUpdate(replace(schedule, action=replace(schedule.action, args=fresh)))
