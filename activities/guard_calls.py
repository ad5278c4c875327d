"""May the calls of this step run? Every verdict is recorded; the writes form one set, shown first where it must be."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity

from activities.companies import Companies, InForce
from activities.finish_call import FIRST_OBSERVATION
from activities.form_set import SetFormer, set_id_of
from activities.hide_answers import hide_proposed
from activities.metrics import Metrics
from activities.scene import Scene, read_scene
from contracts.facts import Fact
from contracts.ids import entry_key
from contracts.steps import GuardCalls, Guarded, GuardedCall
from contracts.verdict import Verdict
from governance.approvers import NobodyApproves, choose_approval
from governance.canonical import canonical_bytes, keyed_digest
from governance.computed import Known
from governance.guard_chain import CallProposal, GuardContext, guard_call
from governance.judged_call import JudgedCall
from governance.rights import Rights
from governance.sums import Spent, add_spent
from governance.taint import foreseen_tools
from governance.validate_arguments import parse_arguments
from storage.audit import NewRecord, append_audits
from storage.database import Database
from storage.entries import Entry, put_entry
from storage.sets import keep_guarded, read_set
from storage.sums import spent_within
from storage.vault import Vault

NOT_COMPANY = frozenset({"make_plan", "request_planner", "request_person"})


@dataclass(frozen=True)
class Proposed:
    """One proposed call: its place among the step's calls, its id, and what it asks for."""

    index: int
    call_id: str
    tool: str
    arguments: str


