"""What does the controlled path do in this step? It speaks, proposes a call for the guards, or comes to its end."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity

from activities.check_flow_words import FlowWords, check_flow_words
from activities.companies import Companies
from activities.hide_answers import hide_answers
from activities.name_sources import tell_contradiction
from activities.replies import notice_for, reply_body, reply_writes
from activities.run_flow import CallResult, FlowCall, FlowMove, FlowPosition, FlowRun, begin_flow
from activities.scene import Scene, read_scene
from activities.show_card import card_event
from contracts.flow import CallStep, GatherStep
from contracts.ids import entry_key, message_entry_key
from contracts.reply_parts import Buttons, ReplyPart
from contracts.steps import AdvanceFlow, Thought
from contracts.verdict import ReplyVerdict
from governance.reply_parts import show_media
from storage.audit import append_audit
from storage.database import Database
from storage.entries import Entry
from storage.sets import show_set
from storage.step_writes import NewEvent, StepWrites, write_step
from storage.vault import Vault

_SPEAKING: Final = frozenset(("asks", "calls", "ended"))


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
        stood = _position(scene, given.flow)
        position = stood or begin_flow(given.flow, flow)
        if position.called is not None and scene.open_set is not None:
            return await self._point_to_card(connection, scene, given)
        message = _message(scene, given)
        run = FlowRun(
            flow, position, _given(scene, given), message, fresh=bool(message) and (given.step == 1 or stood is None)
        )
        proposed = move = run.advance(*_came_back(scene, position))
        if move.kind == "calls":
            move = await hide_answers(connection, self._vault, given.ref.request_id, move, scene.pack.tools)
            if move is not proposed:
                scene = replace(scene, known=await self._vault.known_values(connection, given.ref.request_id))
        words = check_flow_words(scene, move) if move.kind in _SPEAKING else FlowWords()
        thought, writes = await _come_to(connection, scene, given, move, words)
        over = thought.outcome == "withheld" or move.kind in ("ended", "hand_over", "digressed")
        state = None if over else move.position.model_dump(mode="json")
        if state is not None and move.kind == "calls":
            state["called"] = _call_id(given)
        last = {"step": [given.ref.turn, given.step], "thought": thought.model_dump(mode="json")}
        stands = StepWrites(columns={"flow": {"position": state, "last": last}})
        await write_step(connection, given.ref.request_id, writes.then(stands))
        return thought

    async def _point_to_card(self, connection: AsyncConnection, scene: Scene, given: AdvanceFlow) -> Thought:
        """The customer wrote something else while a confirmation is open: it stands, and is shown to them again.

        Only a later message answers what they see then. Repeating changes nothing: a yes that came meanwhile answers
        the card that it saw.
        """
        wording, stored = scene.wording, scene.open_set
        answer = _reply(given, wording.confirm_again, notice=notice_for(scene.request, wording))
        reply = reply_writes(answer, done_at=scene.cost_micro)
        if stored is None or stored.state != "pending":
            await write_step(connection, given.ref.request_id, reply)
            return Thought(outcome="replied")
        card = NewEvent(type="confirm", data=card_event(stored))
        if await write_step(connection, given.ref.request_id, StepWrites(events=(card,)).then(reply)):
            await show_set(connection, stored.set_id, scene.request.next_inbox)
        return Thought(outcome="replied", shown_set=stored.set_id)


async def _come_to(
    connection: AsyncConnection, scene: Scene, given: AdvanceFlow, move: FlowMove, words: FlowWords
) -> tuple[Thought, StepWrites]:
    """What the move comes to, and what it leaves behind beside where the flow stands."""
    if words.withheld is not None:
        return await _withhold(connection, given, words.withheld)
    notice, parts = notice_for(scene.request, scene.wording), _parts(scene, move)
    answer = _reply(given, words.text, words.sources, notice, parts)
    match move.kind:
        case "asks":
            return Thought(outcome="replied", asks=True), reply_writes(answer, asks=True, done_at=scene.cost_micro)
        case "calls":
            said = (_reply(given, words.text, words.sources),) if words.text else ()
            proposed = (_proposal(given, n, call) for n, call in enumerate(move.calls))
            return Thought(outcome="acts", calls=len(move.calls)), StepWrites((*said, *proposed))
        case "ended":
            last = reply_writes(answer, done_at=scene.cost_micro) if words.text else StepWrites()
            return Thought(outcome="ended"), last
        case "digressed":
            return Thought(outcome="escalates", reason=move.reason), StepWrites()
        case "hand_over":
            return Thought(outcome="wants_person", reason=move.reason), StepWrites()


def _position(scene: Scene, flow: str) -> FlowPosition | None:
    stored = (scene.request.flow or {}).get("position")
    if not stored or stored.get("flow") != flow:
        return None
    return FlowPosition.model_validate(stored)


def _message(scene: Scene, given: AdvanceFlow) -> str:
    if given.ref.stimulus.kind != "message":
        return ""
    key = message_entry_key(given.ref.stimulus.key)
    return next((str(entry.body["text"]) for entry in scene.transcript if entry.entry_key == key), "")


def _given(scene: Scene, given: AdvanceFlow) -> dict[str, JsonValue]:
    request, today = scene.request, scene.now.date()
    customer: dict[str, JsonValue] = {"assurance": request.assurance, "customer_id": request.customer_id}
    days: dict[str, JsonValue] = {"today": today.isoformat(), "tomorrow": (today + timedelta(days=1)).isoformat()}
    return {"customer": customer, **days, "contradictions": _contradictions(scene, given.ref.turn)}


def _contradictions(scene: Scene, turn: int) -> list[JsonValue]:
    """Those that a reading of this turn takes part in: what was asked before was told before."""
    now = f"flow_{turn}_"
    return [
        {"subject": one.subject, "type": one.type, "text": tell_contradiction(scene.pack, one)}
        for one in scene.contradictions
        if any(statement.fact.call_id.startswith(now) for statement in one.statements)
    ]


def _came_back(scene: Scene, position: FlowPosition) -> tuple[CallResult, ...]:
    """What the calls that the flow waits for came to, in their order."""
    if position.called is None:
        return ()
    match scene.pack.flows[position.flow].step(position.at):
        case CallStep(tool=tool):
            return (_result_of(scene, position.called, tool),)
        case GatherStep(reads=reads):
            return tuple(_result_of(scene, _numbered(position.called, n), one.tool) for n, one in enumerate(reads))
        case _:
            return ()


def _result_of(scene: Scene, call: str, tool: str) -> CallResult:
    """What one call came to; after a confirmation, the result of the set's write."""
    observed = _observation(scene, call)
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


