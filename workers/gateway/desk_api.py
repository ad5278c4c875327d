"""How do people at the desk claim, answer, decide and give back?"""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.errors import Refused
from contracts.principal import Principal
from contracts.request import Decision, HolderChanged
from storage.audit import append_audit
from storage.desk import (
    TAKEOVER,
    HandoffRow,
    change_holder,
    claim_handoff,
    put_handoff,
    release_handoff,
    return_handoff,
)
from storage.events import append_event
from storage.requests import RequestRow, change_status
from storage.unsettled import writes_for_a_person
from workers.gateway.decisions import send_decision
from workers.gateway.desk_note import clean_note, put_note
from workers.gateway.desk_reply import as_writing, write_reply, written_before
from workers.gateway.desk_view import DESK_ROLES
from workers.gateway.requests_api import MessageId, pack_of
from workers.gateway.service import Caller, Service, TheService, require_role, visible_request

router = APIRouter(prefix="/v1/desk", tags=["desk"])


class ClaimIn(BaseModel):
    """Which handoff is claimed: the epoch that the queue shows."""

    model_config = ConfigDict(extra="forbid")
    epoch: int = Field(ge=0, le=2**31 - 1)


class ReplyIn(BaseModel):
    """What the person writes to the customer. Without an `id` of the caller's it cannot be repeated safely."""

    model_config = ConfigDict(extra="forbid")
    id: MessageId | None = None
    text: str


class VerdictIn(BaseModel):
    """An approver's answer to exactly this set."""

    model_config = ConfigDict(extra="forbid")
    set_id: str = Field(max_length=200)
    digest: str = Field(max_length=200)
    reason: str = Field(default="", max_length=500)


class ReturnIn(BaseModel):
    """What the agent should know when it goes on."""

    model_config = ConfigDict(extra="forbid")
    note: str = Field(default="", max_length=1000)


@router.post("/requests/{request_id}/claim")
async def claim(request_id: str, body: ClaimIn, service: TheService, caller: Caller) -> dict[str, Any]:
    """Take a waiting request; 409 where somebody else has, or it has moved on. Who holds it already goes on with it."""
    row = await _at_desk(service, request_id, caller)
    if _holds(row, caller):
        return {"request_id": request_id, "epoch": row.epoch, "holder": "person"}
    async with service.database.begin() as connection:
        if not await claim_handoff(connection, request_id, body.epoch, _name(caller)):
            raise Refused(409, "not_waiting", "Somebody else has claimed it, or it was given back.")
        epoch = await _change(connection, row, "person", caller)
        await _announce(connection, request_id, "claimed", epoch, caller)
    return await _told(service, row, epoch, "person")


@router.post("/requests/{request_id}/takeover")
async def take_over(request_id: str, service: TheService, caller: Caller) -> dict[str, Any]:
    """Take a request from the agent, also in the middle of a sentence: the person wins."""
    row = await _at_desk(service, request_id, caller)
    async with service.database.begin() as connection:
        if row.holder != "agent":
            raise Refused(409, "not_with_agent", "This request is at the desk already: claim it.")
        epoch = await _change(connection, row, "person", caller)
        handoff = HandoffRow(
            request_id=request_id,
            epoch=epoch,
            pack=row.pack,
            reason=TAKEOVER,
            state="claimed",
            claimed_by=_name(caller),
            summary={"intent": row.intent, "goal": row.goal, "open_question": row.open_question},
        )
        await put_handoff(connection, handoff)
        await _announce(connection, request_id, "claimed", epoch, caller)
    return await _told(service, row, epoch, "person")


@router.post("/requests/{request_id}/release")
async def release(request_id: str, service: TheService, caller: Caller) -> dict[str, Any]:
    """Put a claimed request back into the queue."""
    row = await _held_by(service, request_id, caller)
    async with service.database.begin() as connection:
        await release_handoff(connection, request_id, _name(caller))
        epoch = await _change(connection, row, "desk", caller)
        await _announce(connection, request_id, "waiting", epoch, caller)
    return await _told(service, row, epoch, "desk")


@router.post("/requests/{request_id}/reply", status_code=201)
async def reply(
    request_id: str, body: ReplyIn, service: TheService, caller: Caller, response: Response
) -> dict[str, Any]:
    """Write to the customer, only while holding the request. The same `id` again says nothing twice."""
    row = await _at_desk(service, request_id, caller)
    writing = as_writing(service, row, caller, body.text, body.id)
    written = await written_before(service, writing) if body.id is not None else None
    if written is None:
        _require_held(row, caller)
        written = await write_reply(service, await pack_of(service, row, caller), writing)
    if not written.is_new:
        response.headers["Idempotent-Replayed"] = "true"
    warnings = [{"code": "personal_data", "kind": one} for one in written.kinds]
    return {"request_id": request_id, "text": written.text, "warnings": warnings}


