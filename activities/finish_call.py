"""What came of a model call? Entries, plan, reply and outcome are written at once, by its current attempt."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.offered_tools import MAKE_PLAN, REQUEST_PERSON, REQUEST_PLANNER
from activities.plans import JudgedPlan, end_plan, judge_plan, plan_as_shown, store_plan
from activities.replies import asks_something, put_reply, reply_body, sources_of
from activities.speech import Speech
from contracts.ids import call_id, entry_key
from contracts.model_port import Acted, Begun, Finished, FunctionCall, ModelEvent, Reasoning, TextDelta
from contracts.pack import ModelTier
from contracts.request import PlanStep
from contracts.steps import CallModel, Thought
from governance.budget import TokenUsage, call_cost
from storage.audit import append_audit
from storage.calls import Usage, agent_holds, close_call, keep_outcome
from storage.entries import Entry, EntryKind, put_entry

FIRST_OBSERVATION = 100
"""Observations of a step stand behind everything that the model said in it."""


@dataclass(frozen=True)
class CallPlace:
    """Which call this is, which attempt, and which company tools it was offered."""

    given: CallModel
    attempt: int
    offered: frozenset[str]
    writes: frozenset[str] = frozenset()
    """Those of them that change something."""
    titles: Mapping[str, str] = field(default_factory=dict[str, str])
    """How the company calls each."""

    @property
    def call(self) -> str:
        """The call's id."""
        return call_id(self.given.ref.request_id, self.given.ref.turn, self.given.step)

    def entry(self, n: int, kind: EntryKind, body: dict[str, Any]) -> Entry:
        """An entry of this step."""
        turn, step = self.given.ref.turn, self.given.step
        return Entry(entry_key=entry_key(turn, step, n), turn=turn, step=step, n=n, kind=kind, body=body)