class GuardCallsActivity:
    """Activity `guard_calls`. `secret` keys digests and confirmation codes."""

    def __init__(self, database: Database, vault: Vault, companies: Companies, secret: bytes, metrics: Metrics) -> None:
        self._database = database
        self._vault = vault
        self._companies = companies
        self._former = SetFormer(vault, secret)
        self._metrics = metrics

    @activity.defn(name="guard_calls")
    async def guard_calls(self, given: GuardCalls) -> Guarded:
        """Judge every call of the step, in order; deny by default. Repeating it gives the same answer."""
        ref = given.ref
        async with self._database.begin() as connection:
            scene = await read_scene(connection, self._vault, self._companies, ref.request_id, ref.turn, lock=True)
            proposals = proposals_of(scene, ref.turn, given.step)
            stored = await _answer_before(connection, scene, given, proposals)
            if stored is not None:
                return stored
            if scene.request.holder != "agent":
                return Guarded(held=True)
            if await hide_proposed(connection, self._vault, scene, _parsed(proposals)):
                scene = await read_scene(connection, self._vault, self._companies, ref.request_id, ref.turn)
                proposals = proposals_of(scene, ref.turn, given.step)
            policies = await self._companies.in_force(connection, scene.request, scene.activation)
            judged = await self._judge(connection, scene, given, proposals, policies)
            guarded = await self._settle(connection, scene, given, judged, policies)
        if guarded.open_set is not None:
            self._database.waker.wake(ref.request_id)
        return guarded

    async def _judge(
        self,
        connection: AsyncConnection,
        scene: Scene,
        given: GuardCalls,
        proposals: list[Proposed],
        policies: InForce | None,
    ) -> list[tuple[Proposed, JudgedCall]]:
        context = (
            None if policies is None else await self._context(connection, scene, given, proposals, policies.rights)
        )
        judged: list[tuple[Proposed, JudgedCall]] = []
        earlier: list[str] = []
        spent = tuple(context.spent) if context is not None else ()
        for proposal in proposals:
            call = (
                guard_call(
                    CallProposal(tool=proposal.tool, arguments=proposal.arguments),
                    replace(context, earlier_writes=tuple(earlier), spent=spent),
                )
                if context is not None
                else no_policies(proposal)
            )
            contract = scene.pack.tools.get(proposal.tool)
            if contract is not None and contract.is_write and not call.verdict.stops:
                earlier.append(proposal.tool)
                spent = add_spent(spent, contract, call.arguments)
            judged.append((proposal, call))
            self._metrics.judged(scene.pack.name, call, known=contract is not None)
        key = await self._former.key_of(connection, scene)
        records = [_record(scene, given, one, call, keyed_digest(one.arguments, key)) for one, call in judged]
        await append_audits(connection, given.ref.request_id, records)
        return judged

    async def _context(
        self, connection: AsyncConnection, scene: Scene, given: GuardCalls, proposals: list[Proposed], rights: Rights
    ) -> GuardContext:
        """What the guards know."""
        represented = represented_by(scene.facts, scene.request.customer_id)
        return GuardContext(
            pack=scene.pack.name,
            contracts=scene.pack.tools,
            acting=scene.request.acting,
            rights=rights,
            now=datetime.now(UTC),
            intent=scene.request.intent,
            switches=scene.switches,
            plan_tools=None if given.plan_tools is None else frozenset(given.plan_tools),
            facts=scene.facts,
            customer_words=scene.customer_words,
            tokens=scene.tokens,
            represented=represented,
            foreseen=_foreseen(scene, given),
            shown=last_answer(scene),
            time_zone=scene.pack.manifest.time_zone,
            can_step_up=scene.pack.manifest.step_up is not None,
            spent=await self._spent(connection, scene, proposals),
            contradictions=scene.contradictions,
            policy_context={"represents": list[JsonValue](sorted(represented))},
        )

    async def _spent(self, connection: AsyncConnection, scene: Scene, proposals: list[Proposed]) -> list[Spent]:
        """What counts towards the limits of the tools that this step proposes."""
        names = dict.fromkeys(one.tool for one in proposals if one.tool in scene.pack.tools)
        return [row for name in names for row in await spent_within(connection, scene.request, scene.pack.tools[name])]

    async def _settle(
        self,
        connection: AsyncConnection,
        scene: Scene,
        given: GuardCalls,
        judged: list[tuple[Proposed, JudgedCall]],
        policies: InForce | None,
    ) -> Guarded:
        """Reads may run; the step's writes stand or fall together: one refused, none is offered."""
        tools = scene.pack.tools
        writes = [(p, j) for p, j in judged if p.tool in tools and tools[p.tool].is_write]
        broken = any(call.verdict.stops for _, call in writes)
        approval = None
        try:
            approval = choose_approval([(tools[p.tool], j) for p, j in writes], scene.pack.manifest.roles)
        except NobodyApproves:
            broken = True
        calls = tuple(_guarded_call(p, j, is_write=(p, j) in writes, broken=broken) for p, j in judged)
        refused = 0
        for (proposal, call), verdict in zip(judged, calls, strict=True):
            if not verdict.allowed:
                refused += 1
                await put_observation(connection, given, proposal, _refusal(call))
        if not writes or broken or policies is None:
            return Guarded(calls=calls, refused=refused)
        allowed = [(p.tool, j) for p, j in writes]
        open_set = await self._former.form(connection, scene, given, allowed, approval, policy_epoch=policies.epoch)
        waiting = "executing" if open_set.state == "confirmed" else "awaiting_confirmation"
        for proposal, _ in writes:
            await put_observation(connection, given, proposal, {"status": waiting, "set_id": open_set.set_id})
        guarded = Guarded(calls=calls, open_set=open_set, refused=refused)
        await keep_guarded(connection, open_set.set_id, guarded.model_dump(mode="json"))
        return guarded


def _guarded_call(proposal: Proposed, call: JudgedCall, *, is_write: bool, broken: bool) -> GuardedCall:
    return GuardedCall(
        index=proposal.index,
        tool=proposal.tool[:64],
        kind="write" if is_write else "read",
        allowed=not call.verdict.stops and not (is_write and broken),
        code=call.verdict.code,
    )


def last_answer(scene: Scene) -> str:
    """What the agent last told the customer."""
    replies = (str(entry.body.get("text", "")) for entry in reversed(scene.transcript) if entry.kind == "reply")
    return next(replies, "")


