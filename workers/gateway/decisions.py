"""How does a decision reach the workflow, the only decider, and what is a repeated one told?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from temporalio.client import WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from contracts.errors import Refused
from contracts.request import Decision, DecisionTaken, OpenSet
from governance.confirmation import decide as judge
from storage.requests import read_request
from storage.sets import read_set
from workers.gateway.service import Service

log = structlog.get_logger(__name__)


async def send_decision(service: Service, request_id: str, decision: Decision) -> DecisionTaken:
    """Update the workflow. Raises Refused: 409 where it refuses, 503 where it does not answer.

    A decision that was taken is answered as taken however late it is repeated, also by a caller that heard 503.
    """
    try:
        return await _update(service, request_id, decision)
    except Refused as refused:
        taken = await _taken_before(service, request_id, decision) if refused.code in _FORGOTTEN else None
        if taken is not None:
            return taken
        if refused.code == "closed":
            await _refuse_where_at_desk(service, request_id)
        raise


_FORGOTTEN = ("unknown_set", "closed")
"""How a workflow refuses a set that it has carried out, or has never had."""


async def _refuse_where_at_desk(service: Service, request_id: str) -> None:
    """A request that is open though its workflow is over is not closed: people at the desk take it, and decide."""
    await service.delivery.hand_to_desk(request_id, None)
    async with service.database.begin() as connection:
        row = await read_request(connection, request_id)
    if row is not None and row.status != "closed":
        raise Refused(409, "at_desk", "A colleague takes over this request; nothing was done about it yet.")


async def _update(service: Service, request_id: str, decision: Decision) -> DecisionTaken:
    handle = service.client.get_workflow_handle(request_id)
    try:
        return await handle.execute_update(
            "decide", decision, result_type=DecisionTaken, rpc_timeout=timedelta(seconds=10)
        )
    except WorkflowUpdateFailedError as error:
        cause = error.cause
        code = (cause.type if isinstance(cause, ApplicationError) else None) or "decision_refused"
        text = cause.message if isinstance(cause, ApplicationError) else "The decision was refused."
        raise Refused(409, code, text) from error
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            raise Refused(409, "closed", "This request is closed.") from error
        raise busy() from error
    except (WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError) as error:
        log.warning("decision_unanswered", request_id=request_id)
        raise busy() from error


def busy() -> Refused:
    return Refused(503, "busy", "We cannot take this right now; please try again.", retry_after=2)


async def _taken_before(service: Service, request_id: str, decision: Decision) -> DecisionTaken | None:
    async with service.database.begin() as connection:
        stored = await read_set(connection, decision.set_id)
    if stored is None or stored.request_id != request_id:
        return None
    state: Any = stored.state
    known = OpenSet(set_id=stored.set_id, digest=stored.digest, expires_at=stored.expires_at, state=state)
    decided = judge(known, decision, datetime.now(UTC))
    return DecisionTaken(state=decided.state, repeated=True) if decided.code == "already_taken" else None
