"""Does the schedule of retention go on once a payload key is set, changed or taken away?"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleHandle,
    ScheduleIntervalSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.testing import WorkflowEnvironment

from contracts.erasure import RetentionRound
from contracts.errors import KeyMissing
from workers.payload_codec import make_data_converter
from workers.retention import ensure_retention
from workers.settings import Settings

PACK = "resealed"


def a_client(environment: WorkflowEnvironment, **keys: str) -> Client:
    """A client with the converter of these settings."""
    settings = Settings(_env_file=None, **keys)  # type: ignore[call-arg]
    given = environment.client
    return Client(given.service_client, namespace=given.namespace, data_converter=make_data_converter(settings))


async def arguments(client: Client) -> list[Payload]:
    """What the schedule starts its workflow with, as the server keeps it."""
    described = await client.get_schedule_handle(f"retention-{PACK}").describe()
    assert isinstance(described.schedule.action, ScheduleActionStartWorkflow)
    return list(described.schedule.action.args)


async def opened(client: Client) -> list[RetentionRound]:
    """The arguments as a worker with this client's key reads them."""
    return await client.data_converter.decode(await arguments(client), [RetentionRound])


async def told(handle: ScheduleHandle, is_so: Callable[[Schedule], bool]) -> None:
    """Wait until the server tells of a change: it answers before it makes one, which would undo the next."""
    async with asyncio.timeout(60):
        while not is_so((await handle.describe()).schedule):  # noqa: ASYNC110 - nothing tells when
            await asyncio.sleep(0.01)


async def test_its_arguments_are_sealed_with_the_newest_key_and_all_else_stays(
    environment: WorkflowEnvironment,
) -> None:
    plain = a_client(environment)
    sealed = a_client(environment, HANDRAIL_PAYLOAD_KEY="k" * 32)
    newer = a_client(environment, HANDRAIL_PAYLOAD_KEY="n" * 32, HANDRAIL_PAYLOAD_OLD_KEYS="k" * 32)
    handle = plain.get_schedule_handle(f"retention-{PACK}")
    await ensure_retention(plain, PACK)
    try:
        await handle.update(_twice_a_day)
        await told(handle, lambda schedule: [one.every for one in schedule.spec.intervals] == [timedelta(hours=12)])
        await handle.pause(note="an audit")
        await told(handle, lambda schedule: schedule.state.paused)
        with pytest.raises(KeyMissing):
            await opened(sealed)
        for client in (sealed, newer, plain):
            await ensure_retention(client, PACK)
            assert await opened(client) == [RetentionRound(pack=PACK)]
            before = await arguments(client)
            await ensure_retention(client, PACK)
            assert await arguments(client) == before
        described = await handle.describe()
        assert described.schedule.state.paused
        assert described.schedule.state.note == "an audit"
        assert [one.every for one in described.schedule.spec.intervals] == [timedelta(hours=12)]
    finally:
        await handle.delete()


async def _twice_a_day(given: ScheduleUpdateInput) -> ScheduleUpdate:
    schedule = given.description.schedule
    spec = replace(schedule.spec, intervals=[ScheduleIntervalSpec(every=timedelta(hours=12))])
    return ScheduleUpdate(replace(schedule, spec=spec))