def known_of(scene: Scene) -> Known:
    """What the runtime computes arguments from."""
    today = scene.now.astimezone(ZoneInfo(scene.pack.manifest.time_zone)).date()
    return Known(scene.facts, scene.customer_words, last_answer(scene), today)


def no_policies(proposal: Proposed) -> JudgedCall:
    """The denial of everything where no version of the pack is active."""
    detail = "No policies are in force, so nothing is allowed."
    verdict = Verdict(guard="rights", outcome="deny", code="no_policies", detail=detail)
    return JudgedCall(tool=proposal.tool, verdicts=(verdict,))


def _refusal(call: JudgedCall) -> dict[str, JsonValue]:
    if call.verdict.stops:
        return call.observation
    detail = "The writes of this response stand or fall together, and they cannot be offered together."
    advice = "Correct the one that was refused; where none was, nobody here may approve them: ask for a person."
    return {"error": {"code": "set_refused", "detail": detail, "advice": advice}}


def proposals_of(scene: Scene, turn: int, step: int) -> list[Proposed]:
    """The company calls of a step, numbered among all calls of it."""
    entries = [one for one in scene.transcript if (one.turn, one.step, one.kind) == (turn, step, "call")]
    return [
        Proposed(index, entry.body["call_id"], entry.body["name"], entry.body["arguments"])
        for index, entry in enumerate(entries)
        if entry.body["name"] not in NOT_COMPANY
    ]


def _parsed(proposals: list[Proposed]) -> list[tuple[str, Mapping[str, JsonValue]]]:
    """Tool and arguments of each call whose arguments are an object."""
    parsed = ((one.tool, parse_arguments(one.arguments).value) for one in proposals)
    return [(tool, value) for tool, value in parsed if isinstance(value, dict)]


async def _answer_before(
    connection: AsyncConnection, scene: Scene, given: GuardCalls, proposals: list[Proposed]
) -> Guarded | None:
    """What was answered to an earlier attempt of this step, which its set keeps: only writes form one."""
    tools = scene.pack.tools
    if not any(one.tool in tools and tools[one.tool].is_write for one in proposals):
        return None
    stored = await read_set(connection, set_id_of(given))
    return None if stored is None or stored.guarded is None else Guarded.model_validate(stored.guarded)


def _foreseen(scene: Scene, given: GuardCalls) -> frozenset[str] | None:
    """Tools that were planned before others' text was read; None where none was, or where the pack's flow acts."""
    if given.plan_tools is None or not scene.tainted:
        return None
    return foreseen_tools((scene.request.plan or {}).get("steps", []))


def represented_by(facts: list[Fact], customer_id: str | None) -> frozenset[str]:
    """Customers for whom the principal may act, by authoritative reads of the principal's own record."""
    return frozenset(
        str(fact.value) for fact in facts if fact.type == "represented_customer" and fact.owner == customer_id
    )


async def put_observation(
    connection: AsyncConnection, given: GuardCalls, proposal: Proposed, observation: dict[str, Any]
) -> None:
    """Store what the model is told of a call that does not run (now)."""
    n = FIRST_OBSERVATION + proposal.index
    entry = Entry(
        entry_key=entry_key(given.ref.turn, given.step, n),
        turn=given.ref.turn,
        step=given.step,
        n=n,
        kind="observation",
        body={"call_id": proposal.call_id, "output": canonical_bytes(observation).decode()},
    )
    await put_entry(connection, given.ref.request_id, entry)


def _record(scene: Scene, given: GuardCalls, proposal: Proposed, call: JudgedCall, arguments_digest: str) -> NewRecord:
    record = {
        "turn": given.ref.turn,
        "step": given.step,
        "tool": proposal.tool[:64],
        "verdicts": [verdict.model_dump(mode="json") for verdict in call.verdicts],
        "sources": [source.model_dump(mode="json") for source in call.sources],
        "arguments_digest": arguments_digest,
        "pack": scene.pack.digest,
    }
    key = f"{given.ref.request_id}/t{given.ref.turn}.{given.step}#guard{proposal.index}"
    return NewRecord(key, "guard", record)
