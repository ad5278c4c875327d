"""What came of a model call? Entries, plan, reply and outcome are written at once, by its current attempt."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.offered_tools import MAKE_PLAN, REQUEST_PERSON, REQUEST_PLANNER
from activities.plans import end_plan, judge_plan, keep_plan, plan_as_shown
from activities.replies import asks_something, reply_body, reply_writes, sources_of
from activities.speech import Speech, switched_off
from contracts.ids import call_id, entry_key
from contracts.model_port import Acted, Begun, Finished, FunctionCall, ModelEvent, Reasoning, TextDelta
from contracts.pack import ModelTier
from contracts.request import PlanStep
from contracts.steps import CallModel, Thought
from contracts.verdict import ReplyVerdict
from governance.budget import TokenUsage, call_cost
from governance.strict_json import write_plainly
from governance.switches import Switches, check_model
from storage.audit import append_audit
from storage.calls import Closing, Usage, add_cost, close_call
from storage.entries import Entry, EntryKind
from storage.requests import RequestRow
from storage.step_writes import StepWrites, write_step

FIRST_OBSERVATION = 100
"""Observations of a step stand behind everything that the model said in it."""


@dataclass(frozen=True)
class CallPlace:
    """Which call this is, which attempt, and which company tools it was offered."""

    given: CallModel
    attempt: int
    pack: str
    offered: frozenset[str]
    writes: frozenset[str] = frozenset()
    """Those of them that change something."""
    titles: Mapping[str, str] = field(default_factory=dict[str, str])
    """How the company calls each."""
    tainted: bool = False
    """Text of somebody else than the customer stands in its prompt."""

    @property
    def call(self) -> str:
        """The call's id."""
        return call_id(self.given.ref.request_id, self.given.ref.turn, self.given.step)

    def entry(self, n: int, kind: EntryKind, body: dict[str, Any]) -> Entry:
        """An entry of this step."""
        turn, step = self.given.ref.turn, self.given.step
        return Entry(entry_key=entry_key(turn, step, n), turn=turn, step=step, n=n, kind=kind, body=body)

    def call_entry(self, n: int, call: FunctionCall) -> Entry:
        """The entry of a tool call, in whose arguments known values are found, however the model escaped them."""
        return self.entry(n, "call", {**call.model_dump(), "arguments": write_plainly(call.arguments)})


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
    usage, request_id = answer.usage(tier), place.given.ref.request_id
    closing = await close_call(connection, place.call, place.attempt, usage)
    if closing is None:
        await add_cost(connection, place.call, place.attempt, usage.cost_micro)
        return Thought(outcome="lost")
    refuse_switched_off(closing.switches, place.pack, place.given.tier, tier.model)
    thought, writes = Thought(outcome="lost"), StepWrites()
    if not speech.lost and closing.request.holder == "agent":
        if speech.withheld is not None:
            thought, writes = await _withhold(connection, place, speech, speech.withheld)
        else:
            thought, writes = _answered(place, tier.model, answer, speech, closing)
    thought = thought.model_copy(update={"cost_micro": usage.cost_micro})
    kept = StepWrites(outcome=(place.call, thought.model_dump(mode="json")))
    await write_step(connection, request_id, writes.then(kept))
    return thought


def refuse_switched_off(switches: Switches, pack: str, tier: str, model: str) -> None:
    """Raise ModelFailed where this model, its tier or the pack is switched off."""
    verdict = check_model(switches, pack, tier, model)
    if not verdict.allowed:
        raise switched_off(verdict.detail)


async def _withhold(
    connection: AsyncConnection, place: CallPlace, speech: Speech, verdict: ReplyVerdict
) -> tuple[Thought, StepWrites]:
    """A sentence had no support: what was said before it stays, the reasons go to the next attempt."""
    body = reply_body(speech.text, "agent", notice=speech.notice_given, sources=sources_of(speech.verdicts))
    said = reply_writes(place.entry(40, "reply", body)) if speech.text else StepWrites()
    note = place.entry(60, "note", {"code": verdict.code, "detail": verdict.detail})
    record = {"verdict": verdict.outcome, "code": verdict.code, "turn": place.given.ref.turn, "step": place.given.step}
    decision = f"{place.call}#reply{place.attempt}"
    await append_audit(connection, place.given.ref.request_id, decision, "reply_withheld", record)
    thought = Thought(outcome="withheld", reason=verdict.code, beyond_repair=verdict.outcome != "repair")
    return thought, said.then(StepWrites((note,)))


