"""Does a child answer yet?"""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

import httpx2
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

Health = Callable[[float], bool]
"""Asked with the time (seconds since the epoch) at which the process was started."""

_PATIENCE = timedelta(seconds=3)


def answers_http(url: str) -> Health:
    """Healthy when `url` answers 200."""

    def is_healthy(started: float) -> bool:
        del started
        try:
            return httpx2.get(url, timeout=_PATIENCE.total_seconds(), trust_env=False).is_success
        except (httpx2.HTTPError, OSError):
            return False

    return is_healthy


def polls_queue(address: str, namespace: str, queue: str) -> Health:
    """Healthy when a worker that is not older than the process asks the task queue for work."""

    def is_healthy(started: float) -> bool:
        try:
            return asyncio.run(_last_poll(address, namespace, queue)) >= started
        except (RPCError, RuntimeError, TimeoutError):
            return False

    return is_healthy


def stays_up(seconds: float) -> Health:
    """Healthy when the process has lived so long: for what offers no other sign."""
    return lambda started: time.time() - started >= seconds


async def _last_poll(address: str, namespace: str, queue: str) -> float:
    client = await Client.connect(address, namespace=namespace)
    request = DescribeTaskQueueRequest(
        namespace=namespace,
        task_queue=TaskQueue(name=queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    pollers = (await client.workflow_service.describe_task_queue(request, timeout=_PATIENCE)).pollers
    return max((poller.last_access_time.ToMicroseconds() / 1e6 for poller in pollers), default=0.0)
