"""What does the controlled path do in this step? It speaks, proposes a call for the guards, or comes to its end."""

import json
from typing import Any

from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity

from activities.companies import Companies
from activities.hide_answers import hide_answers
from activities.replies import put_reply
from activities.run_flow import CallResult, FlowMove, FlowPosition, FlowRun, begin_flow
from activities.scene import Scene, read_scene
from contracts.ids import entry_key, message_entry_key
from contracts.request import AdvanceFlow, Thought
from storage.database import Database
from storage.entries import Entry, put_entry
from storage.requests import update_request
from storage.vault import Vault


class AdvanceFlowActivity:
    """Activity `advance_flow`."""

    def __init__(self, database: Database, vault: Vault, companies: Companies) -> None:
        self._database = database
        self._vault = vault
        self._companies = companies

    @activity.defn(name="advance_flow")
    async def advance_flow(self, given: AdvanceFlow) -> Thought:
        """One stretch of the flow. A repeated step returns what its entries say, and moves the flow no further."""
        ref = given.ref
        async with self._database.begin() as connection:
            scene = await read_scene(connection, self._vault, self._companies, ref.request_id, ref.turn, lock=True)
            stored = (scene.request.flow or {}).get("last", {})
            if stored.get("step") == [ref.turn, given.step]:
                return Thought.model_validate(stored["thought"])
            if scene.request.holder != "agent":
                return Thought(outcome="lost")
            thought = await self._move(connection, scene, given)
        self._database.waker.wake(ref.request_id)
        return thought

    async def _move(self, connection: AsyncConnection, scene: Scene, given: AdvanceFlow) -> Thought:
        flow = scene.pack.flows[given.flow]
        position = _position(scene, given.flow) or begin_flow(given.flow, flow)
        if position.called is not None and scene.open_set is not None:
            return await self._point_to_card(connection, scene, given)
        message = _message(scene, given)
        run = FlowRun(flow, position, _given(scene), message, fresh=bool(message) and given.step == 1)
        move = run.advance(_came_back(scene, position, _tool_at(scene, position)))
        if move.kind == "calls" and (contract := scene.pack.tools.get(move.tool)) is not None:
            move = await hide_answers(connection, self._vault, given.ref.request_id, move, contract)
        thought = await self._carry_out(connection, given, move)
        over = move.kind in ("ended", "hand_over", "digressed")
        state = None if over else move.position.model_dump(mode="json")
        if state is not None and move.kind == "calls":
            state["called"] = _call_id(given)
        last = {"step": [given.ref.turn, given.step], "thought": thought.model_dump(mode="json")}
        await update_request(connection, given.ref.request_id, flow={"position": state, "last": last})
        return thought

    async def _point_to_card(self, connection: AsyncConnection, scene: Scene, given: AdvanceFlow) -> Thought:
        """The customer wrote something else while a confirmation is open: it stands, and is shown to them again."""
        await put_reply(
            connection, given.ref.request_id, _reply(given, scene.pack.wording().confirm_prompt), final=True
        )
        return Thought(outcome="replied")

    async def _carry_out(self, connection: AsyncConnection, given: AdvanceFlow, move: FlowMove) -> Thought:
        request_id = given.ref.request_id
        text = " ".join(move.said)
        match move.kind:
            case "asks":
                await put_reply(connection, request_id, _reply(given, text), asks=True, final=True)
                return Thought(outcome="replied", asks=True)
            case "calls":
                if text:
                    await put_reply(connection, request_id, _reply(given, text))
                await put_entry(connection, request_id, _proposal(given, move))
                return Thought(outcome="acts", calls=1)
            case "ended":
                if text:
                    await put_reply(connection, request_id, _reply(given, text), final=True)
                return Thought(outcome="ended")
            case "digressed":
                return Thought(outcome="escalates", reason=move.reason)
            case "hand_over":
                return Thought(outcome="wants_person", reason=move.reason)


def _position(scene: Scene, flow: str) -> FlowPosition | None:
    stored = (scene.request.flow or {}).get("position")
    if not stored or stored.get("flow") != flow:
        return None
    return FlowPosition.model_validate(stored)


def _tool_at(scene: Scene, position: FlowPosition) -> str:
    step = scene.pack.flows[position.flow].step(position.at)
    return str(getattr(step, "tool", ""))


def _message(scene: Scene, given: AdvanceFlow) -> str:
    if given.ref.stimulus.kind != "message":
        return ""
    key = message_entry_key(given.ref.stimulus.key)
    return next((str(entry.body["text"]) for entry in scene.transcript if entry.entry_key == key), "")


def _given(scene: Scene) -> dict[str, JsonValue]:
    request = scene.request
    customer: dict[str, JsonValue] = {"assurance": request.assurance, "customer_id": request.customer_id}
    return {"customer": customer, "today": scene.now.date().isoformat()}


def _came_back(scene: Scene, position: FlowPosition, tool: str) -> CallResult | None:
    """What the call that the flow waits for came to; of a write, confirmed or not in need of it, the set's result."""
    if position.called is None:
        return None
    observed = _observation(scene, position.called)
    if observed is None:
        return CallResult(refused=True)
    if observed.get("status") in ("awaiting_confirmation", "executing"):
        return _decided(scene, tool)
    if "result" in observed:
        return CallResult(result=observed["result"])
    return CallResult(refused=True)


def _decided(scene: Scene, tool: str) -> CallResult:
    for body in reversed(scene.observations):
        seen = json.loads(str(body["output"]))
        for one in seen.get("results", []) if "decision" in seen else []:
            if one["tool"] == tool and one["status"] == "executed":
                return CallResult(result=one.get("result"))
    return CallResult(refused=True)


def _observation(scene: Scene, call_id: str) -> dict[str, Any] | None:
    for body in scene.observations:
        if body["call_id"] == call_id:
            seen = json.loads(str(body["output"]))
            return seen if isinstance(seen, dict) else None
    return None


def _call_id(given: AdvanceFlow) -> str:
    return f"flow_{given.ref.turn}_{given.step}"


def _reply(given: AdvanceFlow, text: str) -> Entry:
    turn, step = given.ref.turn, given.step
    body = {"text": text, "by": "agent", "sources": []}
    return Entry(entry_key=entry_key(turn, step, 40), turn=turn, step=step, n=40, kind="reply", body=body)


def _proposal(given: AdvanceFlow, move: FlowMove) -> Entry:
    turn, step = given.ref.turn, given.step
    arguments = json.dumps(move.arguments)
    body = {"call_id": _call_id(given), "name": move.tool, "arguments": arguments}
    return Entry(entry_key=entry_key(turn, step, 0), turn=turn, step=step, n=0, kind="call", body=body)
