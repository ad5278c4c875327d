"""What happens in one case? A request of real messages, reads and writes, step by step through the activities."""

import json
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import update
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.call_model import CallModelActivity
from contracts.ids import new_secret_id
from contracts.pack import Channel
from contracts.principal import Assurance, Principal
from contracts.request import Decision, OpenSet, StartRequest, Stimulus
from contracts.steps import (
    CallModel,
    DecideSet,
    GuardCalls,
    Guarded,
    InvokeTool,
    ReportSet,
    Thought,
    ToolOutcome,
    TurnRef,
)
from evals.attack.chain import Chain
from evals.attack.scripted_model import Call, ScriptedModel
from governance.budget import Budget
from storage.effect_tables import effects, facts
from storage.entries import read_step, read_transcript
from storage.events import events_after
from storage.inbox import mark_processed, unprocessed_messages
from storage.requests import read_request, update_request
from workers.gateway.accept import add_message, open_request
from workers.gateway.first_message import FirstMessage
from workflows.memory import Memory

TRIES = 3
"""How often a call without an answer is tried again, as Temporal would."""

PATIENCE = timedelta(seconds=30)
"""Within which an activity ends with all its attempts."""


class CaseBroken(Exception):
    """The case itself cannot be played: one of its own reads failed. Never a verdict on a guard."""


async def run_activity[Given, Outcome](
    method: Callable[[Given], Coroutine[object, object, Outcome]], given: Given
) -> Outcome:
    """Run an activity as a worker would, in an activity's context."""
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, schedule_to_close_timeout=PATIENCE)
    return await environment.run(method, given)


