"""How do people follow a request live? Server-sent events, resumable by number."""

import json
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse

from contracts.errors import Refused
from contracts.principal import Principal
from storage.events import MOST_EVENTS, Event, events_after
from storage.requests import RequestRow
from workers.gateway.authenticate import TokenHolder
from workers.gateway.listener import POLL
from workers.gateway.measured import STREAMS
from workers.gateway.on_channel import ChannelForm, channel_form
from workers.gateway.service import Caller, Service, TheService, visible_request
from workers.gateway.shown_request import reveal_tree, values_for

router = APIRouter(prefix="/v1/requests", tags=["events"])

KEEP_ALIVE = 15
"""Polls of a second without news after which a comment keeps the connection open."""
LAST_NUMBER = 999_999_999
_NUMBER = re.compile("[0-9]{1,9}")


@router.get("/{request_id}/events", response_class=StreamingResponse)
async def follow(
    request_id: str,
    service: TheService,
    caller: Caller,
    last_event_id: Annotated[str | None, Header()] = None,
    after: Annotated[int, Query(ge=0, le=LAST_NUMBER, description="Like Last-Event-ID, for a first connection.")] = 0,
) -> StreamingResponse:
    """Events `status`, `plan`, `tool`, `reply.*` (sentence, done, retract), `confirm`, `approval`, `handoff`, `closed`.

    Each event's id is its number; a reader that comes back with `Last-Event-ID` misses none and sees none twice.
    """
    row = await visible_request(service, request_id, caller)
    if last_event_id is not None and not _NUMBER.fullmatch(last_event_id):
        raise Refused(422, "invalid_last_event_id", f"Last-Event-ID must be a number, not {last_event_id[:20]!r}.")
    start = int(last_event_id) if last_event_id is not None else after
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(service, row, caller, start), media_type="text/event-stream", headers=headers)


async def _stream(service: Service, row: RequestRow, caller: TokenHolder, last: int) -> AsyncIterator[str]:
    """Send what is there, then wait for more; a reader that does not read holds up only itself.

    The stream ends with the token that opened it: the reader comes back with a new one, or is refused.
    """
    yield "retry: 1000\n\n"
    with STREAMS.track_inprogress():
        async with aclosing(_events(service, row, caller, last)) as events:
            async for text in events:
                yield text


async def _events(service: Service, row: RequestRow, caller: TokenHolder, last: int) -> AsyncGenerator[str]:
    quiet = 0
    with service.listener.watch(row.request_id) as news:
        while caller.seconds_left() > 0:
            async with service.database.single() as connection:
                fresh = await events_after(connection, row.request_id, last)
                values = await values_for(service, connection, row, caller) if fresh else {}
                is_said = any(event.type == "reply.done" for event in fresh)
                form = await channel_form(service, connection, row) if is_said else None
            for event in fresh:
                yield _written(service, row, event, values, caller, form)
                last = event.n
                if event.type == "closed":
                    return
            if len(fresh) == MOST_EVENTS:
                continue
            quiet = 0 if fresh else quiet + 1
            if quiet and quiet % KEEP_ALIVE == 0:
                yield ": still here\n\n"
            await news.wait(min(POLL, max(caller.seconds_left(), 0)))
    yield ": the token has expired\n\n"


def _written(
    service: Service,
    row: RequestRow,
    event: Event,
    values: dict[str, str],
    caller: Principal,
    form: ChannelForm | None,
) -> str:
    data: dict[str, Any] = reveal_tree(event.data, values)
    if event.type == "reply.done" and form is not None:
        data = form.reply(data)
        data["temporal_url"] = service.temporal_url(row.request_id, caller)
    return f"id: {event.n}\nevent: {event.type}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
