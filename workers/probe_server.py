"""Has Temporal's server the two settings without which every hop of a turn waits? Found out by a small probe.

No API tells a server's dynamic configuration, so a workflow on a task queue of its own shows its effects, without a
worker: whether a finished workflow task hands its activity back at once, and how long tasks take to be handed out.
"""

import asyncio
import contextlib
import statistics
import time
import uuid
from collections.abc import Coroutine
from datetime import timedelta
from itertools import pairwise
from typing import Any, Final, Literal

from google.protobuf.duration_pb2 import Duration
from temporalio.api.command.v1 import Command, ScheduleActivityTaskCommandAttributes
from temporalio.api.common.v1 import ActivityType, WorkflowExecution, WorkflowType
from temporalio.api.enums.v1 import CommandType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    PollActivityTaskQueueRequest,
    PollWorkflowTaskQueueRequest,
    RespondActivityTaskCompletedRequest,
    RespondWorkflowTaskCompletedRequest,
    StartWorkflowExecutionRequest,
    TerminateWorkflowExecutionRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError

from contracts.values import Frozen

EAGER: Final = "system.enableActivityEagerExecution"
POLL_RATE: Final = "history.transferProcessorMaxPollRPS"
ACTIVITIES: Final = 40
"""Two hops each. A server's own 20 polls a second let 20 hops or so pass at once before they wait for the tick."""
BURST: Final = 40
"""Hops that are left out: what a server gives from its savings says nothing of its rate."""
SLOW: Final = 0.025
"""Seconds of one hop: half of the 50 ms tick. With the settings it takes 1 to 5 ms on two shared cores."""
TICK: Final = (0.044, 0.058)
"""Seconds from one task to the next where the server takes 20 a second, its own default, and nothing else slows it."""
_PATIENCE: Final = timedelta(seconds=30)

Rate = Literal["fast", "limited", "slow"]


class ServerProbe(Frozen):
    """What the probe saw: whether the activity came back with the answer, and how long tasks took to be handed out.

    `hops`: seconds from our answer to the task that it brings about; `paces`: from one task to the next.
    """

    eager: bool
    hops: tuple[float, ...]
    paces: tuple[float, ...]

    @property
    def hop(self) -> float:
        """The median of the hops after the burst, in seconds."""
        return statistics.median(self.hops[BURST:])

    @property
    def rate(self) -> Rate:
        """`limited`: tasks come in the tick's own pace; `slow`: in another one, as a busy server gives them out."""
        if self.hop < SLOW:
            return "fast"
        return "limited" if TICK[0] <= statistics.mean(self.paces[BURST:]) <= TICK[1] else "slow"


async def probe_server(client: Client, activities: int = ACTIVITIES) -> ServerProbe:
    """Run the probe: about a second, about four where the rate is limited. It leaves one terminated workflow.

    `activities` is more than BURST / 2. Raises RPCError where the server refuses a part of it, TimeoutError where it
    hands out nothing for half a minute.
    """
    probe = _Probe(client)
    try:
        async with asyncio.timeout(_PATIENCE.total_seconds()):
            return await probe.run(activities)
    finally:
        await probe.end()


class _Probe:
    """One workflow whose tasks are answered here, call by call."""

    def __init__(self, client: Client) -> None:
        self._service = client.workflow_service
        self._name = f"handrail-probe-{uuid.uuid4().hex[:12]}"
        self._common: dict[str, Any] = {"namespace": client.namespace, "identity": "handrail-doctor"}
        self._queue = TaskQueue(name=self._name)
        self._polls: set[asyncio.Task[Any]] = set()
        self._answered = 0.0
        self._arrived: list[float] = []
        self._hops: list[float] = []

    async def run(self, activities: int) -> ServerProbe:
        """Poll before anything is there, so that a hop is the server's time alone."""
        workflow, activity = self._poll_workflow(), self._poll_activity()
        await self._start()
        for number in range(activities):
            task = await self._take(workflow)
            await self._schedule(task.task_token, number, eager=False)
            given = await self._take(activity)
            workflow, activity = self._poll_workflow(), self._poll_activity()
            await self._service.respond_activity_task_completed(
                RespondActivityTaskCompletedRequest(task_token=given.task_token, **self._common)
            )
            self._answered = time.perf_counter()
        answer = await self._schedule((await self._take(workflow)).task_token, activities, eager=True)
        paces = tuple(later - earlier for earlier, later in pairwise(self._arrived))
        return ServerProbe(eager=len(answer.activity_tasks) > 0, hops=tuple(self._hops[1:]), paces=paces)

    async def _take(self, poll: asyncio.Task[Any]) -> Any:
        """The next task, with when it came and how long after our last answer."""
        task = await poll
        self._arrived.append(time.perf_counter())
        self._hops.append(self._arrived[-1] - self._answered)
        return task

    def _poll_workflow(self) -> asyncio.Task[Any]:
        request = PollWorkflowTaskQueueRequest(task_queue=self._queue, **self._common)
        return self._poll(self._service.poll_workflow_task_queue(request))

    def _poll_activity(self) -> asyncio.Task[Any]:
        request = PollActivityTaskQueueRequest(task_queue=self._queue, **self._common)
        return self._poll(self._service.poll_activity_task_queue(request))

    def _poll(self, call: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.ensure_future(call)
        self._polls.add(task)
        task.add_done_callback(self._polls.discard)
        return task

    async def _start(self) -> None:
        patience = Duration(seconds=round(_PATIENCE.total_seconds()))
        await self._service.start_workflow_execution(
            StartWorkflowExecutionRequest(
                workflow_id=self._name,
                workflow_type=WorkflowType(name="HandrailProbe"),
                task_queue=self._queue,
                request_id=self._name,
                workflow_execution_timeout=patience,
                workflow_task_timeout=patience,
                **self._common,
            )
        )

    async def _schedule(self, token: bytes, number: int, *, eager: bool) -> Any:
        patience = Duration(seconds=round(_PATIENCE.total_seconds()))
        wish = ScheduleActivityTaskCommandAttributes(
            activity_id=str(number),
            activity_type=ActivityType(name="nothing"),
            task_queue=self._queue,
            schedule_to_close_timeout=patience,
            start_to_close_timeout=patience,
            request_eager_execution=eager,
        )
        kind = CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK
        command = Command(command_type=kind, schedule_activity_task_command_attributes=wish)
        answer = await self._service.respond_workflow_task_completed(
            RespondWorkflowTaskCompletedRequest(task_token=token, commands=[command], **self._common)
        )
        self._answered = time.perf_counter()
        return answer

    async def end(self) -> None:
        """End the workflow and every poll; what is left of either times out by itself."""
        for poll in list(self._polls):
            poll.cancel()
        request = TerminateWorkflowExecutionRequest(
            workflow_execution=WorkflowExecution(workflow_id=self._name), reason="the probe is over", **self._common
        )
        with contextlib.suppress(RPCError):
            await self._service.terminate_workflow_execution(request, timeout=timedelta(seconds=5))