@router.post("/requests/{request_id}/return")
async def give_back(request_id: str, body: ReturnIn, service: TheService, caller: Caller) -> dict[str, Any]:
    """Give the request back: the agent goes on where it was.

    409 while a write is under way, or nobody has said yet what became of one: it would wait for nobody any more.
    """
    row = await _held_by(service, request_id, caller)
    note = await clean_note(service, await pack_of(service, row, caller), body.note)
    async with service.database.begin() as connection:
        await return_handoff(connection, request_id)
        epoch = await _change(connection, row, "agent", None)
        if unsettled := await writes_for_a_person(connection, request_id):
            raise Refused(409, "unsettled", _say_what_is_open(unsettled))
        await change_status(connection, request_id, "open")
        await _announce(connection, request_id, "returned", epoch, caller)
        if note is not None:
            await put_note(connection, service, request_id, epoch, caller, note)
    return await _told(service, row, epoch, "agent")


@router.post("/requests/{request_id}/approve")
async def approve(request_id: str, body: VerdictIn, service: TheService, caller: Caller) -> dict[str, Any]:
    """Approve exactly this set; the workflow checks role, digest, time and that nobody approves their own."""
    return await _judge(service, request_id, body, caller, "approve")


@router.post("/requests/{request_id}/deny")
async def deny(request_id: str, body: VerdictIn, service: TheService, caller: Caller) -> dict[str, Any]:
    """Deny this set."""
    return await _judge(service, request_id, body, caller, "deny")


async def _judge(
    service: Service, request_id: str, body: VerdictIn, caller: Principal, decision: str
) -> dict[str, Any]:
    await _at_desk(service, request_id, caller)
    given = Decision.model_validate(
        {"set_id": body.set_id, "digest": body.digest, "decision": decision, "by": _name(caller), "role": caller.role}
    )
    taken = await send_decision(service, request_id, given)
    return {"request_id": request_id, "state": taken.state}


def _say_what_is_open(writes: Sequence[tuple[str, bool]]) -> str:
    """What to do about each of these writes, of which some are still under way: nobody can settle those."""
    running, lost = ([tool for tool, runs in writes if runs is wanted] for wanted in (True, False))
    told = [f"{', '.join(running)} is still under way: wait until it has ended."] if running else []
    told += [f"Say first what became of {', '.join(lost)}: settle it, or release the request."] if lost else []
    return " ".join(told)


def _name(caller: Principal) -> str:
    return caller.subject or "unknown"


async def _at_desk(service: Service, request_id: str, caller: Principal) -> RequestRow:
    require_role(caller, *DESK_ROLES)
    return await visible_request(service, request_id, caller)


async def _held_by(service: Service, request_id: str, caller: Principal) -> RequestRow:
    row = await _at_desk(service, request_id, caller)
    _require_held(row, caller)
    return row


def _holds(row: RequestRow, caller: Principal) -> bool:
    return row.holder == "person" and row.held_by == _name(caller)


def _require_held(row: RequestRow, caller: Principal) -> None:
    if not _holds(row, caller):
        raise Refused(409, "not_yours", "You do not hold this request; claim it first.")


async def _change(connection: AsyncConnection, row: RequestRow, holder: str, caller: Principal | None) -> int:
    by = _name(caller) if caller is not None and holder == "person" else None
    epoch = await change_holder(connection, row.request_id, epoch=row.epoch, holder=holder, by=by)
    if epoch is None:
        raise Refused(409, "moved_on", "The request has moved on; look again.")
    return epoch


async def _announce(connection: AsyncConnection, request_id: str, state: str, epoch: int, caller: Principal) -> None:
    event = {"state": state, "reason": "", "epoch": epoch, "who": caller.role}
    await append_event(connection, request_id, "handoff", event)
    record = {"state": state, "epoch": epoch, "by": _name(caller), "role": caller.role}
    await append_audit(connection, request_id, f"{request_id}#holder{epoch}", "holder", record)


async def _told(service: Service, row: RequestRow, epoch: int, holder: str) -> dict[str, Any]:
    """Signal the workflow; the sweeper repeats what does not get through."""
    service.database.waker.wake(row.request_id)
    await service.delivery.tell_holder(row.request_id, HolderChanged.model_validate({"epoch": epoch, "holder": holder}))
    return {"request_id": row.request_id, "epoch": epoch, "holder": holder}
