"""How does an accepted message reach its workflow? Signal-with-start at once, and a sweeper for what was missed."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from types import TracebackType
from typing import Self

import structlog
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from contracts.pack import Pack
from contracts.request import HolderChanged, Limits, MessageArrived, StartRequest
from storage.database import DATABASE_ERRORS, Database
from storage.desk import holder_is_told, untold_holders
from storage.inbox import mark_delivered, undelivered_messages
from storage.requests import RequestRow, read_request
from workflows.customer_request import CustomerRequest
from workflows.steps import REQUESTS_QUEUE

log = structlog.get_logger(__name__)

RPC_TIMEOUT = timedelta(seconds=2)
SWEEP_AFTER = timedelta(seconds=2)
TASK_TIMEOUT = timedelta(seconds=2)
"""A worker that dies with a workflow task in hand is replaced after this long."""

PACK = SearchAttributeKey.for_keyword("HandrailPack")
CHANNEL = SearchAttributeKey.for_keyword("HandrailChannel")


class Delivery:
    """Sends signals; as an async context manager it also runs the sweeper."""

    def __init__(self, database: Database, client: Client, packs: Mapping[str, Pack]) -> None:
        self._database = database
        self._client = client
        self._packs = packs
        self._sweeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Start the sweeper."""
        self._sweeper = asyncio.create_task(self._sweep_forever())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the sweeper."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)

    async def deliver(self, row: RequestRow, arrived: MessageArrived) -> bool:
        """Signal-with-start; False where Temporal does not answer now: the sweeper sends it again."""
        try:
            await self._signal(row, arrived)
        except (RPCError, TimeoutError) as error:
            log.warning("signal_failed", request_id=row.request_id, error=type(error).__name__)
            return False
        async with self._database.begin() as connection:
            await mark_delivered(connection, row.request_id, arrived.message_key)
        return True

    async def _signal(self, row: RequestRow, arrived: MessageArrived) -> None:
        attributes = [SearchAttributePair(PACK, row.pack), SearchAttributePair(CHANNEL, row.channel)]
        try:
            await self._client.start_workflow(
                CustomerRequest.run,
                self._start_of(row),
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
        except WorkflowAlreadyStartedError:
            log.warning("workflow_is_over", request_id=row.request_id)

    def _start_of(self, row: RequestRow) -> StartRequest:
        manifest = self._packs[row.pack].manifest
        limits = Limits(
            turn_deadline=manifest.limits.turn_deadline,
            tool_timeout=max(tool.overlay.timeout for tool in self._packs[row.pack].tools.values()),
            model_calls_per_turn=manifest.limits.model_calls_per_turn,
            failures_before_person=manifest.limits.failures_before_person,
            repairs=manifest.limits.repairs,
            intent_confidence=manifest.thresholds.intent_confidence,
            close_after=manifest.close_after,
            approval_ttl=manifest.limits.approval_ttl,
        )
        return StartRequest(
            request_id=row.request_id, pack=row.pack, pack_digest=row.pack_digest, channel=row.channel, limits=limits
        )

    async def tell_holder(self, request_id: str, changed: HolderChanged) -> bool:
        """Signal a takeover or a return; the database has it already, and the sweeper repeats what is lost."""
        handle = self._client.get_workflow_handle(request_id)
        try:
            await handle.signal("holder_changed", changed, rpc_timeout=RPC_TIMEOUT)
        except (RPCError, TimeoutError) as error:
            log.warning("signal_failed", request_id=request_id, error=type(error).__name__)
            return False
        async with self._database.begin() as connection:
            await holder_is_told(connection, request_id, changed.epoch)
        return True

    async def _sweep_forever(self) -> None:
        while True:
            await asyncio.sleep(1)
            try:
                await self.sweep()
            except DATABASE_ERRORS as error:
                log.warning("sweep_failed", error=type(error).__name__)

    async def sweep(self) -> int:
        """Repeat every message and change of holder that waited too long for its signal; returns how many went."""
        async with self._database.begin() as connection:
            missed = await undelivered_messages(connection, older=SWEEP_AFTER)
            untold = await untold_holders(connection, older=SWEEP_AFTER)
        sent = 0
        for request_id, epoch, holder in untold:
            changed = HolderChanged.model_validate({"epoch": epoch, "holder": holder})
            sent += await self.tell_holder(request_id, changed)
        for message in missed:
            async with self._database.begin() as connection:
                row = await read_request(connection, message.request_id)
            if row is None or row.pack not in self._packs:
                continue
            arrived = MessageArrived(message_key=message.message_key, seq=message.seq)
            sent += await self.deliver(row, arrived)
        return sent
