"""How does an accepted message reach its workflow? Signal-with-start; the sweeper repeats what gets lost."""

from datetime import timedelta

import structlog
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from contracts.errors import NotReady
from contracts.pack import Pack
from contracts.request import HolderChanged, Limits, MessageArrived, PlanStep, RequestState, StartRequest
from storage.database import DATABASE_ERRORS, Database
from storage.desk import holder_is_told
from storage.inbox import mark_delivered
from storage.requests import RequestRow
from storage.turns import last_turn
from workers.gateway.served_packs import ServedPacks
from workers.gateway.workflow_over import give_to_desk
from workflows.customer_request import CustomerRequest
from workflows.steps import REQUESTS_QUEUE

log = structlog.get_logger(__name__)

RPC_TIMEOUT = timedelta(seconds=2)
TASK_TIMEOUT = timedelta(seconds=2)
"""A worker that dies with a workflow task in hand is replaced after this long."""

PACK = SearchAttributeKey.for_keyword("HandrailPack")
CHANNEL = SearchAttributeKey.for_keyword("HandrailChannel")


class Delivery:
    """Sends signals. What was not sent, or not noted as sent, stays for the sweeper; repeated signals are dropped."""

    def __init__(self, database: Database, client: Client, packs: ServedPacks) -> None:
        self._database = database
        self._client = client
        self._packs = packs

    async def deliver(self, row: RequestRow, arrived: MessageArrived, *, turn: int | None = None) -> bool:
        """Signal-with-start; False where Temporal or PostgreSQL does not answer now. The message is accepted.

        `turn` is the request's latest recorded one; where the caller has not just read it, it is read here.
        """
        try:
            await self._signal(row, arrived, turn)
        except WorkflowAlreadyStartedError:
            return await self.hand_to_desk(row.request_id, arrived)
        except (RPCError, TimeoutError) as error:
            log.warning("signal_failed", request_id=row.request_id, error=type(error).__name__)
            return False
        except DATABASE_ERRORS as error:
            log.warning("signal_not_sent", request_id=row.request_id, error=type(error).__name__)
            return False
        try:
            async with self._database.single() as connection:
                await mark_delivered(connection, row.request_id, arrived.message_key)
        except DATABASE_ERRORS as error:
            log.warning("delivery_not_noted", request_id=row.request_id, error=type(error).__name__)
            return False
        return True

    async def _signal(self, row: RequestRow, arrived: MessageArrived, turn: int | None) -> None:
        attributes = [SearchAttributePair(PACK, row.pack), SearchAttributePair(CHANNEL, row.channel)]
        await self._client.start_workflow(
            CustomerRequest.run,
            await self._start_of(row, arrived, turn),
            id=row.request_id,
            task_queue=REQUESTS_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            task_timeout=TASK_TIMEOUT,
            search_attributes=TypedSearchAttributes(attributes),
            static_summary=f"{row.pack} request by {row.channel}",
            start_signal="message",
            start_signal_args=[arrived],
            rpc_timeout=RPC_TIMEOUT,
        )

    async def _start_of(self, row: RequestRow, arrived: MessageArrived, turn: int | None) -> StartRequest:
        """The workflow's input. Where the version cannot be read the workflow starts all the same, for a person."""
        try:
            limits = limits_of(await self._packs.of(row))
        except (NotReady, *DATABASE_ERRORS) as error:
            log.warning("version_unreadable", request_id=row.request_id, error=type(error).__name__)
            limits = Limits()
        return StartRequest(
            request_id=row.request_id,
            pack=row.pack,
            pack_digest=row.pack_digest,
            channel=row.channel,
            limits=limits,
            state=await self._state_of(row, arrived, turn),
        )

    async def _state_of(self, row: RequestRow, arrived: MessageArrived, turn: int | None) -> RequestState:
        """What a workflow that begins now must know. For a further message it nearly always runs, and reads none of it.

        Where its history is gone the numbers of turns go on: under an old one an answer of then would count as given.
        """
        if arrived.seq == 1:
            return _scene_of(row) if row.follows else RequestState()
        if turn is None:
            async with self._database.single() as connection:
                turn = await last_turn(connection, row.request_id)
        return _scene_of(row).model_copy(update={"turn": turn, "holder": row.holder, "epoch": row.epoch})

    async def hand_to_desk(self, request_id: str, arrived: MessageArrived | None) -> bool:
        """The workflow is over, no signal will ever arrive: whatever is still open goes to the desk."""
        try:
            async with self._database.begin() as connection:
                await give_to_desk(connection, request_id, arrived)
        except DATABASE_ERRORS as error:
            log.warning("handoff_failed", request_id=request_id, error=type(error).__name__)
            return False
        self._database.waker.wake(request_id)
        return True

    async def tell_holder(self, request_id: str, changed: HolderChanged) -> bool:
        """Signal a takeover or a return; the database has it already, and the sweeper repeats what is lost."""
        handle = self._client.get_workflow_handle(request_id)
        try:
            await handle.signal("holder_changed", changed, rpc_timeout=RPC_TIMEOUT)
        except (RPCError, TimeoutError) as error:
            if isinstance(error, RPCError) and error.status == RPCStatusCode.NOT_FOUND:
                return await self.hand_to_desk(request_id, None)
            log.warning("signal_failed", request_id=request_id, error=type(error).__name__)
            return False
        try:
            async with self._database.begin() as connection:
                await holder_is_told(connection, request_id, changed.epoch)
        except DATABASE_ERRORS as error:
            log.warning("delivery_not_noted", request_id=request_id, error=type(error).__name__)
            return False
        return True


def limits_of(pack: Pack) -> Limits:
    """What the pack allows one request. A pack may have no tools."""
    manifest = pack.manifest
    timeouts = [tool.overlay.timeout for tool in pack.tools.values()]
    return Limits(
        turn_deadline=manifest.limits.turn_deadline,
        tool_timeout=max(timeouts, default=Limits().tool_timeout),
        model_calls_per_turn=manifest.limits.model_calls_per_turn,
        failures_before_person=manifest.limits.failures_before_person,
        repairs=manifest.limits.repairs,
        intent_confidence=manifest.thresholds.intent_confidence,
        close_after=manifest.close_after,
        confirmation_ttl=manifest.limits.confirmation_ttl,
        approval_ttl=manifest.limits.approval_ttl,
        approval_reminder=manifest.limits.approval_reminder,
        providers={name: tier.provider for name, tier in manifest.tiers.items()},
    )


def _scene_of(row: RequestRow) -> RequestState:
    """What a follow-on's workflow knows from the start: the plan and the question that were carried over."""
    steps = row.plan["steps"] if row.plan else []
    plan = tuple(PlanStep.model_validate({name: step[name] for name in ("id", "tool", "tier")}) for step in steps)
    return RequestState(plan=plan, intent=row.intent, asked=row.open_question is not None)
