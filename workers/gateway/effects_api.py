"""How does a person settle an effect that nobody could be sure of? They looked: it happened, or it did not."""

from typing import Any, Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.errors import Refused
from governance.effects import EffectEvent, EffectState
from storage.audit import append_audit
from storage.effects import EffectRow, change_effect, effects_of, read_effect
from storage.requests import read_request
from storage.unsettled import is_half_done, let_stand
from workers.gateway.service import Caller, TheService, require_role, visible_request

router = APIRouter(prefix="/v1/desk", tags=["desk"])


class SettlementIn(BaseModel):
    """What the person found in the company's system."""

    model_config = ConfigDict(extra="forbid")
    effect_id: str = Field(max_length=200)
    happened: bool
    note: str = Field(default="", max_length=500)


_EVENTS: Final[dict[tuple[EffectState, bool], EffectEvent]] = {
    ("uncertain", True): "settle_done",
    ("uncertain", False): "settle_undone",
    ("executed", True): "verify",
    ("executed", False): "compensate",
}
"""What a person finds decides. `executed` stays where an answer broke its contract or contradicted what was sent."""


@router.post("/requests/{request_id}/settle")
async def settle(request_id: str, body: SettlementIn, service: TheService, caller: Caller) -> dict[str, Any]:
    """Settle an effect that nobody could be sure of: verified; or rejected, or compensated where it was answered.

    A write that stands though the rest of its set does not, since undoing it failed, is settled likewise: it stands on
    (`happened`), or a person has undone it.

    An undoing that did happen makes what it undoes `compensated`. 409 where it is settled already, or still under way.
    """
    require_role(caller, "supervisor", "agent")
    row, by = await visible_request(service, request_id, caller), caller.subject or "unknown"
    async with service.database.begin() as connection:
        await read_request(connection, row.request_id, lock=True)
        effect = next(
            (one for one in await effects_of(connection, row.request_id) if one.effect_id == body.effect_id), None
        )
        if effect is None:
            raise Refused(404, "not_found", "There is no such effect in this request.")
        event = _event_of(effect, happened=body.happened)
        if event is None or not await _change(connection, effect.effect_id, event):
            raise Refused(409, "not_uncertain", f"The effect is {effect.state}; only an uncertain one is settled.")
        if event == "settle_done":
            await change_effect(connection, effect.effect_id, "verify")
        if body.happened:
            await _count_as_undone(connection, effect, by)
        settled = await read_effect(connection, effect.effect_id)
        record = {
            "effect": effect.effect_id,
            "tool": effect.tool,
            "outcome": event,
            "by": by,
            "note_length": len(body.note),
        }
        await append_audit(connection, row.request_id, f"{effect.effect_id}#{event}", "effect", record)
    return {"effect_id": effect.effect_id, "state": settled.state}


def _event_of(effect: EffectRow, *, happened: bool) -> EffectEvent | Literal["let_stand"] | None:
    if is_half_done(effect):
        return "let_stand" if happened else "compensate"
    return _EVENTS.get((effect.state, happened))


async def _change(connection: AsyncConnection, effect_id: str, event: EffectEvent | Literal["let_stand"]) -> bool:
    if event == "let_stand":
        return await let_stand(connection, effect_id)
    return await change_effect(connection, effect_id, event)


async def _count_as_undone(connection: AsyncConnection, undoing: EffectRow, by: str) -> None:
    """What an undoing undid, where it is one, is compensated from now on."""
    write = undoing.compensates
    if write is not None and await change_effect(connection, write, "compensate"):
        record = {"effect": write, "outcome": "compensate", "by": by}
        await append_audit(connection, undoing.request_id, f"{write}#compensate", "effect", record)