def _answered(
    place: CallPlace, model: str, answer: Answer, speech: Speech, closing: Closing
) -> tuple[Thought, StepWrites]:
    acts = StepWrites(tuple(entry for n, act in enumerate(answer.acts) for entry in _act_entries(place, model, n, act)))
    if not answer.calls:
        thought, said = _reply(place, speech, closing)
        return thought, acts.then(said)
    beside = _say_beside(place, answer.calls, speech, closing) if speech.text else StepWrites()
    thought, done = _act(place, answer.calls, speech, closing.request)
    return thought, acts.then(beside, done)


def _say_beside(place: CallPlace, calls: list[FunctionCall], speech: Speech, closing: Closing) -> StepWrites:
    """Words beside calls. Before a confirmation or a person they are the last of the turn: an answer of its own."""
    final = any(call.name == REQUEST_PERSON or call.name in place.writes for call in calls)
    notice = speech.notice if final else speech.notice_given
    parts = speech.parts if final else ()
    body = reply_body(speech.text, "agent", notice=notice, sources=sources_of(speech.verdicts), parts=parts)
    return reply_writes(place.entry(40, "reply", body), done_at=closing.cost_micro if final else None)


def _act_entries(place: CallPlace, model: str, n: int, act: Acted) -> list[Entry]:
    match act.item:
        case Reasoning(item=item):
            entries = [place.entry(n, "reasoning", {"item": item, "model": model})] if item else []
            return [*entries, place.entry(50 + n, "thought", {"text": act.thought})] if act.thought else entries
        case FunctionCall() as call:
            return [place.call_entry(n, call)]


def _reply(place: CallPlace, speech: Speech, closing: Closing) -> tuple[Thought, StepWrites]:
    """The final entry, `done` and `reply.done` are one transaction; only this text enters later grounding."""
    asks = asks_something(speech.text)
    sources = sources_of(speech.verdicts)
    body = reply_body(speech.text, "agent", notice=speech.notice, sources=sources, parts=speech.parts)
    said = reply_writes(place.entry(40, "reply", body), asks=asks, done_at=closing.cost_micro)
    ended = end_plan(closing.request)
    return Thought(outcome="replied", asks=asks, plan=() if ended else None), said.then(ended or StepWrites())


def _act(
    place: CallPlace, calls: list[FunctionCall], speech: Speech, request: RequestRow
) -> tuple[Thought, StepWrites]:
    """The runtime's own tools are answered here; company tools go to the guards."""
    company = [call for call in calls if call.name not in (MAKE_PLAN, REQUEST_PLANNER, REQUEST_PERSON)]
    plan: tuple[PlanStep, ...] | None = None
    outcome = Thought(outcome="acts", calls=len(company)) if company else Thought(outcome="planned")
    writes = StepWrites()
    for index, call in enumerate(calls):
        if call.name == MAKE_PLAN:
            judged = judge_plan(call.arguments, place.offered)
            plan = judged.steps or plan
            writes = writes.then(_observe(place, index, call, judged.observation))
            if judged.plan is not None:
                shown = plan_as_shown(judged.plan, speech.checked, place.titles)
                kept = keep_plan(request, shown, tainted=place.tainted)
                writes, request = writes.then(kept), request.model_copy(update=dict(kept.columns))
        elif call.name in (REQUEST_PLANNER, REQUEST_PERSON):
            writes = writes.then(_observe(place, index, call, json.dumps({"accepted": True})))
            wanted = "escalates" if call.name == REQUEST_PLANNER else "wants_person"
            outcome = Thought(outcome=wanted, reason="agent_asks")
    return outcome.model_copy(update={"plan": plan}), writes


def _observe(place: CallPlace, index: int, call: FunctionCall, output: str) -> StepWrites:
    body = {"call_id": call.call_id, "output": output}
    return StepWrites((place.entry(FIRST_OBSERVATION + index, "observation", body),))
