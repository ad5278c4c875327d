"""What becomes of a set of writes once somebody has decided, and what is the model told of it?"""

import json
from datetime import timedelta
from typing import Any, Literal

from pydantic import JsonValue
from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity

from activities.companies import Companies
from contracts.ids import entry_key
from contracts.request import OpenSet
from contracts.steps import DecideSet, RemindApprovers, ReportSet
from governance.canonical import canonical_bytes
from governance.taint import holds_prose
from storage.audit import append_audit
from storage.database import Database
from storage.effects import EffectRow, authorise_effects, effects_by_id, withdraw_effects
from storage.entries import TAINTED, Entry, put_entry
from storage.events import append_event
from storage.requests import RequestRow, read_request
from storage.sets import (
    OPEN,
    SetRow,
    await_approval,
    decide_set,
    end_set,
    note_approval,
    note_reminder,
    read_set,
)
from storage.sums import first_over_limit

EXECUTE_WITHIN = timedelta(minutes=10)
"""How long after a confirmation its writes may still begin."""

_STATUS = {
    "executed": "executed",
    "verified": "executed",
    "compensated": "undone",
    "rejected": "rejected",
    "uncertain": "uncertain",
    "executing": "uncertain",
    "intended": "not_sent",
}


OVER_LIMIT = "runtime:over_limit"
"""Who voids a set that its tools' sums have no room for any more."""


