"""May the calls of this step run? Every verdict is recorded; allowed writes are intended (T1) or shown first."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity

from activities.companies import Companies
from activities.confirmation_card import found_values, words_of_card
from activities.finish_call import FIRST_OBSERVATION
from activities.replies import put_reply
from activities.scene import Scene, read_scene
from contracts.facts import Fact
from contracts.ids import effect_id, entry_key
from contracts.request import GuardCalls, Guarded, GuardedCall, OpenSet
from contracts.tool_schema import drop_absent
from governance.canonical import canonical_bytes
from governance.confirmation import render_confirmation
from governance.effects import effect_digest
from governance.guard_chain import CallProposal, GuardContext, JudgedCall, guard_call
from governance.write_set import ProposedWrite, WriteSet, confirmation_code
from storage.audit import append_audit
from storage.control import policy_epoch, read_switches
from storage.database import Database
from storage.effects import EffectRow, intend_effect, withdraw_effects
from storage.entries import Entry, put_entry, read_step
from storage.events import append_event
from storage.sets import SetRow, decide_set, put_set
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

    def __init__(self, database: Database, vault: Vault, companies: Companies, secret: bytes) -> None:
        self._database = database
        self._vault = vault
        self._companies = companies
        self._secret = secret

    @activity.defn(name="guard_calls")
    async def guard_calls(self, given: GuardCalls) -> Guarded:
        """Judge every call of the step, in order; deny by default. Repeating it gives the same answer."""
        ref = given.ref
        async with self._database.begin() as connection:
            scene = await read_scene(connection, self._vault, self._companies, ref.request_id, ref.turn)
            proposals = await read_proposals(connection, ref.request_id, ref.turn, given.step)
            judged = await self._judge(connection, scene, given, proposals)
            guarded = await self._settle(connection, scene, given, judged)
        self._database.waker.wake(ref.request_id)
        return guarded

    async def _judge(
        self, connection: AsyncConnection, scene: Scene, given: GuardCalls, proposals: list[Proposed]
    ) -> list[tuple[Proposed, JudgedCall]]:
        switches = await read_switches(connection, scene.pack.name)
        represented = represented_by(scene.facts, scene.request.customer_id)
        judged: list[tuple[Proposed, JudgedCall]] = []
        earlier: list[str] = []
        for proposal in proposals:
            context = GuardContext(
                pack=scene.pack.name,
                contracts=scene.pack.tools,
                acting=scene.request.acting,
                rights=scene.company.rights,
                now=datetime.now(UTC),
                intent=scene.request.intent,
                switches=switches,
                plan_tools=None if given.plan_tools is None else frozenset(given.plan_tools),
                facts=scene.facts,
                customer_words=scene.customer_words,
                earlier_writes=tuple(earlier),
                tokens=scene.tokens,
                represented=represented,
                policy_context={"represents": list[JsonValue](sorted(represented))},
            )
            call = guard_call(CallProposal(tool=proposal.tool, arguments=proposal.arguments), context)
            contract = scene.pack.tools.get(proposal.tool)
            if contract is not None and contract.is_write and not call.verdict.stops:
                earlier.append(proposal.tool)
            judged.append((proposal, call))
            await _record(connection, scene, given, proposal, call)
        return judged

    async def _settle(
        self, connection: AsyncConnection, scene: Scene, given: GuardCalls, judged: list[tuple[Proposed, JudgedCall]]
    ) -> Guarded:
        """Reads may run; the step's writes stand or fall together: one refused, none is offered."""
        tools = scene.pack.tools
        writes = [(p, j) for p, j in judged if p.tool in tools and tools[p.tool].is_write]
        broken = any(call.verdict.stops for _, call in writes)
        asks = any(call.needs != "none" for _, call in writes)
        calls: list[GuardedCall] = []
        intended: list[EffectRow] = []
        set_id = (
            f"set-{hashlib.sha256(f'{given.ref.request_id}{given.ref.turn}.{given.step}'.encode()).hexdigest()[:16]}"
        )
        for proposal, call in judged:
            is_write = (proposal, call) in writes
            if call.verdict.stops or (is_write and broken):
                await self._refuse(connection, given, proposal, call)
                calls.append(_guarded(proposal, call, is_write, allowed=False))
                continue
            effect = None
            if is_write:
                effect = await self._intend(
                    connection, scene, given, proposal, call, len(intended) + 1, set_id if asks else None
                )
                intended.append(effect)
            calls.append(_guarded(proposal, call, is_write, allowed=True, effect=effect))
        open_set = None
        if asks and not broken:
            approver = next((call.approver for _, call in writes if call.approver), None)
            open_set = await self._offer(connection, scene, given, set_id, writes, intended, approver)
        refused = sum(not call.allowed for call in calls)
        return Guarded(calls=tuple(calls), open_set=open_set, refused=refused)

    async def _refuse(
        self, connection: AsyncConnection, given: GuardCalls, proposal: Proposed, call: JudgedCall
    ) -> None:
        observation: dict[str, Any] = call.observation
        if not call.verdict.stops:
            detail = "Another write of the same response was refused, so none of them was offered."
            observation = {"error": {"code": "set_refused", "detail": detail}}
        await put_observation(connection, given, proposal, observation)

    async def _intend(
        self,
        connection: AsyncConnection,
        scene: Scene,
        given: GuardCalls,
        proposal: Proposed,
        call: JudgedCall,
        ordinal: int,
        set_id: str | None,
    ) -> EffectRow:
        """T1: the intended effect with its verdicts; a failing audit insert has already undone the transaction."""
        ref = given.ref
        arguments = drop_absent(scene.pack.tools[proposal.tool], call.arguments)
        row = EffectRow(
            effect_id=effect_id(ref.request_id, ref.turn, given.step, ordinal),
            request_id=ref.request_id,
            turn=ref.turn,
            step=given.step,
            ordinal=ordinal,
            tool=proposal.tool,
            arguments=arguments,
            digest=effect_digest(proposal.tool, arguments, self._digest_key(scene)),
            set_id=set_id,
            needs="confirm" if set_id else "none",
            authorised=set_id is None,
            epoch=scene.request.epoch,
            policy_epoch=await policy_epoch(connection, scene.pack.name),
        )
        return await intend_effect(connection, row, [v.model_dump(mode="json") for v in call.verdicts])

    def _digest_key(self, scene: Scene) -> bytes:
        owner = scene.request.customer_id or scene.request.request_id
        return hashlib.sha256(self._secret + owner.encode()).digest()

    async def _offer(
        self,
        connection: AsyncConnection,
        scene: Scene,
        given: GuardCalls,
        set_id: str,
        writes: list[tuple[Proposed, JudgedCall]],
        effects: list[EffectRow],
        approver: str | None,
    ) -> OpenSet:
        """Show the customer exactly these writes; an older open set is void from now on."""
        ref, pack = given.ref, scene.pack
        if scene.open_set is not None and scene.open_set.set_id != set_id:
            await _void(connection, ref.request_id, scene.open_set.set_id)
        bound = WriteSet(
            set_id=set_id,
            writes=tuple(ProposedWrite(tool=row.tool, arguments=row.arguments) for row in effects),
        )
        card = render_confirmation(bound, pack.tools, found_values(scene, bound))
        channel = pack.manifest.channels.get(scene.request.channel)  # type: ignore[call-overload]
        by_code = channel is not None and not channel.buttons
        code = confirmation_code(self._digest_key(scene), set_id, bound.digest) if by_code else None
        expires = datetime.now(UTC) + pack.manifest.limits.confirmation_ttl
        shown = {**card.model_dump(mode="json"), "code": code}
        row = SetRow(
            set_id=set_id,
            request_id=ref.request_id,
            turn=ref.turn,
            step=given.step,
            digest=bound.digest,
            approval_role=approver,
            card=shown,
            expires_at=expires,
        )
        stored = await put_set(connection, row)
        await self._show(connection, scene, given, stored, writes)
        return OpenSet(
            set_id=set_id,
            digest=stored.digest,
            expires_at=stored.expires_at,
            approval_role=approver,
            requester=scene.request.customer_id or "visitor",
            effects=tuple(row.effect_id for row in effects),
        )

    async def _show(
        self,
        connection: AsyncConnection,
        scene: Scene,
        given: GuardCalls,
        row: SetRow,
        writes: list[tuple[Proposed, JudgedCall]],
    ) -> None:
        event = {"set_id": row.set_id, "digest": row.digest, "state": "open", **row.card}
        await append_event(connection, row.request_id, "confirm", {**event, "expires_at": row.expires_at.isoformat()})
        text = words_of_card(scene.pack.wording(), row.card)
        n = FIRST_OBSERVATION - 1
        key, turn, step = entry_key(given.ref.turn, given.step, n), given.ref.turn, given.step
        entry = Entry(entry_key=key, turn=turn, step=step, n=n, kind="reply", body={"text": text, "by": "runtime"})
        await put_reply(connection, row.request_id, entry, final=True)
        for proposal, _ in writes:
            waiting = {"status": "awaiting_confirmation", "set_id": row.set_id}
            await put_observation(connection, given, proposal, waiting)


