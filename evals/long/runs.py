"""How was a long request cut into runs? Their number, their length, and what arrived in the moment between two."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.client import Client

MOMENT = timedelta(milliseconds=50)
_SIGNALED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
_TASK_FAILED = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
_UNHANDLED = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND


@dataclass(frozen=True)
class Runs:
    """The runs of some requests. `near`: signals within 50 ms of a run's end, on either side of it.

    `stopped`: ends that the server refused since a signal had just come, so that the workflow went on and ended later.
    """

    count: int = 0
    longest: int = 0
    near: int = 0
    stopped: int = 0
    other_failures: int = 0

    def __add__(self, other: "Runs") -> "Runs":
        """Of both."""
        return Runs(
            self.count + other.count,
            max(self.longest, other.longest),
            self.near + other.near,
            self.stopped + other.stopped,
            self.other_failures + other.other_failures,
        )


async def read_runs(client: Client, workflow_id: str) -> Runs:
    """Read every run's history."""
    found, signals, ends = Runs(), list[datetime](), list[datetime]()
    async for execution in client.list_workflows(f"WorkflowId = '{workflow_id}'"):
        history = await client.get_workflow_handle(workflow_id, run_id=execution.run_id).fetch_history()
        failed = [one for one in history.events if one.event_type == _TASK_FAILED]
        causes = [one.workflow_task_failed_event_attributes.cause for one in failed]
        signals += [one.event_time.ToDatetime() for one in history.events if one.event_type == _SIGNALED]
        ends.append(history.events[-1].event_time.ToDatetime())
        stopped = sum(cause == _UNHANDLED for cause in causes)
        found += Runs(1, len(history.events), 0, stopped, len(causes) - stopped)
    near = sum(any(abs(signal - end) <= MOMENT for end in ends) for signal in signals)
    return found + Runs(near=near)
