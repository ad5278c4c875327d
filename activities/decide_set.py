"""What becomes of a set of writes once somebody has decided, and what is the model told of it?"""

import json
from datetime import timedelta
from typing import Any

from pydantic import JsonValue
from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity

from contracts.ids import entry_key
from contracts.request import DecideSet, OpenSet, ReportSet
from governance.canonical import canonical_bytes
from storage.audit import append_audit
from storage.database import Database
from storage.effects import EffectRow, authorise_effects, effects_of, withdraw_effects
from storage.entries import Entry, put_entry
from storage.events import append_event
from storage.sets import SetRow, await_approval, decide_set, read_set, void_set

EXECUTE_WITHIN = timedelta(minutes=10)
"""How long after a confirmation its writes may still begin."""

_EVENT_STATE = {"confirmed": "confirmed", "declined": "declined", "void": "void", "expired": "expired"}
_STATUS = {
    "executed": "executed",
    "verified": "executed",
    "compensated": "undone",
    "rejected": "rejected",
    "uncertain": "uncertain",
    "executing": "uncertain",
    "intended": "not_sent",
}


class DecideSetActivities:
    """Activities `decide_set` and `report_set`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="decide_set")
    async def decide_set(self, given: DecideSet) -> OpenSet:
        """Write the decision, once: it authorises the set's effects or ends them. Returns the set as stored."""
        request_id = given.ref.request_id
        async with self._database.begin() as connection:
            if given.state == "awaiting_approval":
                await self._await_approval(connection, given)
            elif await decide_set(connection, given.set_id, given.state, given.by):
                await self._settle(connection, given)
            stored = await read_set(connection, given.set_id)
            assert stored is not None
            effects = await effects_of(connection, request_id, set_id=given.set_id)
        self._database.waker.wake(request_id)
        return _open_set(stored, effects, given.by)

    async def _await_approval(self, connection: AsyncConnection, given: DecideSet) -> None:
        request_id = given.ref.request_id
        if await await_approval(connection, given.set_id, given.by):
            event = {"set_id": given.set_id, "state": "awaited", "role": given.approval_role}
            await append_event(connection, request_id, "approval", event)
            await append_event(connection, request_id, "confirm", {"set_id": given.set_id, "state": "confirmed"})

    async def _settle(self, connection: AsyncConnection, given: DecideSet) -> None:
        request_id = given.ref.request_id
        if given.state == "confirmed":
            until = (await connection.execute(sql_select(func.now()))).scalar_one() + EXECUTE_WITHIN
            await authorise_effects(connection, request_id, given.set_id, given.by, until)
        else:
            await withdraw_effects(connection, request_id, given.set_id, given.state)
        if given.approval_role is not None:
            state = "approved" if given.state == "confirmed" else "denied"
            state = "expired" if given.state == "expired" else state
            event = {"set_id": given.set_id, "state": state, "role": given.approval_role}
            await append_event(connection, request_id, "approval", event)
        else:
            event = {"set_id": given.set_id, "state": _EVENT_STATE[given.state]}
            await append_event(connection, request_id, "confirm", event)
        record = {"set": given.set_id, "state": given.state, "by": given.by}
        await append_audit(connection, request_id, f"{given.set_id}#{given.state}", "decision", record)

    @activity.defn(name="report_set")
    async def report_set(self, given: ReportSet) -> None:
        """An observation with the result of every write; where the price went stale, the confirmation is void."""
        ref = given.ref
        async with self._database.begin() as connection:
            if given.decision == "void":
                await void_set(connection, given.set_id)
                await withdraw_effects(connection, ref.request_id, given.set_id, "void")
                await append_event(connection, ref.request_id, "confirm", {"set_id": given.set_id, "state": "void"})
            effects = await effects_of(connection, ref.request_id, set_id=given.set_id)
            results = [_result(effect) for effect in effects]
            await self._observe(connection, given, results)
        self._database.waker.wake(ref.request_id)

    async def _observe(self, connection: AsyncConnection, given: ReportSet, results: list[dict[str, Any]]) -> None:
        ref, call = given.ref, f"decision_{given.ref.turn}_{given.step}"
        asked = {"call_id": call, "name": "get_decision", "arguments": json.dumps({"set_id": given.set_id})}
        told = canonical_bytes({"decision": given.decision, "results": list[JsonValue](results)}).decode()
        for n, kind, body in ((0, "call", asked), (100, "observation", {"call_id": call, "output": told})):
            key = entry_key(ref.turn, given.step, n)
            entry = Entry.model_validate(
                {"entry_key": key, "turn": ref.turn, "step": given.step, "n": n, "kind": kind, "body": body}
            )
            await put_entry(connection, ref.request_id, entry)


def _result(effect: EffectRow) -> dict[str, Any]:
    told: dict[str, Any] = {"tool": effect.tool, "status": _STATUS[effect.state]}
    if effect.result is not None:
        told["result"] = effect.result
    if effect.problem is not None:
        told["error"] = effect.problem
    return told


def _open_set(stored: SetRow, effects: list[EffectRow], by: str) -> OpenSet:
    return OpenSet.model_validate(
        {
            "set_id": stored.set_id,
            "digest": stored.digest,
            "expires_at": stored.expires_at,
            "state": stored.state,
            "approval_role": stored.approval_role,
            "effects": tuple(effect.effect_id for effect in effects),
            "decided_by": by or None,
        }
    )
