"""How does a caller wait for the reply? Until the turn comes to rest, or the time is up."""

import time
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.principal import Principal
from storage.events import Event, events_after
from storage.inbox import find_message
from storage.requests import RequestRow, read_request
from workers.gateway.service import Service
from workers.gateway.shown_request import reveal, values_for

RESTING = frozenset(
    {
        "idle",
        "waiting_for_confirmation",
        "waiting_for_approval",
        "waiting_for_person",
        "waiting_for_company",
    }
)


async def await_replies(
    service: Service, row: RequestRow, caller: Principal, *, after: int, within: timedelta, message: str | None
) -> dict[str, Any]:
    """The replies since event `after`, once the turn of this message (its key) or of a decision (None) rests."""
    deadline = time.monotonic() + within.total_seconds()
    seen: list[Event] = []
    last = after
    while True:
        async with service.database.begin() as connection:
            waits = message is not None and await _is_unanswered(connection, row.request_id, message)
            news = await events_after(connection, row.request_id, last)
        seen.extend(news)
        last = news[-1].n if news else last
        left = deadline - time.monotonic()
        if left <= 0 or (not waits and any(_rests(event) for event in seen)):
            break
        await service.listener.wait(row.request_id, left)
    async with service.database.begin() as connection:
        values = await values_for(service, connection, row, caller)
        now = await read_request(connection, row.request_id)
    replies = [{"text": reveal(event.data["text"], values)} for event in seen if event.type == "reply.done"]
    confirm = next((event.data for event in reversed(seen) if event.type == "confirm"), None)
    answer: dict[str, Any] = {"status": now.status if now else row.status, "replies": replies, "last_event": last}
    if confirm is not None and confirm["state"] == "open":
        answer["confirmation"] = confirm
    return answer


async def _is_unanswered(connection: AsyncConnection, request_id: str, key: str) -> bool:
    found = await find_message(connection, request_id, key)
    return found is not None and found.state in ("accepted", "delivered")


def _rests(event: Event) -> bool:
    return event.type == "closed" or (event.type == "status" and event.data["state"] in RESTING)
