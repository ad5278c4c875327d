"""What does the runtime itself say and note: the pack's wordings, handing over, the turn's record, the close?"""

from typing import Any

import structlog
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity

from activities.companies import Companies
from activities.replies import notice_for, reply_body, reply_writes
from contracts.errors import NotReady
from contracts.ids import entry_key
from contracts.reply_parts import Buttons
from contracts.request import HolderChanged
from contracts.steps import Closed, CloseRequest, HandOver, RecordTurn, Say, Thought, TurnRef
from contracts.template import fill_text
from contracts.voice import Wording
from storage.audit import append_audit
from storage.calls import abandon_calls
from storage.database import Database
from storage.desk import URGENT, HandoffRow, change_holder, give_reason, holder_is_told, put_handoff
from storage.effects import effects_of
from storage.entries import Entry, read_transcript
from storage.events import append_event
from storage.inbox import unprocessed_messages
from storage.requests import RequestRow, read_request, update_request
from storage.sets import open_set_of
from storage.step_writes import NewEvent, StepWrites, write_step
from storage.turns import TurnSoFar, lock_turn, read_turn, record_turn
from storage.unsettled import unsettled_effects

log = structlog.get_logger(__name__)

_HANDING_OVER = {
    "emergency": "emergency",
    "self_harm": "self_harm",
    "contradiction": "contradiction",
    "model_down": "model_down",
    "effect_uncertain": "uncertain",
    "answer_contradicts": "uncertain",
    "compensation_failed": "half_done",
}
"""What the customer is told by the reason of the handoff; everybody else that a colleague goes on."""

SHOWN: dict[str, str] = {
    "waiting_for_code": "waiting_for_code",
    "waiting_for_customer": "idle",
    "waiting_for_confirmation": "waiting_for_confirmation",
    "waiting_for_approval": "waiting_for_approval",
    "waiting_for_person": "waiting_for_person",
    "waiting_for_company": "waiting_for_company",
}