@dataclass
class Play:
    """One request. `customer` None is a visitor; `passages` are in every prompt."""

    chain: Chain
    pack: str
    customer: str | None = None
    channel: Channel = "web"
    passages: tuple[str, ...] = ()
    assurance: Assurance | None = None
    request_id: str = ""
    turn: int = 0
    step: int = 0
    plan: tuple[str, ...] = ()
    model: ScriptedModel = field(default_factory=ScriptedModel)
    failed: list[str] = field(default_factory=list[str])
    others: list["Play"] = field(default_factory=list["Play"])
    """Conversations of the same customer that came before."""

    def __post_init__(self) -> None:
        """Give this request a model of its own."""
        clients = self.chain.clients
        self._thinker = CallModelActivity(
            clients.database,
            clients.vault,
            clients.companies,
            self.model,
            budget=Budget(daily_micro=0),
            default_is_free=True,
            metrics=self.chain.metrics,
        )
        self._stimulus = Stimulus(kind="message")

    @property
    def ref(self) -> TurnRef:
        """The turn that the next activity works for."""
        return TurnRef(request_id=self.request_id, turn=self.turn, stimulus=self._stimulus)

    # --- what the customer does --------------------------------------------------------------------------------------

    async def say(self, text: str) -> None:
        """Write a message: accepted, tokenised and put into the transcript, as the gateway and a turn do it."""
        service, pack = self.chain.service, self.chain.pack(self.pack)
        message_id = new_secret_id("message")
        if self.request_id:
            async with service.database.begin() as connection:
                row = await read_request(connection, self.request_id)
            assert row is not None
            await add_message(service, row, pack, message_id=message_id, text=text)
        else:
            caller = Principal(subject=self.customer, role="customer" if self.customer else "visitor", pack=self.pack)
            first = FirstMessage(pack, self.channel, caller, message_id, text, key=f"key-{message_id}")
            self.request_id = (await open_request(service, first)).row.request_id
            await self._set_assurance()
        await self._take_up()

    async def _set_assurance(self) -> None:
        """A one-time code, or a lower assurance, is what some cases begin with."""
        if self.assurance is not None:
            async with self.chain.service.database.begin() as connection:
                await update_request(connection, self.request_id, assurance=self.assurance)

    async def _take_up(self) -> None:
        """Begin the turn that answers the message."""
        async with self.chain.service.database.begin() as connection:
            (arrived,) = await unprocessed_messages(connection, self.request_id)
            await mark_processed(connection, self.request_id, arrived.message_key, "processed")
        self.turn, self.step = self.turn + 1, 0
        self._stimulus = Stimulus(kind="message", key=arrived.message_key, seq=arrived.seq)
        await run_activity(self.chain.understand.classify, self.ref)

    async def decide(self, open_set: OpenSet, decision: Literal["confirm", "decline"]) -> OpenSet:
        """Decide on a set as the workflow's update handler does, and write the decision."""
        return await self._take(open_set, decision, self.customer or "visitor", "customer")

    async def approve(self, open_set: OpenSet, by: str) -> OpenSet:
        """An approver with the right role says yes at the desk."""
        return await self._take(open_set, "approve", by, open_set.approval_role or "supervisor")

    async def _take(
        self, open_set: OpenSet, decision: Literal["confirm", "decline", "approve"], by: str, role: str
    ) -> OpenSet:
        memory = Memory(StartRequest(request_id=self.request_id, pack=self.pack, pack_digest="", channel=self.channel))
        memory.open_set = open_set
        taken = Decision(set_id=open_set.set_id, digest=open_set.digest, decision=decision, by=by, role=role)
        if not memory.decide(taken, datetime.now(UTC)).accepted:
            return open_set
        return await self._write_decision(memory.open_set)

    async def _write_decision(self, decided: OpenSet | None) -> OpenSet:
        assert decided is not None
        assert decided.state not in ("pending", "awaiting_code")
        given = DecideSet(
            ref=self.ref,
            set_id=decided.set_id,
            state=decided.state,
            by=decided.decided_by or "",
            approval_role=decided.approval_role if decided.asked_approver else None,
            approved_by=decided.approved_by,
            expires_at=decided.expires_at,
        )
        stored = await run_activity(self.chain.sets.decide_set, given)
        return stored.model_copy(update={"asked_approver": decided.asked_approver})

    # --- what the model does, and what becomes of it -----------------------------------------------------------------

    async def think(self, calls: Sequence[Call] = (), text: str = "") -> Thought:
        """One model call that answers with these calls, or this text; a plan first where tools are not planned yet."""
        self.step += 1
        self.model.will_answer(calls, text)
        given = CallModel(ref=self.ref, step=self.step, tier="planner", route="planner", passages=self.passages)
        thought = await run_activity(self._thinker.call_model, given)
        if thought.plan is not None:
            self.plan = tuple(step.tool for step in thought.plan if step.tool)
        return thought

    async def make_plan(self, *tools: str) -> None:
        """Commit to these tools, and to those planned before; just think again where there are none."""
        wanted = tuple(dict.fromkeys((*self.plan, *tools)))
        steps = [
            {"id": f"s{n}", "title": tool, "tool": tool, "depends_on": list[str](), "tier": "fast"}
            for n, tool in enumerate(wanted, 1)
        ]
        plan = json.dumps({"goal": "What the customer wants", "steps": steps})
        await self.think([Call("make_plan", plan)])

    async def propose(self, *calls: Call) -> Guarded:
        """Have the model make these calls and the guards judge them; allowed reads are carried out."""
        await self.think(calls)
        given = GuardCalls(ref=self.ref, step=self.step, plan_tools=self.plan)
        guarded = await run_activity(self.chain.guard.guard_calls, given)
        for call in guarded.calls:
            if call.allowed and call.kind == "read":
                given = InvokeTool(ref=self.ref, step=self.step, index=call.index, tool=call.tool)
                outcome = await self._invoke(given)
                self.failed += [outcome.code] if outcome.status != "done" else []
        return guarded

    async def read(self, tool: str, **arguments: object) -> Any:
        """One read that must succeed: its result as the model sees it. Raises CaseBroken."""
        seen = await self.try_reading(tool, **arguments)
        if "result" not in seen:
            raise CaseBroken(f"{tool} {arguments!r}: {seen!r}")
        return seen["result"]

    async def try_reading(self, tool: str, **arguments: object) -> Any:
        """One read, and what the model sees of it: a result or an error."""
        await self.propose(Call(tool, json.dumps(arguments)))
        async with self.chain.service.database.begin() as connection:
            entries = await read_step(connection, self.request_id, self.turn, self.step)
        return next(json.loads(entry.body["output"]) for entry in entries if entry.kind == "observation")

    async def carry_out(self, decided: OpenSet) -> list[ToolOutcome]:
        """All writes of a decided set in order, as the workflow does; after a refusal those before are undone."""
        done: list[str] = []
        outcomes: list[ToolOutcome] = []
        for effect in decided.effects if decided.state == "confirmed" else ():
            outcomes.append(await self.write(effect))
            if outcomes[-1].status != "done":
                self.failed.append(outcomes[-1].code)
            if outcomes[-1].status == "uncertain":
                break
            if outcomes[-1].status != "done":
                for undone in reversed(done):
                    await self.write(undone, "compensation")
                break
            done.append(effect)
        self.step += 1
        told = "confirmed" if decided.state == "confirmed" else "void"
        report = ReportSet(ref=self.ref, step=self.step, set_id=decided.set_id, decision=told)
        await run_activity(self.chain.sets.report_set, report)
        return outcomes

    async def write(self, effect_id: str, purpose: Literal["call", "compensation"] = "call") -> ToolOutcome:
        """Send one effect."""
        return await self._invoke(InvokeTool(ref=self.ref, step=self.step, effect_id=effect_id, purpose=purpose))

    async def _invoke(self, given: InvokeTool) -> ToolOutcome:
        for attempt in range(TRIES):
            try:
                return await run_activity(self.chain.invoke.invoke_tool, given)
            except ApplicationError as error:
                if error.non_retryable or attempt == TRIES - 1:
                    return ToolOutcome(status="refused", code=error.type or "failed")
        raise AssertionError("unreachable")

    # --- what time does ----------------------------------------------------------------------------------------------

    async def age_facts(self, minutes: int) -> None:
        """Everything that this request has read was read so much earlier."""
        older = facts.c.as_of - timedelta(minutes=minutes)
        async with self.chain.service.database.begin() as connection:
            await connection.execute(update(facts).where(facts.c.request_id == self.request_id).values(as_of=older))

    async def let_authority_lapse(self) -> None:
        """The time is over within which confirmed writes may begin."""
        mine = effects.c.request_id == self.request_id
        async with self.chain.service.database.begin() as connection:
            await connection.execute(update(effects).where(mine).values(authorised_until=self.long_ago()))

    @staticmethod
    def long_ago() -> datetime:
        """A time at which nothing of today was valid any more."""
        return datetime.now(UTC) - timedelta(hours=1)

    # --- what the request holds --------------------------------------------------------------------------------------

    async def contains(self, values: Sequence[str]) -> list[str]:
        """Which of these values stand anywhere in the request: in its transcript, its events or behind its tokens."""
        if not values or not self.request_id:
            return []
        async with self.chain.service.database.begin() as connection:
            transcript = await read_transcript(connection, self.request_id)
            events = await events_after(connection, self.request_id, 0)
            tokens = await self.chain.clients.vault.values_of(connection, self.request_id)
        told = json.dumps([entry.body for entry in transcript if entry.kind != "call"], ensure_ascii=False)
        everything = " ".join([told, str([event.data for event in events]), *tokens.values()])
        return [value for value in values if value in everything]

    async def released(self, values: Sequence[str]) -> list[str]:
        """Which of these values stand in what was released to the customer."""
        if not values:
            return []
        async with self.chain.service.database.begin() as connection:
            events = await events_after(connection, self.request_id, 0)
        told = " ".join(str(event.data.get("text", "")) for event in events if event.type.startswith("reply."))
        return [value for value in values if value in told]
