"""How does a write happen exactly once? T2 before sending, T3 after, and what a retry does with an unanswered send."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.plans import mark_step_done
from activities.scene import Scene, read_scene
from activities.send_request import Answered, Lost, Sent, Unsent
from activities.systems import Systems
from activities.take_result import problem_of, take_result
from contracts.request import FollowUp, InvokeTool, ToolOutcome
from contracts.template import fill_value
from contracts.tool import ToolContract
from contracts.values import JsonObject
from governance.canonical import canonical_bytes
from governance.effects import EffectEvent
from governance.personal import resolve_tokens
from governance.pointers import find_values
from governance.validate_arguments import validate_result
from governance.write_set import fill_holes
from storage.audit import append_audit
from storage.effects import (
    EffectRow,
    Sending,
    begin_resending,
    begin_sending,
    change_effect,
    effects_of,
    intend_effect,
    read_effect,
)
from storage.events import append_event

SKEW = timedelta(seconds=1)
"""How long after a token's end a late effect may still appear."""
LONGEST_TRY = 8
"""Attempts after which an unanswered write is left to a person."""


class EffectExecutor:
    """Executes intended effects under the ledger's compare-and-set."""

    def __init__(self, systems: Systems) -> None:
        self._systems = systems

    async def execute(self, given: InvokeTool) -> ToolOutcome:
        """Bring one effect to its end. Raises ApplicationError, retryable, while that cannot be said yet."""
        async with self._systems.database.begin() as connection:
            scene = await self._scene(connection, given)
            effect = await read_effect(connection, given.effect_id)
        contract = scene.pack.tools[effect.tool]
        match effect.state:
            case "executed" | "verified" | "compensated":
                return ToolOutcome(status="done", follow_up=self._follow_up(contract, effect.effect_id))
            case "rejected":
                return self._rejected(contract, effect)
            case "uncertain":
                return ToolOutcome(status="uncertain", code="uncertain")
            case "executing":
                return await self._recover(scene, contract, effect)
            case "intended":
                return await self._send_first(scene, contract, effect)

    async def _scene(self, connection: AsyncConnection, given: InvokeTool) -> Scene:
        systems = self._systems
        return await read_scene(connection, systems.vault, systems.companies, given.ref.request_id, given.ref.turn)

    def _rejected(self, contract: ToolContract, effect: EffectRow) -> ToolOutcome:
        code = str((effect.problem or {}).get("code", "rejected"))
        return ToolOutcome(status="stale" if code in contract.overlay.stale_codes else "refused", code=code)

    async def _send_first(self, scene: Scene, contract: ToolContract, effect: EffectRow) -> ToolOutcome:
        """T2: take the right to send, commit, then send the stored bytes."""
        async with self._systems.database.begin() as connection:
            stored = canonical_bytes(await self._filled(connection, effect))
            sending = await begin_sending(
                connection, effect.effect_id, effect.digest, stored, budget=contract.overlay.timeout
            )
            if sending is not None:
                await self._tell(connection, effect, contract, "started")
        self._systems.database.waker.wake(effect.request_id)
        if sending is None:
            return await self._why_not(effect)
        return await self._send(scene, contract, effect, stored, sending)

    async def _filled(self, connection: AsyncConnection, effect: EffectRow) -> JsonObject:
        """The arguments with every hole filled by the validated results of the set's earlier writes."""
        siblings = await effects_of(connection, effect.request_id, set_id=effect.set_id) if effect.set_id else []
        results = {row.tool: row.result for row in siblings if row.result is not None and row.ordinal < effect.ordinal}
        return fill_holes(cast("JsonObject", effect.arguments), cast("JsonObject", results))

    async def _why_not(self, effect: EffectRow) -> ToolOutcome:
        """T2 said no: somebody else is sending, or the right to send is gone."""
        async with self._systems.database.begin() as connection:
            now = await read_effect(connection, effect.effect_id)
            if now.state != "intended":
                raise ApplicationError("another attempt is sending", type="tool.taken", next_retry_delay=SKEW)
            await change_effect(connection, effect.effect_id, "withdraw", problem={"code": "not_authorised_now"})
            record = {"effect": effect.effect_id, "tool": effect.tool, "outcome": "not_sent"}
            await append_audit(connection, effect.request_id, f"{effect.effect_id}#not_sent", "effect", record)
        return ToolOutcome(status="not_sent", code="not_authorised_now")

    async def _send(
        self, scene: Scene, contract: ToolContract, effect: EffectRow, stored: bytes, sending: Sending
    ) -> ToolOutcome:
        resolved = resolve_tokens(json.loads(stored), scene.tokens)
        if resolved.unknown:
            raise ApplicationError(
                f"{resolved.unknown[0]} is not in the vault", type="vault.missing", non_retryable=True
            )
        sent = await self._systems.send(
            contract,
            cast("JsonObject", resolved.tree),
            scene.request,
            now=sending.now,
            until=sending.send_until,
            idempotency_key=effect.effect_id,
        )
        return await self._report(contract, effect, sending, sent)

    async def _report(self, contract: ToolContract, effect: EffectRow, sending: Sending, sent: Sent) -> ToolOutcome:
        """T3: what came back decides; no answer decides nothing."""
        if isinstance(sent, Unsent):
            async with self._systems.database.begin() as connection:
                await change_effect(connection, effect.effect_id, "prove_unsent")
            return await self._later(effect, contract, timedelta(seconds=1), "tool.unreachable")
        if isinstance(sent, Lost) or not (sent.succeeded or sent.refused):
            now = datetime.now(UTC)
            return await self._later(effect, contract, max(sending.send_until + SKEW - now, SKEW), "tool.unanswered")
        async with self._systems.database.begin() as connection:
            outcome = await self._settle(connection, contract, effect, sent)
        self._systems.database.waker.wake(effect.request_id)
        return outcome

    async def _later(self, effect: EffectRow, contract: ToolContract, wait: timedelta, code: str) -> ToolOutcome:
        """Try again after `wait`; after too many tries the effect is left to a person."""
        if activity.info().attempt < LONGEST_TRY:
            raise ApplicationError(f"{contract.name} has no answer yet", type=code, next_retry_delay=wait)
        return await self._lose(effect, contract)

    async def _settle(
        self, connection: AsyncConnection, contract: ToolContract, effect: EffectRow, sent: Answered
    ) -> ToolOutcome:
        if sent.refused:
            problem = problem_of(sent.body, sent.status)
            await self._change(connection, effect, "refuse", problem=problem)
            await self._tell(connection, effect, contract, "failed")
            return self._rejected(contract, effect.model_copy(update={"problem": problem}))
        checked = validate_result(contract, sent.body)
        if not checked.verdict.allowed:
            await self._change(connection, effect, "succeed_late", problem={"code": "unreliable"})
            return ToolOutcome(status="done", code="unreliable")
        await self._succeed(connection, contract, effect, "succeed_late", sent.body)
        return ToolOutcome(status="done", follow_up=self._follow_up(contract, effect.effect_id))

    async def _succeed(
        self, connection: AsyncConnection, contract: ToolContract, effect: EffectRow, event: EffectEvent, body: Any
    ) -> None:
        """The effect is there: its result becomes facts, its bytes are proof, the plan moves on."""
        safe = await take_result(connection, self._systems.vault, effect.request_id, contract, body, effect.effect_id)
        await self._change(connection, effect, event, result=cast("dict[str, Any]", safe))
        await change_effect(connection, effect.effect_id, "verify")
        await self._tell(connection, effect, contract, "done")
        await mark_step_done(connection, effect.request_id, effect.tool)

    async def _change(
        self,
        connection: AsyncConnection,
        effect: EffectRow,
        event: EffectEvent,
        *,
        result: dict[str, Any] | None = None,
        problem: dict[str, Any] | None = None,
    ) -> None:
        if not await change_effect(connection, effect.effect_id, event, result=result, problem=problem):
            return
        record = {"effect": effect.effect_id, "tool": effect.tool, "outcome": event, "digest": effect.digest}
        await append_audit(connection, effect.request_id, f"{effect.effect_id}#{event}", "effect", record)

    async def _recover(self, scene: Scene, contract: ToolContract, effect: EffectRow) -> ToolOutcome:
        """An earlier attempt sent and never reported: wait out its time, then ask or repeat, never guess."""
        left = (effect.send_until or datetime.now(UTC)) + SKEW - datetime.now(UTC)
        if left > timedelta(0):
            raise ApplicationError("an earlier send may still arrive", type="tool.unanswered", next_retry_delay=left)
        overlay = contract.overlay
        if _still_idempotent(contract, effect):
            return await self._send_again(scene, contract, effect)
        if overlay.read_back is not None:
            found = await self._read_back(scene, contract, effect)
            if found is not None:
                async with self._systems.database.begin() as connection:
                    await self._succeed(connection, contract, effect, "find", found)
                return ToolOutcome(status="done", follow_up=self._follow_up(contract, effect.effect_id))
            if overlay.token_expiry_enforced:
                return await self._send_again(scene, contract, effect)
        return await self._lose(effect, contract)

    async def _send_again(self, scene: Scene, contract: ToolContract, effect: EffectRow) -> ToolOutcome:
        """The same key and the same bytes, as the next attempt."""
        async with self._systems.database.begin() as connection:
            sending = await begin_resending(
                connection, effect.effect_id, effect.attempt, budget=contract.overlay.timeout
            )
        if sending is None:
            raise ApplicationError("another attempt is sending", type="tool.taken", next_retry_delay=SKEW)
        return await self._send(scene, contract, effect, effect.sent or b"{}", sending)

    async def _read_back(self, scene: Scene, contract: ToolContract, effect: EffectRow) -> Any:
        """What the system's own records say of this write, or None. Raises ApplicationError when it cannot be read."""
        read_back = contract.overlay.read_back
        assert read_back is not None
        reader = scene.pack.tools[read_back.tool]
        values = {**effect.arguments, "idempotency_key": effect.effect_id}
        arguments = cast("JsonObject", fill_value(read_back.arguments, values))
        now = datetime.now(UTC)
        sent = await self._systems.send(
            reader, arguments, scene.request, now=now, until=now + reader.overlay.timeout, idempotency_key=None
        )
        if not isinstance(sent, Answered) or sent.status >= 500:
            raise ApplicationError(f"{reader.name} does not answer", type="tool.unanswered")
        if not sent.succeeded:
            return None
        found = list(find_values(sent.body, read_back.found)) if read_back.found else [((), sent.body)]
        return found[0][1] if found and found[0][1] else None

    async def _lose(self, effect: EffectRow, contract: ToolContract) -> ToolOutcome:
        """Nobody can say whether it happened: it waits in a person's queue."""
        async with self._systems.database.begin() as connection:
            current = await read_effect(connection, effect.effect_id, lock=True)
            if current.state == "intended":
                await self._change(connection, effect, "withdraw", problem={"code": "unreachable"})
                await self._tell(connection, effect, contract, "failed")
                return ToolOutcome(status="not_sent", code="unreachable")
            await self._change(connection, effect, "lose")
            await self._tell(connection, effect, contract, "failed")
        return ToolOutcome(status="uncertain", code="uncertain")

    async def _tell(self, connection: AsyncConnection, effect: EffectRow, contract: ToolContract, state: str) -> None:
        event = {"call": effect.effect_id, "tool": effect.tool, "text": contract.overlay.status, "state": state}
        await append_event(connection, effect.request_id, "tool", event)

    def _follow_up(self, contract: ToolContract, effect_id: str) -> FollowUp | None:
        follow = contract.overlay.follow_up
        if follow is None:
            return None
        scale = self._systems.time_scale
        due = datetime.now(UTC) + follow.after * scale
        return FollowUp(effect_id=effect_id, due_at=due, every=follow.every * scale, left=follow.at_most)

    async def compensate(self, given: InvokeTool) -> ToolOutcome:
        """Undo an executed effect by the tool that its pack names; done when that effect is executed itself."""
        async with self._systems.database.begin() as connection:
            scene = await self._scene(connection, given)
            effect = await read_effect(connection, given.effect_id)
            overlay = scene.pack.tools[effect.tool].overlay
            if effect.state == "compensated":
                return ToolOutcome(status="done")
            if overlay.compensation is None:
                return ToolOutcome(status="refused", code="not_compensable")
            undo = await self._intend_undoing(connection, scene, effect)
        outcome = await self.execute(given.model_copy(update={"effect_id": undo.effect_id}))
        if outcome.status == "done":
            async with self._systems.database.begin() as connection:
                await self._change(connection, effect, "compensate")
        return outcome

    async def _intend_undoing(self, connection: AsyncConnection, scene: Scene, effect: EffectRow) -> EffectRow:
        compensation = scene.pack.tools[effect.tool].overlay.compensation
        assert compensation is not None
        values = cast("JsonObject", {**effect.arguments, "result": effect.result, "idempotency_key": effect.effect_id})
        arguments = cast("dict[str, Any]", fill_value(compensation.arguments, values))
        undo = effect.model_copy(
            update={
                "effect_id": f"{effect.effect_id}~",
                "tool": compensation.tool,
                "arguments": arguments,
                "digest": f"undo:{effect.digest}",
                "state": "intended",
                "set_id": None,
                "needs": "none",
                "authorised": True,
                "authorised_until": None,
                "epoch": scene.request.epoch,
                "compensates": effect.effect_id,
            }
        )
        verdict = {"guard": "compensation", "outcome": "allow", "code": "declared_by_pack"}
        return await intend_effect(connection, undo, [verdict])


def _still_idempotent(contract: ToolContract, effect: EffectRow) -> bool:
    """Whether the system still remembers this effect's key, by the pack's word."""
    rule = contract.overlay.idempotency
    if rule is None or effect.intended_at is None:
        return False
    return datetime.now(UTC) < effect.intended_at + rule.ttl
