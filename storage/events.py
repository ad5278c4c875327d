"""What has happened that people see? Numbered per request, under that request's row lock."""

from typing import Any

from sqlalchemy import Integer, Select, Text, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.model import Contract
from storage.direct import Direct
from storage.tables import events

MOST_EVENTS = 500
"""That are read at once; whoever has read so many reads on."""

_APPEND = Direct(
    lambda: text(
        """
    WITH numbered AS (
        UPDATE handrail.requests SET next_event = next_event + 1 WHERE request_id = :request_id RETURNING next_event
    )
    INSERT INTO handrail.events (request_id, n, type, data)
    SELECT :request_id, next_event, :type, CAST(:data AS jsonb) FROM numbered
    RETURNING n
    """
    )
)


class Event(Contract):
    """One event: its number within the request, its type and its data (personal values as tokens)."""

    n: int
    type: str
    data: dict[str, Any]


async def append_event(connection: AsyncConnection, request_id: str, kind: str, data: Contract | dict[str, Any]) -> int:
    """Append an event and return its number; the request's row stays locked until the commit."""
    body = data if isinstance(data, Contract) else _Json(data=data)
    payload = body.model_dump_json() if isinstance(data, Contract) else body.model_dump_json()[len('{"data":') : -1]
    return int(await _APPEND.scalar(connection, {"request_id": request_id, "type": kind, "data": payload}))


async def events_after(
    connection: AsyncConnection, request_id: str, n: int, *, limit: int = MOST_EVENTS
) -> list[Event]:
    """The request's events with a number above `n`, in order."""
    values = {"in_request": request_id, "seen": n, "most": limit}
    return [Event.model_validate(row) for row in await _AFTER.rows(connection, values)]


def _after() -> Select[Any, Any, Any]:
    return (
        select(events.c.n, events.c.type, events.c.data)
        .where(
            events.c.request_id == bindparam("in_request", type_=Text), events.c.n > bindparam("seen", type_=Integer)
        )
        .order_by(events.c.n)
        .limit(bindparam("most", type_=Integer))
    )


_AFTER = Direct(_after)


async def replies_of_turn(connection: AsyncConnection, request_id: str, turn: int) -> list[Event]:
    """The events `reply.done` of one turn, in order."""
    query = (
        select(events.c.n, events.c.type, events.c.data)
        .where(events.c.request_id == request_id, events.c.type == "reply.done")
        .where(events.c.data["turn"].as_integer() == turn)
        .order_by(events.c.n)
    )
    return [Event.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]


async def decision_event(connection: AsyncConnection, request_id: str, set_id: str, state: str) -> int | None:
    """The number of the event that showed this state of a set first; None before it did."""
    query = (
        select(events.c.n)
        .where(events.c.request_id == request_id, events.c.type == "confirm")
        .where(events.c.data["set_id"].as_string() == set_id, events.c.data["state"].as_string() == state)
        .order_by(events.c.n)
        .limit(1)
    )
    return (await connection.execute(query)).scalar()


class _Json(Contract):
    data: dict[str, Any]