@dataclass
class Answer:
    """What the stream brought: the acts in order, and what it cost.

    `started` is a monotonic time in seconds; `asked` and `heard` are characters of the prompt and of the answer;
    `asks` is how often the prompt was sent.
    """

    started: float
    asked: int = 0
    heard: int = 0
    asks: int = 1
    acts: list[Acted] = field(default_factory=list[Acted])
    finished: Finished | None = None
    first_token: float | None = None

    def take(self, event: ModelEvent) -> None:
        """Take the next event of the stream."""
        match event:
            case Begun():
                self.asks = event.asks
                return
            case TextDelta(text=text):
                self.heard += len(text)
            case Acted():
                self.heard += len(event.thought if isinstance(event.item, Reasoning) else event.item.arguments)
                self.acts.append(event)
            case Finished():
                self.finished = event
        self.first_token = self.first_token or time.monotonic()

    @property
    def calls(self) -> list[FunctionCall]:
        """The function calls, in order."""
        return [act.item for act in self.acts if isinstance(act.item, FunctionCall)]

    def usage(self, tier: ModelTier) -> Usage:
        """Tokens, money and time of the call. Tokens that its server does not tell are estimated: four characters each.

        A prompt that was sent twice is paid twice.
        """
        done = self._tokens()
        tokens = TokenUsage(input=done.input_tokens, cached_input=done.cached_tokens, output=done.output_tokens)
        repeated = TokenUsage(input=(self.asks - 1) * self.asked // 4)
        return Usage(
            input_tokens=done.input_tokens,
            cached_tokens=done.cached_tokens,
            output_tokens=done.output_tokens,
            reasoning_tokens=done.reasoning_tokens,
            cost_micro=call_cost(tokens, tier.price) + call_cost(repeated, tier.price),
            first_token_ms=round((self.first_token - self.started) * 1000) if self.first_token else None,
            ms=round((time.monotonic() - self.started) * 1000),
        )

    def _tokens(self) -> Finished:
        if self.finished is not None and self.finished.input_tokens:
            return self.finished
        if self.first_token is None:
            return Finished()
        return Finished(input_tokens=self.asked // 4, output_tokens=self.heard // 4)


async def finish_call(
    connection: AsyncConnection, place: CallPlace, tier: ModelTier, answer: Answer, speech: Speech
) -> Thought:
    """Write what the call came to. `lost` where a person or another attempt has taken over: nothing is said then.

    Closing comes first: only the current attempt may write anything, and locks are taken call first, request second.
    """
    usage = answer.usage(tier)
    if not await close_call(connection, place.call, place.attempt, usage):
        return Thought(outcome="lost")
    if speech.lost or not await agent_holds(connection, place.given.ref.request_id):
        thought = Thought(outcome="lost")
    elif speech.withheld is not None:
        thought = await _withhold(connection, place, speech)
    else:
        thought = await _write_answer(connection, place, tier, answer, speech)
    thought = thought.model_copy(update={"cost_micro": usage.cost_micro})
    await keep_outcome(connection, place.call, thought.model_dump(mode="json"))
    return thought


async def _withhold(connection: AsyncConnection, place: CallPlace, speech: Speech) -> Thought:
    """A sentence had no support: what was said before it stays, the reasons go to the next attempt."""
    verdict = speech.withheld
    assert verdict is not None
    request_id = place.given.ref.request_id
    if speech.text:
        body = reply_body(speech.text, "agent", notice=speech.notice_given, sources=sources_of(speech.verdicts))
        await put_reply(connection, request_id, place.entry(40, "reply", body))
    note = {"code": verdict.code, "detail": verdict.detail}
    await put_entry(connection, request_id, place.entry(60, "note", note))
    record = {"verdict": verdict.outcome, "code": verdict.code, "turn": place.given.ref.turn, "step": place.given.step}
    await append_audit(connection, request_id, f"{place.call}#reply{place.attempt}", "reply_withheld", record)
    return Thought(outcome="withheld", reason=verdict.code, beyond_repair=verdict.outcome != "repair")


async def _write_answer(
    connection: AsyncConnection, place: CallPlace, tier: ModelTier, answer: Answer, speech: Speech
) -> Thought:
    request_id = place.given.ref.request_id
    for n, act in enumerate(answer.acts):
        for entry in _act_entries(place, tier.model, n, act):
            await put_entry(connection, request_id, entry)
    if not answer.calls:
        return await _reply(connection, place, speech)
    if speech.text:
        await _say_beside(connection, place, answer.calls, speech)
    return await _act(connection, place, answer.calls, speech)


async def _say_beside(connection: AsyncConnection, place: CallPlace, calls: list[FunctionCall], speech: Speech) -> None:
    """Words beside calls. Before a confirmation or a person they are the last of the turn: an answer of its own."""
    final = any(call.name == REQUEST_PERSON or call.name in place.writes for call in calls)
    notice = speech.notice if final else speech.notice_given
    parts = speech.parts if final else ()
    body = reply_body(speech.text, "agent", notice=notice, sources=sources_of(speech.verdicts), parts=parts)
    await put_reply(connection, place.given.ref.request_id, place.entry(40, "reply", body), final=final)


def _act_entries(place: CallPlace, model: str, n: int, act: Acted) -> list[Entry]:
    match act.item:
        case Reasoning(item=item):
            entries = [place.entry(n, "reasoning", {"item": item, "model": model})] if item else []
            return [*entries, place.entry(50 + n, "thought", {"text": act.thought})] if act.thought else entries
        case FunctionCall() as call:
            return [place.entry(n, "call", call.model_dump())]


async def _reply(connection: AsyncConnection, place: CallPlace, speech: Speech) -> Thought:
    """The final entry, `done` and `reply.done` are one transaction; only this text enters later grounding."""
    asks = asks_something(speech.text)
    sources = sources_of(speech.verdicts)
    body = reply_body(speech.text, "agent", notice=speech.notice, sources=sources, parts=speech.parts)
    entry = place.entry(40, "reply", body)
    await put_reply(connection, place.given.ref.request_id, entry, asks=asks, final=True)
    ended = await end_plan(connection, place.given.ref.request_id)
    return Thought(outcome="replied", asks=asks, plan=() if ended else None)


async def _act(connection: AsyncConnection, place: CallPlace, calls: list[FunctionCall], speech: Speech) -> Thought:
    """The runtime's own tools are answered here; company tools go to the guards."""
    company = [call for call in calls if call.name not in (MAKE_PLAN, REQUEST_PLANNER, REQUEST_PERSON)]
    plan: tuple[PlanStep, ...] | None = None
    outcome = Thought(outcome="acts", calls=len(company)) if company else Thought(outcome="planned")
    for index, call in enumerate(calls):
        if call.name == MAKE_PLAN:
            judged = judge_plan(call.arguments, place.offered)
            plan = judged.steps or plan
            await _observe_plan(connection, place, index, call, judged, speech)
        elif call.name in (REQUEST_PLANNER, REQUEST_PERSON):
            await _observe(connection, place, index, call, json.dumps({"accepted": True}))
            wanted = "escalates" if call.name == REQUEST_PLANNER else "wants_person"
            outcome = Thought(outcome=wanted, reason="agent_asks")
    return outcome.model_copy(update={"plan": plan})


async def _observe_plan(
    connection: AsyncConnection, place: CallPlace, index: int, call: FunctionCall, judged: JudgedPlan, speech: Speech
) -> None:
    await _observe(connection, place, index, call, judged.observation)
    if judged.plan is not None:
        shown = plan_as_shown(judged.plan, speech.checked, place.titles)
        await store_plan(connection, place.given.ref.request_id, shown)


async def _observe(connection: AsyncConnection, place: CallPlace, index: int, call: FunctionCall, output: str) -> None:
    body = {"call_id": call.call_id, "output": output}
    await put_entry(connection, place.given.ref.request_id, place.entry(FIRST_OBSERVATION + index, "observation", body))
