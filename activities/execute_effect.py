"""How does a write happen exactly once? T2 before sending, T3 after, and what a retry does with an unanswered send."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal, cast

from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio.exceptions import ApplicationError

from activities.metrics import Metrics
from activities.report_effect import SKEW, EffectLedger
from activities.scene import Scene, read_scene
from activities.send_request import Answered, Sent, Unmade
from activities.systems import Systems
from contracts.steps import InvokeTool, ToolOutcome
from contracts.template import fill_value
from contracts.tool import SumLimit, ToolContract
from contracts.values import JsonObject
from governance.canonical import canonical_bytes
from governance.contradictions import find_disputed
from governance.guard_chain import CONTRADICTED
from governance.pointers import find_values
from governance.resolve_arguments import resolve_arguments
from governance.validate_arguments import validate_result
from governance.write_set import fill_holes
from storage.audit import append_audit
from storage.effects import (
    EffectRow,
    Obstacle,
    Sending,
    begin_resending,
    begin_sending,
    change_effect,
    database_now,
    effects_of_step,
    find_obstacle,
    read_effect,
)
from storage.facts import read_facts
from storage.sets import read_set
from storage.sums import first_over_limit


class EffectExecutor:
    """Executes intended effects under the ledger's compare-and-set."""

    def __init__(self, systems: Systems, metrics: Metrics) -> None:
        self._systems = systems
        self._metrics = metrics
        self._ledger = EffectLedger(systems)

    async def execute(self, given: InvokeTool) -> ToolOutcome:
        """Bring one effect to its end. Raises ApplicationError, retryable, while that cannot be said yet."""
        async with self._systems.database.begin() as connection:
            scene = await self._scene(connection, given)
            effect = await read_effect(connection, given.effect_id)
        outcome = await self._bring_to_end(scene, effect)
        self._metrics.invoked(effect.tool, "write" if given.purpose == "call" else given.purpose, outcome)
        return outcome

    async def _bring_to_end(self, scene: Scene, effect: EffectRow) -> ToolOutcome:
        contract = scene.pack.tools[effect.tool]
        if effect.state == "executing":
            return await self._recover(scene, contract, effect)
        if effect.state == "intended":
            return await self._send_first(scene, contract, effect)
        return self._ledger.outcome_of(contract, effect)

    async def _scene(self, connection: AsyncConnection, given: InvokeTool) -> Scene:
        systems = self._systems
        return await read_scene(connection, systems.vault, systems.companies, given.ref.request_id, given.ref.turn)

    async def _send_first(self, scene: Scene, contract: ToolContract, effect: EffectRow) -> ToolOutcome:
        """T2: take the right to send, commit, then send the stored bytes."""
        async with self._ledger.locked(effect.request_id) as connection:
            if await self._is_disputed(connection, scene, effect):
                return await self._withdraw(connection, effect, CONTRADICTED)
            try:
                stored = canonical_bytes(await self._filled(connection, effect))
            except KeyError:  # the write before it gave no result that fills this one
                await self._ledger.change(connection, effect, "withdraw", problem={"code": "hole_unfilled"})
                return ToolOutcome(status="not_sent", code="hole_unfilled")
            over = await self._over_limit(connection, scene, contract, effect)
            if over is not None:
                return await self._end_unsent(connection, effect, "over_limit")
            sending = await begin_sending(
                connection, effect.effect_id, effect.digest, stored, budget=contract.overlay.timeout
            )
            if sending is None:
                return await self._end_unsent(connection, effect, await find_obstacle(connection, effect.effect_id))
            await self._ledger.tell(connection, effect, contract, "started")
        self._systems.database.waker.wake(effect.request_id)
        return await self._send(scene, contract, effect, stored, sending)

    async def _over_limit(
        self, connection: AsyncConnection, scene: Scene, contract: ToolContract, effect: EffectRow
    ) -> SumLimit | None:
        """The last look at the sums, under their lock; undoing is never held back."""
        if effect.compensates is not None or not contract.overlay.limits:
            return None
        decided = await read_set(connection, effect.set_id) if effect.set_id is not None else None
        role = decided.approval_role if decided is not None and decided.state == "confirmed" else None
        return await first_over_limit(connection, scene.request, contract, [effect], role)

    async def _filled(self, connection: AsyncConnection, effect: EffectRow) -> JsonObject:
        """The arguments with every hole filled by the validated results of the set's earlier writes.

        A hole names a tool, which tells one call only where that tool was called once before this: else nothing fills.
        """
        siblings = await effects_of_step(connection, effect.request_id, effect.turn, effect.step)
        earlier = [row for row in siblings if row.ordinal < effect.ordinal and row.set_id == effect.set_id]
        calls = Counter(row.tool for row in earlier)
        results = {row.tool: row.result for row in earlier if row.result is not None and calls[row.tool] == 1}
        return fill_holes(cast("JsonObject", effect.arguments), cast("JsonObject", results))

    async def _end_unsent(
        self, connection: AsyncConnection, effect: EffectRow, why: Obstacle | Literal["over_limit"]
    ) -> ToolOutcome:
        """T2 said no: somebody else is sending, or the right to send is gone, and the ledger says through what."""
        if why == "taken":
            raise ApplicationError("another attempt is sending", type="tool.taken", next_retry_delay=SKEW)
        return await self._withdraw(connection, effect, why)

    async def _is_disputed(self, connection: AsyncConnection, scene: Scene, effect: EffectRow) -> bool:
        """Whether systems have come to disagree about anything that this set depends on; undoing waits for nobody."""
        if effect.compensates is not None:
            return False
        now = replace(scene, facts=await read_facts(connection, effect.request_id))
        siblings = await effects_of_step(connection, effect.request_id, effect.turn, effect.step)
        return any(find_disputed(now.contradictions, cast("JsonObject", row.arguments)) is not None for row in siblings)

    async def _withdraw(self, connection: AsyncConnection, effect: EffectRow, code: str) -> ToolOutcome:
        if not await change_effect(connection, effect.effect_id, "withdraw", problem={"code": code}):
            raise ApplicationError("another attempt is sending", type="tool.taken", next_retry_delay=SKEW)
        record = {"effect": effect.effect_id, "tool": effect.tool, "outcome": "not_sent", "why": code}
        await append_audit(connection, effect.request_id, f"{effect.effect_id}#not_sent", "effect", record)
        return ToolOutcome(status="not_sent", code=code)

    async def _send(
        self, scene: Scene, contract: ToolContract, effect: EffectRow, stored: bytes, sending: Sending
    ) -> ToolOutcome:
        resolved = resolve_arguments(contract, json.loads(stored), scene.tokens)
        sent: Sent = Unmade("value_missing")
        if not resolved.unknown:
            sent = await self._systems.send(
                contract,
                cast("JsonObject", resolved.tree),
                scene.request,
                now=sending.now,
                until=sending.send_until,
                idempotency_key=effect.effect_id,
            )
        return await self._ledger.report(contract, effect, sending, sent)

    async def _recover(self, scene: Scene, contract: ToolContract, effect: EffectRow) -> ToolOutcome:
        """An earlier attempt sent and never reported: wait out its time, then ask or repeat, never guess."""
        now = await self._now()
        left = (effect.send_until or now) + SKEW - now
        if left > timedelta(0):
            raise ApplicationError("an earlier send may still arrive", type="tool.unanswered", next_retry_delay=left)
        overlay = contract.overlay
        if _still_idempotent(contract, effect, now):
            return await self._send_again(scene, contract, effect)
        if overlay.read_back is not None:
            found = await self._read_back(scene, contract, effect)
            if found is not None:
                async with self._ledger.locked(effect.request_id) as connection:
                    await self._ledger.succeed(connection, contract, effect, "find", found)
                return ToolOutcome(status="done", follow_up=self._ledger.follow_up(contract, effect.effect_id))
            if overlay.token_expiry_enforced:
                return await self._send_again(scene, contract, effect)
        return await self._ledger.lose(effect.request_id, effect.effect_id)

    async def _now(self) -> datetime:
        async with self._systems.database.begin() as connection:
            return await database_now(connection)

    async def _send_again(self, scene: Scene, contract: ToolContract, effect: EffectRow) -> ToolOutcome:
        """The same key and the same bytes, as the next attempt."""
        async with self._ledger.locked(effect.request_id) as connection:
            sending = await begin_resending(
                connection, effect.effect_id, effect.attempt, budget=contract.overlay.timeout, skew=SKEW
            )
        if sending is None:
            raise ApplicationError("another attempt is sending", type="tool.taken", next_retry_delay=SKEW)
        return await self._send(scene, contract, effect, effect.sent or b"{}", sending)

    async def _read_back(self, scene: Scene, contract: ToolContract, effect: EffectRow) -> Answered | None:
        """What the system's own records say of this write, or None. Raises ApplicationError when it cannot be read."""
        read_back = contract.overlay.read_back
        assert read_back is not None
        reader = scene.pack.tools[read_back.tool]
        written = cast("JsonObject", json.loads(effect.sent)) if effect.sent else effect.arguments  # its holes filled
        filled = cast("JsonObject", fill_value(read_back.arguments, {**written, "idempotency_key": effect.effect_id}))
        arguments = cast("JsonObject", resolve_arguments(reader, filled, scene.tokens).tree)
        now = datetime.now(UTC)
        sent = await self._systems.send(
            reader, arguments, scene.request, now=now, until=now + reader.overlay.timeout, idempotency_key=None
        )
        if isinstance(sent, Answered) and sent.status == 404:
            return None
        kept = isinstance(sent, Answered) and sent.succeeded and validate_result(reader, sent.body, sent.status)
        if not isinstance(sent, Answered) or not kept or not kept.verdict.allowed:
            raise ApplicationError(f"{reader.name} does not answer", type="tool.unanswered")
        found = list(find_values(sent.body, read_back.found)) if read_back.found else [((), sent.body)]
        return replace(sent, body=found[0][1]) if found and found[0][1] else None


def _still_idempotent(contract: ToolContract, effect: EffectRow, now: datetime) -> bool:
    """Whether the system, by the pack's word, still remembers this effect's key when a repetition arrives last."""
    rule, latest = contract.overlay.idempotency, now + contract.overlay.timeout + SKEW
    return rule is not None and effect.sent_at is not None and latest < effect.sent_at + rule.ttl
