"""How do customers open requests, write, decide and look?"""

import re
import uuid
from datetime import timedelta
from typing import Annotated, Any, Literal

import structlog
from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.errors import NotReady, Refused
from contracts.ids import message_key
from contracts.pack import Pack
from contracts.principal import STAFF, Principal
from contracts.request import Decision, DecisionTaken
from contracts.values import parse_duration
from storage.entries import read_transcript
from storage.requests import RequestRow, open_requests_of
from workers.gateway.accept import Opened, add_message, open_request
from workers.gateway.awaiting import await_replies, replay_decision, replay_replies
from workers.gateway.decisions import busy, send_decision
from workers.gateway.first_message import FirstMessage
from workers.gateway.joining import Choice, is_thin, join_or_open
from workers.gateway.may_write import MayWrite
from workers.gateway.offer_requests import ask_which, earlier_request, offer_request
from workers.gateway.service import Caller, Service, TheService, visible_request
from workers.gateway.shown_request import show_request

router = APIRouter(prefix="/v1/requests", tags=["requests"])
log = structlog.get_logger(__name__)

LONGEST_WAIT = timedelta(seconds=60)
Wait = Annotated[str | None, Query(description="Hold the answer until the reply is complete, e.g. 20s (at most 60s).")]
MessageId = Annotated[str, Field(min_length=1, max_length=200)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MessageIn(_Body):
    """One message. `id` is the client's own; without one the message cannot be repeated safely."""

    id: MessageId | None = None
    text: str


class NewRequest(_Body):
    """A new request with its first message."""

    pack: str | None = None
    """By default the company of the caller's token, or the only one that is served."""
    channel: Literal["web", "sms", "email"] = "web"
    message: MessageIn
    follows: str | None = Field(default=None, max_length=60)
    """The closed request that this one goes on from; within the pack's `reopen_for` its scene is carried over."""


class ConfirmIn(_Body):
    """The customer's answer to exactly the set of writes that was shown."""

    set_id: str
    digest: str
    decision: Literal["confirm", "decline"]


class FurtherMessage(_Body):
    """A further message, or a decision."""

    id: MessageId | None = None
    text: str | None = None
    confirm: ConfirmIn | None = None


def wait_of(wait: str | None) -> timedelta | None:
    """The wait as a duration, capped. Raises Refused (422) for what is none."""
    if wait is None:
        return None
    if re.fullmatch(r"[0-9]{1,4}(ms|s|m)", wait) is None:
        raise Refused(422, "invalid_wait", f"`wait` must be a duration such as 20s, not {wait[:20]!r}.")
    duration = parse_duration(wait)
    assert isinstance(duration, timedelta)
    return min(duration, LONGEST_WAIT)


def pack_named(service: Service, name: str | None, caller: Principal) -> str:
    """The pack's name, if it is served here and the caller's token is for it. Refused: 404, or 422 which one?"""
    chosen = name or caller.pack or service.only_pack
    if chosen is None:
        raise Refused(422, "pack_required", "Several companies are served here: say which one in `pack`.")
    if chosen not in service.packs or (caller.pack is not None and caller.pack != chosen):
        raise Refused(404, "unknown_pack", f"There is no pack {chosen[:60]!r} here.")
    return chosen


async def pack_of(service: Service, row: RequestRow, caller: Principal) -> Pack:
    """The pack that the request runs under. Raises Refused as `pack_named` does, 503 where it cannot be read now."""
    pack_named(service, row.pack, caller)
    try:
        return await service.packs.of(row)
    except NotReady as error:
        log.error("version_unreadable", request_id=row.request_id, error=type(error).__name__)
        raise busy() from error


def refuse_staff(caller: Principal) -> None:
    """Only customers and visitors write as such: their words decide, and show what they own."""
    if caller.role in STAFF:
        raise Refused(403, "not_the_customer", "People at the desk write through /v1/desk.")


@router.post("", status_code=201)
async def create(
    body: NewRequest,
    service: TheService,
    caller: Caller,
    response: Response,
    _: MayWrite,
    wait: Wait = None,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
) -> dict[str, Any]:
    """Open a request. 201 once the message is durable; the same Idempotency-Key again makes no second one."""
    within = wait_of(wait)
    refuse_staff(caller)
    pack = await service.packs.current(pack_named(service, body.pack, caller))
    if body.channel not in pack.manifest.channels:
        raise Refused(422, "unknown_channel", f"The pack {pack.name!r} has no channel {body.channel!r}.")
    message_id = body.message.id or str(uuid.uuid4())
    first = FirstMessage(
        pack=pack,
        channel=body.channel,
        caller=caller,
        message_id=message_id,
        text=body.message.text,
        key=idempotency_key,
        follows=await earlier_request(service, caller, pack, body.follows),
    )
    opened = await (
        join_or_open(service, first) if is_thin(first) and not first.follows else open_request(service, first)
    )
    if isinstance(opened, Choice):
        response.status_code = 202
        return ask_which(pack, opened)
    replies = await _replies(
        service, opened.row, caller, within, opened.message_key, is_new=opened.is_new, after=opened.after
    )
    return _created(opened, response) | replies


def _created(opened: Opened, response: Response) -> dict[str, Any]:
    row = opened.row
    response.headers["Location"] = f"/v1/requests/{row.request_id}"
    if not opened.is_new:
        response.headers["Idempotent-Replayed"] = "true"
    return {
        "request_id": row.request_id,
        "status": row.status,
        "events_url": f"/v1/requests/{row.request_id}/events",
        "follows": row.follows,
    }


async def _replies(
    service: Service,
    row: RequestRow,
    caller: Principal,
    within: timedelta | None,
    key: str | None,
    *,
    is_new: bool,
    after: int,
) -> dict[str, Any]:
    """What a caller that waits is told besides: the replies to the message; of a repetition those that it had."""
    if within is None:
        return {}
    if key is not None and not is_new:
        return await replay_replies(service, row, caller, within=within, message=key)
    return await await_replies(service, row, caller, after=after, within=within, message=key)


@router.get("")
async def mine(
    service: TheService,
    caller: Caller,
    mine: Literal["open"] = "open",
    pack: str | None = None,
) -> dict[str, Any]:
    """A returning customer's open requests, newest first; a visitor has none."""
    if caller.role != "customer" or caller.subject is None:
        return {"requests": []}
    served = await service.packs.current(pack_named(service, pack, caller))
    async with service.database.begin() as connection:
        rows = await open_requests_of(connection, served.name, caller.subject)
    return {"requests": [offer_request(served, row) for row in rows]}


@router.get("/{request_id}")
async def look(request_id: str, service: TheService, caller: Caller) -> dict[str, Any]:
    """The request; personal values only for its owner."""
    row = await visible_request(service, request_id, caller)
    async with service.database.begin() as connection:
        return await show_request(service, connection, row, caller, await read_transcript(connection, request_id))


@router.post("/{request_id}/messages", status_code=202)
async def write(
    request_id: str,
    body: FurtherMessage,
    service: TheService,
    caller: Caller,
    response: Response,
    _: MayWrite,
    wait: Wait = None,
) -> dict[str, Any]:
    """Write to a request, or decide on its open confirmation. 202, or 200 with the replies when waiting."""
    within = wait_of(wait)
    row = await visible_request(service, request_id, caller)
    refuse_staff(caller)
    if (body.text is None) == (body.confirm is None):
        raise Refused(422, "invalid_request", "Send either `text` or `confirm`.")
    answer: dict[str, Any] = {"request_id": request_id}
    key, is_new = None, True
    if body.confirm is not None:
        taken = await decide(service, row, body.confirm, caller)
        answer["decision"] = taken.state
        if taken.repeated:
            response.headers["Idempotent-Replayed"] = "true"
            return answer | await _replies_to_repeated(service, row, caller, response, within, body.confirm)
    else:
        message_id = body.id or str(uuid.uuid4())
        key = message_key(request_id, message_id)
        pack = await pack_of(service, row, caller)
        is_new = await add_message(service, row, pack, message_id=message_id, text=body.text or "")
        if not is_new:
            response.headers["Idempotent-Replayed"] = "true"
    if within is not None:
        response.status_code = 200
    return answer | await _replies(service, row, caller, within, key, is_new=is_new, after=row.next_event)


_SHOWN_AS = {"confirm": "confirmed", "decline": "declined"}


async def _replies_to_repeated(
    service: Service,
    row: RequestRow,
    caller: Principal,
    response: Response,
    within: timedelta | None,
    given: ConfirmIn,
) -> dict[str, Any]:
    if within is None:
        return {}
    response.status_code = 200
    state = _SHOWN_AS[given.decision]
    return await replay_decision(service, row, caller, within=within, set_id=given.set_id, state=state)


async def decide(service: Service, row: RequestRow, given: ConfirmIn, caller: Principal) -> DecisionTaken:
    """Put a customer's decision to the workflow, the only decider."""
    decision = Decision(
        set_id=given.set_id, digest=given.digest, decision=given.decision, by=row.customer_id or "visitor"
    )
    return await send_decision(service, row.request_id, decision)