class RuntimeActivities:
    """Activities `say`, `hand_over`, `record_turn` and `close_request`."""

    def __init__(self, database: Database, companies: Companies) -> None:
        self._database = database
        self._companies = companies

    @activity.defn(name="say")
    async def say(self, given: Say) -> None:
        """Say one of the pack's wordings, while the agent holds the request."""
        async with self._database.begin() as connection:
            locked = await lock_turn(connection, given.ref.request_id, given.ref.turn)
            if locked.request.holder == "agent":
                role = await self._title_of(connection, locked.request, given.role)
                await self._speak(connection, locked, given.ref, given.step, given.wording, role=role)
        self._database.waker.wake(given.ref.request_id)

    async def _speak(
        self,
        connection: AsyncConnection,
        locked: TurnSoFar,
        ref: TurnRef,
        step: int,
        wording: str,
        then: str = "",
        *,
        role: str = "colleague",
    ) -> None:
        """Say a wording, and `then` behind it; a question that was open stays open."""
        request = locked.request
        words = await self._wording_of(connection, request)
        said = fill_text(_text(words, wording), {"role": role})
        offers = wording == "clarify" and words.clarify_choices
        parts = (Buttons(choices=words.clarify_choices),) if offers else ()
        body = reply_body(f"{said} {then}".rstrip(), "runtime", notice=notice_for(request, words), parts=parts)
        entry = Entry(entry_key=entry_key(ref.turn, step, 40), turn=ref.turn, step=step, n=40, kind="reply", body=body)
        still_open = StepWrites(columns={"open_question": request.open_question})
        writes = reply_writes(entry, done_at=locked.cost_micro).then(still_open)
        await write_step(connection, request.request_id, writes)

    async def _wording_of(self, connection: AsyncConnection, request: RequestRow) -> Wording:
        """The pack's words; ours where its version cannot be read: handing over to a person must always work."""
        try:
            return (await self._companies.of(connection, request)).pack.wording(request.locale)
        except NotReady as error:
            log.error("version_unreadable", request_id=request.request_id, error=type(error).__name__)
            return Wording()

    async def _title_of(self, connection: AsyncConnection, request: RequestRow, role: str | None) -> str:
        """How customers know a role of the pack."""
        if role is None:
            return "colleague"
        roles = (await self._companies.of(connection, request)).pack.manifest.roles
        return roles[role].title.lower() if role in roles else role

    @activity.defn(name="resume")
    async def resume(self, given: Say) -> Thought:
        """After a person: `replied` where the open question was put again, `planned` where the agent must think on."""
        ref = given.ref
        async with self._database.begin() as connection:
            locked = await lock_turn(connection, ref.request_id, ref.turn)
            request = locked.request
            spoken = [
                entry
                for entry in await read_transcript(connection, ref.request_id)
                if entry.kind in ("message", "reply")
            ]
            if spoken and spoken[-1].kind == "message":
                return Thought(outcome="planned")
            if await open_set_of(connection, ref.request_id) is None and request.open_question is None:
                return Thought(outcome="planned" if request.plan else "ended")
            if request.holder == "agent":
                await self._speak(connection, locked, ref, given.step, given.wording, request.open_question or "")
        self._database.waker.wake(ref.request_id)
        return Thought(outcome="replied", asks=request.open_question is not None)

    @activity.defn(name="hand_over")
    async def hand_over(self, given: HandOver) -> HolderChanged:
        """Queue the request at the desk with its whole state, and tell the customer; repeating it changes nothing.

        A person who has taken it over keeps it, and is given the reason; of a danger the customer is told all the same.
        """
        ref = given.ref
        async with self._database.begin() as connection:
            for heard in await abandon_calls(connection, ref.request_id, ref.turn, given.step):
                await append_event(connection, ref.request_id, "reply.retract", {"turn": ref.turn, "call": heard})
            locked = await lock_turn(connection, ref.request_id, ref.turn)
            request = locked.request
            if request.holder != "agent":
                if await _give_reason(connection, request, given) and given.reason in URGENT:
                    await self._speak(connection, locked, ref, given.step, _HANDING_OVER[given.reason])
                self._database.waker.wake(ref.request_id)
                return HolderChanged(epoch=request.epoch, holder=request.holder)
            await self._speak(connection, locked, ref, given.step, _HANDING_OVER.get(given.reason, "handoff_waiting"))
            epoch = await change_holder(connection, ref.request_id, epoch=request.epoch, holder="desk", by=None)
            if epoch is None:
                return HolderChanged(epoch=request.epoch, holder=request.holder)
            await holder_is_told(connection, ref.request_id, epoch)
            summary = await _summary(connection, request)
            row = HandoffRow(
                request_id=ref.request_id,
                epoch=epoch,
                pack=request.pack,
                reason=given.reason,
                state="waiting",
                summary=summary,
            )
            await put_handoff(connection, row)
            event = {"state": "waiting", "reason": given.reason, "epoch": epoch, "who": None}
            await append_event(connection, ref.request_id, "handoff", event)
            record = {"reason": given.reason, "epoch": epoch, "turn": ref.turn}
            await append_audit(connection, ref.request_id, f"{ref.request_id}#handoff{epoch}", "handoff", record)
        self._database.waker.wake(ref.request_id)
        return HolderChanged(epoch=epoch, holder="desk")

    @activity.defn(name="record_turn")
    async def record_turn(self, given: RecordTurn) -> None:
        """Transcript, audit and usage of the turn in one transaction; the message counts as processed.

        A request that was closed over the turn's head, as an erasure does, stays closed. It is locked first only where
        it has changed between being read and being written.
        """
        ref = given.ref
        try:
            async with self._database.single() as connection:
                recorded = await self._record(connection, await read_turn(connection, ref.request_id, ref.turn), given)
            if not recorded:
                async with self._database.begin() as connection:
                    await self._record(connection, await lock_turn(connection, ref.request_id, ref.turn), given)
        except LookupError:
            return
        self._database.waker.wake(ref.request_id)

    async def _record(self, connection: AsyncConnection, turn: TurnSoFar, given: RecordTurn) -> bool:
        waits = given.status == "waiting_for_company"
        text = (await self._wording_of(connection, turn.request)).waiting_for_company if waits else ""
        shown = {"state": SHOWN.get(given.status, "idle"), "text": text}
        return await record_turn(connection, turn, given, NewEvent(type="status", data=shown))

    @activity.defn(name="close_request")
    async def close_request(self, given: CloseRequest) -> Closed:
        """Close under the request's row lock, unless a message waits or an effect is unsettled."""
        async with self._database.begin() as connection:
            request = await read_request(connection, given.request_id, lock=True)
            if request is None or request.status == "closed":
                return Closed(closed=True)
            if request.holder != "agent":
                return Closed(closed=False, because="held")
            pending = await unprocessed_messages(connection, given.request_id)
            if pending:
                return Closed(closed=False, because="messages", pending=tuple(pending))
            if await unsettled_effects(connection, given.request_id):
                return Closed(closed=False, because="effects")
            await update_request(
                connection, given.request_id, status="closed", outcome=given.outcome, closed_at=func.now()
            )
            record = {
                "outcome": given.outcome,
                "intent": request.intent,
                "effects": await _effects(connection, request),
            }
            await append_audit(connection, given.request_id, f"{given.request_id}#closed", "closed", record)
            await append_event(connection, given.request_id, "closed", {"outcome": given.outcome})
        self._database.waker.wake(given.request_id)
        return Closed(closed=True)


def _text(wording: Wording, name: str) -> str:
    return str(getattr(wording, name))


async def _summary(connection: AsyncConnection, request: RequestRow) -> dict[str, Any]:
    """What a person must know at a glance, from state; personal values as tokens."""
    current = await open_set_of(connection, request.request_id)
    return {
        "intent": request.intent,
        "route": request.route,
        "goal": request.goal,
        "plan": request.plan,
        "open_question": request.open_question,
        "open_set": current.set_id if current else None,
        "effects": await _effects(connection, request),
    }


async def _give_reason(connection: AsyncConnection, request: RequestRow, given: HandOver) -> bool:
    if not await give_reason(connection, request.request_id, given.reason, await _summary(connection, request)):
        return False
    key = f"{request.request_id}#reason{request.epoch}.{given.reason}"
    record = {"reason": given.reason, "epoch": request.epoch, "turn": given.ref.turn}
    await append_audit(connection, request.request_id, key, "handoff", record)
    return True


async def _effects(connection: AsyncConnection, request: RequestRow) -> list[dict[str, Any]]:
    return [
        {"tool": effect.tool, "state": effect.state, "problem": (effect.problem or {}).get("code")}
        for effect in await effects_of(connection, request.request_id)
    ]
