"""What do people at the desk see? The queue, what awaits approval, whole requests; tokens, not personal values."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from contracts.errors import Refused
from contracts.facts import Contradiction, Fact
from contracts.pack import Pack
from governance.contradictions import find_contradictions
from storage.desk import (
    approvals_of,
    open_handoff,
    queue_of,
)
from storage.effects import effects_of
from storage.entries import read_transcript
from storage.events import events_after
from storage.facts import read_facts
from storage.inbox import unread_messages
from workers.gateway.requests_api import pack_of
from workers.gateway.service import Caller, TheService, require_role, visible_request
from workers.gateway.shown_request import show_request

router = APIRouter(prefix="/v1/desk", tags=["desk"])

DESK_ROLES = ("agent", "supervisor")


@router.get("/queue")
async def queue(
    service: TheService, caller: Caller, pack: Annotated[str | None, Query(max_length=64)] = None
) -> dict[str, Any]:
    """What waits for a person, dangers to a life first and then the oldest, and which sets wait for an approver."""
    require_role(caller, *DESK_ROLES)
    if pack not in (None, caller.pack):
        raise Refused(404, "unknown_pack", "Your token is for another company.")
    async with service.database.begin() as connection:
        items = await queue_of(connection, caller.pack)
        waiting = await approvals_of(connection, caller.pack)
    approvals = [
        {
            "set_id": one.set_id,
            "request_id": one.request_id,
            "card": one.card,
            "role": one.approval_role,
            "digest": one.digest,
            "expires_at": one.expires_at.isoformat(),
            "approvers": one.approvers,
            "approved_by": list(one.approved_by),
            "reminded": one.reminded_at is not None,
        }
        for one in waiting
    ]
    return {"items": [_item(item) for item in items], "approvals": approvals}


def _item(item: dict[str, Any]) -> dict[str, Any]:
    fields = ("request_id", "pack", "reason", "state", "epoch", "claimed_by", "summary")
    return {**{name: item[name] for name in fields}, "created_at": item["created_at"].isoformat()}


@router.get("/requests/{request_id}")
async def whole_state(request_id: str, service: TheService, caller: Caller) -> dict[str, Any]:
    """The request with its whole state: transcript, plan, effects, facts and timeline."""
    require_role(caller, *DESK_ROLES)
    row = await visible_request(service, request_id, caller)
    pack = await pack_of(service, row, caller)
    async with service.database.begin() as connection:
        entries = await read_transcript(connection, request_id)
        request = await show_request(service, connection, row, caller, entries)
        handoff = await open_handoff(connection, request_id)
        effects = await effects_of(connection, request_id)
        facts = await read_facts(connection, request_id)
        timeline = await events_after(connection, request_id, 0)
        waiting = await unread_messages(connection, request_id)
    fields = {"effect_id", "tool", "arguments", "state", "attempt", "set_id", "result", "problem"}
    return {
        "request": request,
        "handoff": handoff.model_dump(mode="json") if handoff else None,
        "summary": handoff.summary if handoff else None,
        "transcript": [*request["transcript"], *(_unread(text, request["transcript"]) for text in waiting)],
        "notes": [entry.body["text"] for entry in entries if entry.kind == "desk_note" and entry.body],
        "effects": [effect.model_dump(mode="json", include=fields) for effect in effects],
        "facts": [fact.model_dump(mode="json") for fact in facts],
        "contradictions": [one.model_dump(mode="json") for one in _contradictions(pack, facts)],
        "timeline": [event.model_dump(mode="json") for event in timeline],
    }


def _contradictions(pack: Pack, facts: list[Fact]) -> tuple[Contradiction, ...]:
    return find_contradictions(facts, {name: tool.system for name, tool in pack.tools.items()}, pack.authorities)


def _unread(text: str, transcript: list[dict[str, Any]]) -> dict[str, Any]:
    """A message that is accepted and that no turn has taken up yet: people see it first."""
    turn = transcript[-1]["turn"] if transcript else 0
    return {"turn": turn, "who": "customer", "by": "customer", "text": text, "at": None, "unread": True}
