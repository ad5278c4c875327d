"""Does Temporal's server answer, know our names, have the settings that matter, and have workers?"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import IndexedValueType, TaskQueueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    GetSystemInfoRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from workers.dev.temporal_server import SEARCH_ATTRIBUTES
from workers.doctor.findings import Finding, Level
from workers.probe_server import EAGER, POLL_RATE, ServerProbe, probe_server
from workflows.steps import REQUESTS_QUEUE, TOOLS_QUEUE

_WAIT = timedelta(seconds=5)
_POLLS = timedelta(seconds=70)
"""A worker that polls has asked within this time: a poll lasts a minute at the most."""
_KEYWORD = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
_CONFIG = "in the server's dynamic configuration (deploy/temporal/dynamicconfig.yaml)"


async def check_server(client: Client) -> list[Finding]:
    """Its version, our namespace, our search attributes."""
    service, where = client.workflow_service, client.service_client.config.target_host
    try:
        version = (await service.get_system_info(GetSystemInfoRequest(), timeout=_WAIT)).server_version
        await service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace), timeout=_WAIT)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            todo = (
                f"create it (`temporal operator namespace create -n {client.namespace}`) or correct TEMPORAL_NAMESPACE"
            )
            return [_wrong(f"the server at {where} has no namespace {client.namespace!r}", todo)]
        return [_refused(f"the server at {where}", error)]
    fit = f"Temporal {version or 'of unknown version'} at {where}, namespace {client.namespace!r}"
    return [Finding(area="temporal", level="ok", what=fit), *await _check_names(client)]


async def _check_names(client: Client) -> list[Finding]:
    request = ListSearchAttributesRequest(namespace=client.namespace)
    try:
        known = (await client.operator_service.list_search_attributes(request, timeout=_WAIT)).custom_attributes
    except RPCError as error:
        if error.status in (RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.PERMISSION_DENIED):
            told = f"the server does not tell its search attributes; {', '.join(SEARCH_ATTRIBUTES)} must be there"
            return [Finding(area="temporal", level="note", what=told, todo="look in the namespace's settings")]
        return [_refused("the list of search attributes", error)]
    missing = [name for name in SEARCH_ATTRIBUTES if known.get(name) != _KEYWORD]
    if missing:
        todo = f"temporal operator search-attribute create -n {client.namespace} --type Keyword"
        names = "".join(f" --name {name}" for name in missing)
        return [_wrong(f"no search attribute {', '.join(missing)} of type Keyword: no request can start", todo + names)]
    return [Finding(area="temporal", level="ok", what=f"{len(SEARCH_ATTRIBUTES)} search attributes registered")]


async def check_server_settings(client: Client) -> list[Finding]:
    """The two settings that decide over a turn's time, inferred from how the server behaves."""
    try:
        probe = await probe_server(client)
        if probe.rate != "fast":  # a moment's load is not a setting
            probe = min(probe, await probe_server(client), key=lambda one: one.hop)
        return judge(probe)
    except RPCError as error:
        return [_refused("the probe workflow", error)]
    except TimeoutError:
        todo = "see its log and its load; then run this again"
        return [_found("wrong", "the server handed out no task of the probe within half a minute", todo)]


def judge(probe: ServerProbe) -> list[Finding]:
    """What the probe says of the two settings. No server tells them: both are inferred, the rate from times."""
    if probe.eager:
        eager = _found("ok", f"{EAGER} is on: an activity came back with the workflow task's answer (inferred)")
    else:
        told = f"{EAGER} is off: no activity came back with the workflow task's answer (inferred)"
        eager = _found("wrong", told, f"set it to true {_CONFIG}")
    took = f"{probe.hop * 1_000:.0f} ms a hop"
    match probe.rate:
        case "fast":
            rate = _found("ok", f"{POLL_RATE} is high enough: {took} (inferred)")
        case "limited":
            told = f"{POLL_RATE} is too low: {took}, 20 a second (inferred)"
            rate = _found("wrong", told, f"set it to 2000 {_CONFIG}")
        case "slow":
            told = f"the server is slow: {took}; {POLL_RATE} may be missing, or it is busy (inferred)"
            rate = _found("note", told, f"set it to 2000 {_CONFIG}, or run this again when it is idle")
    return [eager, rate]


async def check_workers(client: Client, model_queues: Iterable[str]) -> list[Finding]:
    """Whether somebody asks each task queue for work."""
    workflow, activity = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
    queues = [(REQUESTS_QUEUE, "requests", workflow), (TOOLS_QUEUE, "tools", activity)]
    queues += [(queue, "models", activity) for queue in sorted(model_queues)]
    found: list[Finding] = []
    for queue, pool, kind in queues:
        try:
            pollers = await _count_pollers(client, queue, kind)
        except RPCError as error:
            return [*found, _refused(f"the task queue {queue!r}", error)]
        if pollers:
            found.append(Finding(area="workers", level="ok", what=f"{pollers} at the queue {queue!r}"))
        else:
            todo = f"start `python -m workers runtime --pool {pool}` (or --pool all)"
            found.append(Finding(area="workers", level="wrong", what=f"no worker asks the queue {queue!r}", todo=todo))
    return found


async def _count_pollers(client: Client, queue: str, kind: TaskQueueType.ValueType) -> int:
    request = DescribeTaskQueueRequest(
        namespace=client.namespace, task_queue=TaskQueue(name=queue), task_queue_type=kind
    )
    pollers = (await client.workflow_service.describe_task_queue(request, timeout=_WAIT)).pollers
    since = (datetime.now(UTC) - _POLLS).timestamp()
    return len({one.identity for one in pollers if one.last_access_time.ToMicroseconds() / 1e6 > since})


def _found(level: Level, what: str, todo: str = "") -> Finding:
    return Finding(area="server settings", level=level, what=what, todo=todo)


def _wrong(what: str, todo: str) -> Finding:
    return Finding(area="temporal", level="wrong", what=what, todo=todo)


def _refused(what: str, error: RPCError) -> Finding:
    told = f"{what} cannot be used ({error.status.name.lower()})"
    return _wrong(told, "see the server's log, and whether TEMPORAL_API_KEY or the certificates may do this")