class DecideSetActivities:
    """Activities `decide_set` and `report_set`."""

    def __init__(self, database: Database, companies: Companies) -> None:
        self._database = database
        self._companies = companies

    @activity.defn(name="decide_set")
    async def decide_set(self, given: DecideSet) -> OpenSet:
        """Write the decision, once: it authorises the set's effects or ends them. Returns the set as stored."""
        request_id = given.ref.request_id
        async with self._database.begin() as connection:
            request = await read_request(connection, request_id, lock=True)
            before = await _stored(connection, given.set_id)
            given = await self._unless_over_limit(connection, request, given, before)
            if given.state == "awaiting_approval":
                await self._await_approval(connection, given, before)
            elif await decide_set(connection, given.set_id, given.state, given.by):
                await self._settle(connection, request, given, before)
            stored = await _stored(connection, given.set_id)
        self._database.waker.wake(request_id)
        return _open_set(stored, given.by)

    async def _unless_over_limit(
        self, connection: AsyncConnection, request: RequestRow | None, given: DecideSet, stored: SetRow
    ) -> DecideSet:
        """A confirmed set counts towards its tools' sums from now on; one that no longer fits is void, before any send.

        Two sets of two requests that fitted when they were shown are told apart here: the second one is void.
        """
        if given.state != "confirmed" or stored.state not in OPEN or request is None:
            return given
        tools = (await self._companies.of(connection, request)).pack.tools
        effects = await effects_by_id(connection, stored.effect_ids)
        role = stored.approval_role if given.approved_by else None
        for name in sorted({effect.tool for effect in effects}):
            mine = [effect for effect in effects if effect.tool == name]
            if await first_over_limit(connection, request, tools[name], mine, role) is not None:
                return given.model_copy(update={"state": "void", "by": OVER_LIMIT})
        return given

    async def _await_approval(self, connection: AsyncConnection, given: DecideSet, stored: SetRow) -> None:
        request_id = given.ref.request_id
        event = {"set_id": given.set_id, "state": "awaited", "role": given.approval_role}
        event |= {"approvers": stored.approvers, "approvals": len(given.approved_by)}
        if await await_approval(connection, given.set_id, given.by, given.expires_at or stored.expires_at):
            await append_event(connection, request_id, "approval", event)
            await append_event(connection, request_id, "confirm", {"set_id": given.set_id, "state": "confirmed"})
        elif given.approved_by and await note_approval(connection, given.set_id, given.approved_by):
            await append_event(connection, request_id, "approval", event)
            record = {"set": given.set_id, "state": "approved_one_more", "by": given.approved_by[-1]}
            key = f"{given.set_id}#approved{len(given.approved_by)}"
            await append_audit(connection, request_id, key, "decision", record)

    @activity.defn(name="remind_approvers")
    async def remind_approvers(self, given: RemindApprovers) -> None:
        """Mark an approval that expires soon, once, for the desk's queue and for whoever follows the request."""
        request_id = given.ref.request_id
        async with self._database.begin() as connection:
            await read_request(connection, request_id, lock=True)
            stored = await _stored(connection, given.set_id)
            if await note_reminder(connection, given.set_id):
                event = {"set_id": given.set_id, "state": "awaited", "role": stored.approval_role, "reminded": True}
                event |= {"approvers": stored.approvers, "approvals": len(stored.approved_by)}
                await append_event(connection, request_id, "approval", event)
        self._database.waker.wake(request_id)

    async def _settle(
        self, connection: AsyncConnection, request: RequestRow | None, given: DecideSet, stored: SetRow
    ) -> None:
        request_id = given.ref.request_id
        if given.state == "confirmed":
            until = (await connection.execute(sql_select(func.now()))).scalar_one() + EXECUTE_WITHIN
            await authorise_effects(connection, request_id, given.set_id, given.by, until)
        else:
            code = "over_limit" if given.by == OVER_LIMIT else given.state
            await withdraw_effects(connection, stored.effect_ids, code)
        if given.approval_role is not None:
            by_customer = given.by == stored.decided_by
            ended = {"confirmed": "approved", "declined": "void" if by_customer else "denied"}
            state = ended.get(given.state, given.state)
            event = {"set_id": given.set_id, "state": state, "role": given.approval_role}
            await append_event(connection, request_id, "approval", event)
        else:
            await append_event(connection, request_id, "confirm", {"set_id": given.set_id, "state": given.state})
        by = _role_or_name(given.by, request)
        record = {"set": given.set_id, "state": given.state, "by": by, "approved_by": list(given.approved_by)}
        await append_audit(connection, request_id, f"{given.set_id}#{given.state}", "decision", record)

    @activity.defn(name="report_set")
    async def report_set(self, given: ReportSet) -> None:
        """An observation with the result of every write; what was not sent by now never will be."""
        ref = given.ref
        async with self._database.begin() as connection:
            await read_request(connection, ref.request_id, lock=True)
            stored = await _stored(connection, given.set_id)
            await withdraw_effects(connection, stored.effect_ids, "set_ended")
            if given.decision in ("void", "declined") and stored.state != given.decision:
                await self._take_back(connection, ref.request_id, given.set_id, given.decision)
            effects = await effects_by_id(connection, stored.effect_ids)
            await self._observe(connection, given, [_result(effect) for effect in effects])
        self._database.waker.wake(ref.request_id)

    async def _take_back(
        self, connection: AsyncConnection, request_id: str, set_id: str, state: Literal["void", "declined"]
    ) -> None:
        """A set that was confirmed, and whose confirmation counts no more."""
        await end_set(connection, set_id, state)
        await append_event(connection, request_id, "confirm", {"set_id": set_id, "state": state})
        record = {"set": set_id, "state": state, "by": "customer" if state == "declined" else "runtime"}
        await append_audit(connection, request_id, f"{set_id}#taken_back", "decision", record)

    async def _observe(self, connection: AsyncConnection, given: ReportSet, results: list[dict[str, Any]]) -> None:
        ref, call = given.ref, f"decision_{given.ref.turn}_{given.step}"
        asked = {"call_id": call, "name": "get_decision", "arguments": json.dumps({"set_id": given.set_id})}
        told = canonical_bytes({"decision": given.decision, "results": list[JsonValue](results)}).decode()
        for n, kind, body in ((0, "call", asked), (100, "observation", {"call_id": call, "output": told})):
            key = entry_key(ref.turn, given.step, n)
            if kind == "observation" and holds_prose(list[JsonValue](results)):
                body = {**body, TAINTED: True}
            entry = Entry.model_validate(
                {"entry_key": key, "turn": ref.turn, "step": given.step, "n": n, "kind": kind, "body": body}
            )
            await put_entry(connection, ref.request_id, entry)


def _result(effect: EffectRow) -> dict[str, Any]:
    unsent = effect.state == "rejected" and effect.never_left
    told: dict[str, Any] = {"tool": effect.tool, "status": "not_sent" if unsent else _STATUS[effect.state]}
    if effect.result is not None:
        told["result"] = effect.result
    if effect.problem is not None:
        told["error"] = effect.problem
    return told


def _role_or_name(by: str, request: RequestRow | None) -> str:
    """Who decided, as the audit trail says it: staff by their name; a customer's id would outlive their erasure."""
    return "customer" if request is not None and by == request.customer_id else by


async def _stored(connection: AsyncConnection, set_id: str) -> SetRow:
    stored = await read_set(connection, set_id)
    if stored is None:
        raise LookupError(f"there is no set {set_id!r}")
    return stored


def _open_set(stored: SetRow, by: str) -> OpenSet:
    return OpenSet.model_validate(
        {
            "set_id": stored.set_id,
            "digest": stored.digest,
            "expires_at": stored.expires_at,
            "state": stored.state,
            "approval_role": stored.approval_role,
            "approvers": stored.approvers,
            "approved_by": stored.approved_by,
            "effects": stored.effect_ids,
            "tools": stored.tools,
            "decided_by": by or None,
        }
    )
