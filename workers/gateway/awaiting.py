"""How does a caller wait for the reply? Until the turn comes to rest, or the time is up."""

import time
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.principal import Principal
from storage.database import DATABASE_ERRORS, is_away
from storage.events import Event, decision_event, events_after, replies_of_turn
from storage.inbox import find_message, turn_of_message
from storage.requests import RequestRow, read_request
from storage.sets import open_set_of
from workers.gateway.on_channel import channel_form
from workers.gateway.service import Service
from workers.gateway.shown_request import reveal_tree, show_set, values_for

RESTING = frozenset(
    {
        "idle",
        "waiting_for_code",
        "waiting_for_confirmation",
        "waiting_for_approval",
        "waiting_for_person",
        "waiting_for_company",
    }
)


SHOWN_STATES = {"pending": "open", "awaiting_code": "code"}
"""How the event `confirm` names a stored set's state while the customer has to do something about it."""


async def await_replies(
    service: Service, row: RequestRow, caller: Principal, *, after: int, within: timedelta, message: str | None
) -> dict[str, Any]:
    """The replies since event `after`, once the turn of this message (its key) or of a decision (None) rests.

    What is waited for is accepted already: where the database is away for a while, the answer comes without replies,
    and `last_event` says where the stream goes on.
    """
    deadline = time.monotonic() + within.total_seconds()
    seen: list[Event] = []
    last, waits = after, True
    with service.listener.watch(row.request_id) as news:
        while True:
            try:
                async with service.database.single() as connection:
                    waits = message is not None and await _is_unanswered(connection, row.request_id, message)
                    fresh = await events_after(connection, row.request_id, last)
            except DATABASE_ERRORS as error:
                fresh = _nothing(error)
            seen.extend(fresh)
            last = fresh[-1].n if fresh else last
            left = deadline - time.monotonic()
            if left <= 0 or (not waits and any(_rests(event) for event in seen)):
                break
            await news.wait(left)
    confirm = next((event.data for event in reversed(seen) if event.type == "confirm"), None)
    replies = [event for event in seen if event.type == "reply.done"]
    return await _told(service, row, caller, replies, confirm, last=last, after=after)


async def replay_decision(
    service: Service, row: RequestRow, caller: Principal, *, within: timedelta, set_id: str, state: str
) -> dict[str, Any]:
    """What a decision was answered, for its repetition: at once, unless it is still being carried out."""
    deadline = time.monotonic() + within.total_seconds()
    with service.listener.watch(row.request_id) as news:
        while True:
            async with service.database.single() as connection:
                shown = await decision_event(connection, row.request_id, set_id, state)
                seen = await events_after(connection, row.request_id, shown) if shown is not None else []
            rest = next((place for place, event in enumerate(seen) if _rests(event)), None)
            left = deadline - time.monotonic()
            if left <= 0 or rest is not None:
                break
            await news.wait(left)
    replies = [event for event in seen[:rest] if event.type == "reply.done"]
    last = seen[-1].n if seen else row.next_event
    return await _told(service, row, caller, replies, None, last=last, after=last)


async def replay_replies(
    service: Service, row: RequestRow, caller: Principal, *, within: timedelta, message: str
) -> dict[str, Any]:
    """What a message (its key) was answered, for its repetition: at once, unless its turn is still under way."""
    deadline = time.monotonic() + within.total_seconds()
    with service.listener.watch(row.request_id) as news:
        while True:
            async with service.database.single() as connection:
                waits = await _is_unanswered(connection, row.request_id, message)
                now = await read_request(connection, row.request_id)
                turn = await turn_of_message(connection, row.request_id, message)
                replies = await replies_of_turn(connection, row.request_id, turn) if turn is not None else []
                shown = await open_set_of(connection, row.request_id)
            left = deadline - time.monotonic()
            if left <= 0 or not waits:
                break
            await news.wait(left)
    state = SHOWN_STATES.get(shown.state) if shown is not None else None
    confirm = {**show_set(shown), "state": state} if shown is not None and state is not None else None
    is_of_turn = shown is not None and shown.turn == turn
    last = now.next_event if now else row.next_event
    return await _told(service, row, caller, replies, confirm if is_of_turn else None, last=last, after=last)


async def _told(
    service: Service,
    row: RequestRow,
    caller: Principal,
    replies: list[Event],
    confirm: dict[str, Any] | None,
    *,
    last: int,
    after: int,
) -> dict[str, Any]:
    try:
        async with service.database.single() as connection:
            values = await values_for(service, connection, row, caller)
            now = await read_request(connection, row.request_id)
            form = await channel_form(service, connection, now or row)
    except DATABASE_ERRORS as error:
        return {"status": row.status, "replies": _nothing(error), "last_event": after}
    told = [_shown(form.reply(reveal_tree(event.data, values))) for event in replies]
    answer: dict[str, Any] = {"status": now.status if now else row.status, "replies": told, "last_event": last}
    if confirm is not None and confirm["state"] in ("open", "code"):
        answer["confirmation"] = reveal_tree(confirm, values)
    return answer


def _shown(reply: dict[str, Any]) -> dict[str, Any]:
    return {name: reply[name] for name in ("text", "notice", "parts", "messages") if name in reply}


def _nothing(error: Exception) -> list[Event]:
    """Nothing is known while the database is away; any other error is one."""
    if not is_away(error):
        raise error
    return []


async def _is_unanswered(connection: AsyncConnection, request_id: str, key: str) -> bool:
    found = await find_message(connection, request_id, key)
    return found is not None and found.state in ("accepted", "delivered")


def _rests(event: Event) -> bool:
    return event.type == "closed" or (event.type == "status" and event.data["state"] in RESTING)