async def _void(connection: AsyncConnection, request_id: str, set_id: str) -> None:
    if await decide_set(connection, set_id, "void", "runtime:replaced"):
        await withdraw_effects(connection, request_id, set_id, "replaced")
        await append_event(connection, request_id, "confirm", {"set_id": set_id, "state": "void"})


async def read_proposals(connection: AsyncConnection, request_id: str, turn: int, step: int) -> list[Proposed]:
    """The company calls of a step, numbered among all calls of it."""
    entries = [entry for entry in await read_step(connection, request_id, turn, step) if entry.kind == "call"]
    return [
        Proposed(index, entry.body["call_id"], entry.body["name"], entry.body["arguments"])
        for index, entry in enumerate(entries)
        if entry.body["name"] not in NOT_COMPANY
    ]


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


async def _record(
    connection: AsyncConnection, scene: Scene, given: GuardCalls, proposal: Proposed, call: JudgedCall
) -> None:
    record = {
        "turn": given.ref.turn,
        "step": given.step,
        "tool": proposal.tool[:64],
        "verdicts": [verdict.model_dump(mode="json") for verdict in call.verdicts],
        "sources": [source.model_dump(mode="json") for source in call.sources],
        "arguments_digest": hashlib.sha256(proposal.arguments.encode()).hexdigest(),
        "pack": scene.pack.digest,
    }
    key = f"{given.ref.request_id}/t{given.ref.turn}.{given.step}#guard{proposal.index}"
    await append_audit(connection, given.ref.request_id, key, "guard", record)


def _guarded(
    proposal: Proposed, call: JudgedCall, is_write: bool, *, allowed: bool, effect: EffectRow | None = None
) -> GuardedCall:
    return GuardedCall(
        index=proposal.index,
        tool=proposal.tool[:64],
        kind="write" if is_write else "read",
        allowed=allowed,
        code=call.verdict.code,
        effect_id=effect.effect_id if effect else "",
    )
