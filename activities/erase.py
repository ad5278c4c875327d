"""How is a customer erased? Step by step, each of which may run twice: closed, made unreadable, certified."""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.companies import Companies
from contracts.erasure import ErasureBegun, ErasureOutcome, ErasureRef, RetentionDone, RetentionRound
from contracts.pack import Retention
from governance.legal_hold import Hold, holds_of_effects
from storage.audit import append_audit
from storage.database import Database
from storage.erasure import (
    ErasureRow,
    close_for_erasure,
    deferred_erasures,
    erase_request,
    erase_rests,
    erased_by,
    finish_erasure,
    forget_subject,
    has_key,
    holds_of_people,
    kept_effects,
    read_erasure,
    readable_rests,
    requests_due,
    requests_of_subject,
    restrict,
    rows_of_customer,
    subject_of,
)
from storage.transactions import newest_transaction, oldest_transaction

log = structlog.get_logger(__name__)

AT_ONCE = 50
"""Requests that one round of retention erases, so that it stays far below its time."""
PATIENCE, POLL = 20.0, 0.05
"""Seconds for transactions that were under way, and between two looks; a step has 60."""
REASON = "the customer is erased"


class EraseActivities:
    """Erases customers, and what has been kept long enough."""

    def __init__(self, database: Database, companies: Companies, client: Client) -> None:
        self._database = database
        self._companies = companies
        self._client = client

    @activity.defn(name="begin_erasure")
    async def begin_erasure(self, ref: ErasureRef) -> ErasureBegun:
        """Close the customer's requests under their locks, unless something holds the data: then restrict them."""
        async with self._database.begin() as connection:
            return await self._begin(connection, await read_erasure(connection, ref.erasure_id))

    async def _begin(self, connection: AsyncConnection, row: ErasureRow) -> ErasureBegun:
        if row.subject is None:
            return ErasureBegun()
        mine = await requests_of_subject(connection, row.pack, row.subject, lock=True)
        holds = await self._holds(connection, row.pack, row.subject, mine)
        if not holds:
            for request_id in mine:
                await close_for_erasure(connection, request_id)
            return ErasureBegun(requests=len(mine))
        await restrict(connection, mine)
        said = [f"{hold.reason}:{hold.about}" for hold in holds]
        await finish_erasure(connection, row.erasure_id, "deferred", holds=said, certificate=None)
        for request_id in mine:
            record = {"erasure": row.erasure_id, "holds": sorted({hold.reason for hold in holds})}
            await append_audit(connection, request_id, f"{row.erasure_id}#{request_id}#deferred", "erasure", record)
        return ErasureBegun(holds=tuple(said), requests=len(mine))

    async def _holds(self, connection: AsyncConnection, pack: str, subject: str, mine: list[str]) -> list[Hold]:
        kept = await kept_effects(connection, mine)
        statutory = (await self._retention(connection, pack)).statutory
        return [
            *await holds_of_people(connection, pack, subject, mine),
            *holds_of_effects(kept, statutory, datetime.now(UTC)),
        ]

    async def _retention(self, connection: AsyncConnection, pack: str) -> Retention:
        """What the version says that most new requests get. Raises UnknownVersion where none is active."""
        return (await self._companies.prepare(connection, pack))[0].manifest.retention

    @activity.defn(name="end_workflows")
    async def end_workflows(self, ref: ErasureRef) -> None:
        """End the workflows of the customer's requests and have their histories deleted."""
        async with self._database.begin() as connection:
            row = await read_erasure(connection, ref.erasure_id)
            mine = (
                [] if row.subject is None else await requests_of_subject(connection, row.pack, row.subject, lock=False)
            )
        for request_id in mine:
            await self._end_workflow(request_id)

    async def _end_workflow(self, request_id: str) -> None:
        try:
            await self._client.get_workflow_handle(request_id).terminate(reason=REASON)
        except RPCError as error:
            if error.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION):
                raise
        await delete_histories(self._client, request_id)

    @activity.defn(name="erase_customer")
    async def erase_customer(self, ref: ErasureRef) -> None:
        """Make every request unreadable, each in its own transaction; then destroy the customer's key."""
        async with self._database.begin() as connection:
            row = await read_erasure(connection, ref.erasure_id)
            mine = (
                [] if row.subject is None else await requests_of_subject(connection, row.pack, row.subject, lock=False)
            )
        for request_id in mine:
            async with self._database.begin() as connection:
                await self._erase(connection, request_id, ref.erasure_id, "asked for")
        await self._wait_for_writes_under_way()
        await self._erase_rests(ref)
        if row.subject is None:
            return
        async with self._database.begin() as connection:
            await forget_subject(connection, row.pack, row.subject)

    async def _wait_for_writes_under_way(self) -> None:
        """Until every transaction that may have written before the erasure has ended: later ones are refused.

        Statements end within seconds. A transaction that goes on (a backup) is not waited for: `look_again` comes.
        """
        async with self._database.begin() as connection:
            newest = await newest_transaction(connection)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            async with self._database.begin() as connection:
                if await oldest_transaction(connection) >= newest:
                    return
            await asyncio.sleep(POLL)

    @activity.defn(name="look_again")
    async def look_again(self, ref: ErasureRef) -> ErasureOutcome:
        """Erase what was still written of the erased requests by calls that were under way when it was certified."""
        found = await self._erase_rests(ref)
        return ErasureOutcome(state="erased", found=found)

    async def _erase_rests(self, ref: ErasureRef) -> tuple[str, ...]:
        """Each request in its own transaction; what was found stands in its audit trail and in the log."""
        async with self._database.begin() as connection:
            erased = await erased_by(connection, ref.erasure_id)
        found: set[str] = set()
        for request_id in erased:
            async with self._database.begin() as connection:
                late = await erase_rests(connection, request_id)
                if late:
                    record: dict[str, Any] = {"erasure": ref.erasure_id, "reason": "written afterwards", "tables": late}
                    key = f"{ref.erasure_id}#{request_id}#late{datetime.now(UTC).timestamp():.0f}"
                    await append_audit(connection, request_id, key, "erasure", record)
            found.update(late)
        if found:
            log.warning("written_after_erasure", erasure_id=ref.erasure_id, tables=sorted(found))
        return tuple(sorted(found))

    async def _erase(self, connection: AsyncConnection, request_id: str, by: str, reason: str) -> None:
        changed = await erase_request(connection, request_id)
        record: Mapping[str, Any] = {"erasure": by, "reason": reason, "rows": changed}
        await append_audit(connection, request_id, f"{by}#{request_id}#erased", "erasure", dict(record))

    @activity.defn(name="certify_erasure")
    async def certify_erasure(self, ref: ErasureRef) -> ErasureOutcome:
        """Look for anything that can still be read; certify that there is nothing, or say where it is."""
        async with self._database.begin() as connection:
            row = await read_erasure(connection, ref.erasure_id)
            if row.state == "erased":
                return ErasureOutcome(state="erased")
            erased = await erased_by(connection, ref.erasure_id)
            found = await readable_rests(connection, erased)
            found += await self._left_of(connection, row)
            state = "unverified" if found else "erased"
            certificate = {"requests": erased, "found": found, "at": datetime.now(UTC).isoformat(timespec="seconds")}
            await finish_erasure(connection, ref.erasure_id, state, holds=[], certificate=certificate)
        if found:
            log.error("erasure_unverified", erasure_id=ref.erasure_id, tables=found)
        return ErasureOutcome(state=state, found=tuple(found))

    async def _left_of(self, connection: AsyncConnection, row: ErasureRow) -> list[str]:
        if row.subject is None:
            return []
        left = await requests_of_subject(connection, row.pack, row.subject, lock=False)
        keyed = await has_key(connection, row.pack, row.subject)
        named = await rows_of_customer(connection, row.pack, row.subject)
        return ["requests"] * bool(left) + ["data_keys"] * keyed + named

    @activity.defn(name="apply_retention")
    async def apply_retention(self, given: RetentionRound) -> RetentionDone:
        """Erase what the pack has kept long enough and nothing holds; name the deferred erasures to try again."""
        async with self._database.begin() as connection:
            keep = (await self._retention(connection, given.pack)).closed_requests
            due = await requests_due(connection, given.pack, keep, after=given.after, limit=AT_ONCE)
            again = [] if given.after else await deferred_erasures(connection, given.pack)
        erased = sum([await self._retire(given.pack, request_id) for request_id in due])
        return RetentionDone(erased=erased, last=due[-1] if due else "", due_again=tuple(again))

    async def _retire(self, pack: str, request_id: str) -> int:
        async with self._database.begin() as connection:
            subject = await subject_of(connection, request_id)
            if await self._holds(connection, pack, subject, [request_id]):
                return 0
            await close_for_erasure(connection, request_id)
            await self._erase(connection, request_id, "retention", "kept long enough")
        await self._end_workflow(request_id)
        return 1


async def delete_histories(client: Client, request_id: str) -> None:
    """Have Temporal delete every run of the request's workflow: the newest by its name, since lists lag behind."""
    newest = WorkflowExecution(workflow_id=request_id)
    listed = [run.run_id async for run in client.list_workflows(f'WorkflowId = "{request_id}"')]
    for run in (newest, *(WorkflowExecution(workflow_id=request_id, run_id=run_id) for run_id in listed)):
        given = DeleteWorkflowExecutionRequest(namespace=client.namespace, workflow_execution=run)
        with contextlib.suppress(RPCError):  # it is gone already, or goes with the namespace's retention
            await client.workflow_service.delete_workflow_execution(given)