def _numbered(call: str, n: int) -> str:
    """The id of the step's n-th call, from 0."""
    return f"{call}_{n}" if n else call


async def _withhold(
    connection: AsyncConnection, given: AdvanceFlow, verdict: ReplyVerdict
) -> tuple[Thought, StepWrites]:
    """Nothing of it is said: what is missing is noted and recorded as with a model's reply."""
    turn, step, request_id = given.ref.turn, given.step, given.ref.request_id
    note = {"code": verdict.code, "detail": verdict.detail}
    entry = Entry(entry_key=entry_key(turn, step, 60), turn=turn, step=step, n=60, kind="note", body=note)
    record = {"verdict": verdict.outcome, "code": verdict.code, "turn": turn, "step": step, "flow": given.flow}
    await append_audit(connection, request_id, f"{request_id}#flow{turn}.{step}", "reply_withheld", record)
    return Thought(outcome="withheld", reason=verdict.code, beyond_repair=True), StepWrites((entry,))


def _parts(scene: Scene, move: FlowMove) -> tuple[ReplyPart, ...]:
    """What is shown with a flow's words: the pack's media, and the answers that a question offers."""
    offered = (Buttons(choices=move.choices),) if move.choices else ()
    return (*show_media(move.show, scene.pack.media), *offered)


def _reply(
    given: AdvanceFlow,
    text: str,
    sources: tuple[str, ...] = (),
    notice: str = "",
    parts: tuple[ReplyPart, ...] = (),
) -> Entry:
    turn, step = given.ref.turn, given.step
    body = reply_body(text, "agent", notice=notice, sources=sources, parts=parts)
    return Entry(entry_key=entry_key(turn, step, 40), turn=turn, step=step, n=40, kind="reply", body=body)


def _proposal(given: AdvanceFlow, n: int, call: FlowCall) -> Entry:
    turn, step = given.ref.turn, given.step
    arguments = json.dumps(call.arguments, ensure_ascii=False)  # so that names learned later are found in it
    body = {"call_id": _numbered(_call_id(given), n), "name": call.tool, "arguments": arguments}
    return Entry(entry_key=entry_key(turn, step, n), turn=turn, step=step, n=n, kind="call", body=body)
