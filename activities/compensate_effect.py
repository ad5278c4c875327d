"""How is an executed write undone? By the tool that its pack names, as an effect of its own."""

from typing import Any, cast

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.execute_effect import EffectExecutor
from activities.metrics import Metrics
from activities.report_effect import EffectLedger
from activities.scene import Scene, read_scene
from activities.systems import Systems
from contracts.steps import InvokeTool, ToolOutcome
from contracts.template import MissingValue, fill_value
from contracts.values import JsonObject
from storage.effects import EffectRow, effects_by_id, intend_effect, read_effect
from storage.unsettled import leave_half_done

log = structlog.get_logger(__name__)

_NOT_COMPENSABLE = ToolOutcome(status="refused", code="not_compensable")


class EffectCompensator:
    """Compensates effects of a set that failed half-way."""

    def __init__(self, systems: Systems, metrics: Metrics) -> None:
        self._systems = systems
        self._metrics = metrics
        self._ledger = EffectLedger(systems)
        self._executor = EffectExecutor(systems, metrics)

    async def compensate(self, given: InvokeTool) -> ToolOutcome:
        """Undo an executed effect by the tool that its pack names; done when that effect is executed itself.

        Whatever else it comes to is logged as `compensation_failed` and counted: a person must look.
        """
        await self._stands_half_done(given)
        async with self._ledger.locked(given.ref.request_id) as connection:
            scene = await self._scene(connection, given)
            effect = await read_effect(connection, given.effect_id)
            overlay = scene.pack.tools[effect.tool].overlay
            if effect.state == "compensated":
                return ToolOutcome(status="done")
            if overlay.compensation is None:
                return self._failed(given, effect, _NOT_COMPENSABLE)
            try:
                undo = await self._intend_undoing(connection, scene, effect)
            except MissingValue:  # the answer that names what to undo never came, or broke its contract
                return self._failed(given, effect, _NOT_COMPENSABLE)
        outcome = await self._executor.execute(given.model_copy(update={"effect_id": undo.effect_id}))
        return await self._ended(given, effect, outcome)

    async def lose(self, given: InvokeTool) -> ToolOutcome:
        """Give up on an undoing without an answer: it is the undoing that nobody can speak for, not the write."""
        await self._stands_half_done(given)
        async with self._systems.database.begin() as connection:
            effect = await read_effect(connection, given.effect_id)
            begun = bool(await effects_by_id(connection, [_undoing(effect)]))
        outcome = ToolOutcome(status="not_sent", code="unreachable")
        if begun:
            outcome = await self._ledger.lose(effect.request_id, _undoing(effect))
        return await self._ended(given, effect, outcome)

    async def _stands_half_done(self, given: InvokeTool) -> None:
        """Before anything that may break for good: until it is undone nobody gives the request back unseen."""
        async with self._ledger.locked(given.ref.request_id) as connection:
            await leave_half_done(connection, given.effect_id)

    async def _ended(self, given: InvokeTool, effect: EffectRow, outcome: ToolOutcome) -> ToolOutcome:
        if outcome.status != "done":
            return self._failed(given, effect, outcome)
        async with self._ledger.locked(effect.request_id) as connection:
            await self._ledger.change(connection, effect, "compensate")
        return outcome

    def _failed(self, given: InvokeTool, effect: EffectRow, outcome: ToolOutcome) -> ToolOutcome:
        self._metrics.half_done(effect.tool, outcome)
        log.error(
            "compensation_failed",
            request_id=given.ref.request_id,
            effect_id=given.effect_id,
            tool=effect.tool,
            outcome=outcome.status,
            code=outcome.code,
        )
        return outcome

    async def _intend_undoing(self, connection: AsyncConnection, scene: Scene, effect: EffectRow) -> EffectRow:
        compensation = scene.pack.tools[effect.tool].overlay.compensation
        assert compensation is not None
        values = cast("JsonObject", {**effect.arguments, "result": effect.result, "idempotency_key": effect.effect_id})
        arguments = cast("dict[str, Any]", fill_value(compensation.arguments, values))
        undo = effect.model_copy(
            update={
                "effect_id": _undoing(effect),
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
                "sources": [{"argument": name, "origin": "pack"} for name in arguments],
            }
        )
        verdict = {"guard": "compensation", "outcome": "allow", "code": "declared_by_pack"}
        return await intend_effect(connection, undo, [verdict])

    async def _scene(self, connection: AsyncConnection, given: InvokeTool) -> Scene:
        systems = self._systems
        return await read_scene(connection, systems.vault, systems.companies, given.ref.request_id, given.ref.turn)


def _undoing(effect: EffectRow) -> str:
    """The id of the effect that undoes this one."""
    return f"{effect.effect_id}~"
