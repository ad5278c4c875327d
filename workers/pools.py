"""With which settings does each pool work? One place, so that pools, benchmarks and replays agree."""

import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from workers.build import deployment
from workers.failing_closed import FailClosed

GRACE = timedelta(seconds=25)
"""SIGTERM: how long running activities may take to finish, above all model calls: a turn's deadline and a little."""
PASSED_THROUGH = ("pydantic", "pydantic_core", "annotated_types", "contracts", "governance", "jsonschema", "cedarpy")
"""Modules without side effects on import, which workflows share with the rest of the process."""
_WORKFLOW_POLLS = 8
"""Half of them ask for new conversations and for those that no worker has in memory: with fewer, these wait behind all
others for as long as there are more messages than can be answered (8.6 s were measured, once over a minute)."""
_HEARTBEAT = timedelta(seconds=1)
"""A cancelled call learns of it with its next heartbeat, so heartbeats are not held back for longer."""


def sandbox() -> SandboxedWorkflowRunner:
    """Where workflows run."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    return SandboxedWorkflowRunner(restrictions=restrictions)


def requests_worker(
    client: Client, queue: str, workflows: Sequence[type], activities: Sequence[Callable[..., Any]]
) -> Worker:
    """A worker of workflows and of their local activities."""
    return Worker(
        client,
        task_queue=queue,
        workflows=workflows,
        activities=activities,
        workflow_runner=sandbox(),
        deployment_config=deployment(),
        interceptors=[FailClosed()],
        max_concurrent_workflow_tasks=8 * (os.cpu_count() or 2),
        max_concurrent_workflow_task_polls=_WORKFLOW_POLLS,
        nonsticky_to_sticky_poll_ratio=0.5,
        max_concurrent_local_activities=50,
        no_remote_activities=True,
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
        graceful_shutdown_timeout=GRACE,
    )


def calls_worker(
    client: Client, queue: str, activities: Sequence[Callable[..., Any]], per_second: float | None = None
) -> Worker:
    """A worker of calls to somebody else's server, `per_second` of them over all workers of the queue."""
    return Worker(
        client,
        task_queue=queue,
        activities=activities,
        deployment_config=deployment(),
        interceptors=[FailClosed()],
        max_concurrent_activities=100,
        max_task_queue_activities_per_second=per_second,
        max_heartbeat_throttle_interval=_HEARTBEAT,
        default_heartbeat_throttle_interval=_HEARTBEAT,
        graceful_shutdown_timeout=GRACE,
    )
