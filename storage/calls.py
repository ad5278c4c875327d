"""How far is a model call, and which of its attempts may speak?"""

from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.model import Contract
from governance.budget import Spent
from storage.tables import calls


class Usage(Contract):
    """What a model call used. Money in micro-USD."""

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    cost_micro: int = 0
    first_token_ms: int | None = None
    ms: int | None = None


class Opened(Contract):
    """An opened call: this attempt's number, or 0 and the stored outcome; None where the call was abandoned."""

    attempt: int = 0
    outcome: dict[str, Any] | None = None


async def open_call(
    connection: AsyncConnection,
    call_id: str,
    request_id: str,
    *,
    turn: int,
    step: int,
    tier: str,
    model: str,
    billed: bool = True,
) -> Opened:
    """Take the next attempt of the call; where it is done already, return its outcome and call no model."""
    values = {"call_id": call_id, "request_id": request_id, "turn": turn, "step": step, "tier": tier, "model": model}
    statement = insert(calls).values(attempt=1, billed=billed, **values)
    statement = statement.on_conflict_do_update(
        index_elements=[calls.c.call_id],
        set_={"attempt": calls.c.attempt + 1, "model": model, "tier": tier},
        where=calls.c.state == "open",
    ).returning(calls.c.attempt)
    attempt = (await connection.execute(statement)).scalar()
    if attempt is not None:
        return Opened(attempt=int(attempt))
    query = select(calls.c.outcome).where(calls.c.call_id == call_id)
    return Opened(outcome=(await connection.execute(query)).scalar_one())


_RELEASE = text(
    """
    WITH current AS (
        SELECT 1 FROM handrail.calls
        WHERE call_id = :call_id AND attempt = :attempt AND state = 'open'
        FOR SHARE
    ), numbered AS (
        UPDATE handrail.requests SET next_event = next_event + 1
        WHERE request_id = :request_id AND holder = 'agent' AND EXISTS (SELECT 1 FROM current)
        RETURNING next_event
    ), said AS (
        INSERT INTO handrail.sentences (call_id, attempt, idx, request_id, text, event_n)
        SELECT :call_id, :attempt, :idx, :request_id, :text, next_event FROM numbered
    )
    INSERT INTO handrail.events (request_id, n, type, data)
    SELECT :request_id, next_event, 'reply.sentence', CAST(:data AS jsonb) FROM numbered
    RETURNING n
    """
)


async def release_sentence(
    connection: AsyncConnection, request_id: str, call_id: str, attempt: int, index: int, sentence: str, data: str
) -> int | None:
    """Release one sentence to the customer, only while this attempt is current and the agent holds the request.

    Returns the event's number, or None where another attempt or a person has taken over. `data` is the event's JSON.
    The share lock makes a statement that waited see a newer attempt, which its snapshot alone would not.
    """
    values = {"request_id": request_id, "call_id": call_id, "attempt": attempt, "idx": index}
    result = await connection.execute(_RELEASE, {**values, "text": sentence, "data": data})
    number = result.scalar()
    return int(number) if number is not None else None


async def was_heard(connection: AsyncConnection, call_id: str, attempt: int) -> bool:
    """Whether an attempt of the call released any sentence."""
    query = text("SELECT EXISTS (SELECT 1 FROM handrail.sentences WHERE call_id = :c AND attempt = :a)")
    return bool((await connection.execute(query, {"c": call_id, "a": attempt})).scalar())


async def abandon_calls(connection: AsyncConnection, request_id: str, turn: int, step: int) -> list[str]:
    """End every open call before this step: nobody waits for it, so it may not speak. Returns those that were heard."""
    rows = await connection.execute(_ABANDON, {"request_id": request_id, "turn": turn, "step": step})
    return [row.call_id for row in rows if row.heard]


_ABANDON = text(
    """
    UPDATE handrail.calls AS c SET state = 'abandoned', finished_at = now()
    WHERE c.request_id = :request_id AND c.state = 'open' AND (c.turn, c.step) < (:turn, :step)
    RETURNING c.call_id, c.turn, EXISTS (
        SELECT 1 FROM handrail.sentences AS s WHERE s.call_id = c.call_id AND s.attempt = c.attempt) AS heard
    """
)


async def add_cost(connection: AsyncConnection, call_id: str, cost_micro: int) -> None:
    """Add what a failed attempt cost, in micro-USD."""
    statement = update(calls).where(calls.c.call_id == call_id)
    await connection.execute(statement.values(cost_micro=calls.c.cost_micro + cost_micro))


async def close_call(connection: AsyncConnection, call_id: str, attempt: int, usage: Usage) -> bool:
    """Close the call, only as its current attempt; False where it is not, and then nothing else may be written."""
    statement = (
        update(calls)
        .where(calls.c.call_id == call_id, calls.c.attempt == attempt, calls.c.state == "open")
        .values(
            state="done",
            finished_at=func.now(),
            cost_micro=calls.c.cost_micro + usage.cost_micro,
            **usage.model_dump(exclude={"cost_micro"}),
        )
    )
    return (await connection.execute(statement)).rowcount == 1


async def keep_outcome(connection: AsyncConnection, call_id: str, outcome: dict[str, Any]) -> None:
    """Store what the closed call came to, in the transaction that closed it."""
    await connection.execute(update(calls).where(calls.c.call_id == call_id).values(outcome=outcome))


async def agent_holds(connection: AsyncConnection, request_id: str) -> bool:
    """Whether the agent holds the request; locks its row, so that a takeover comes before or after, not between."""
    query = text("SELECT holder = 'agent' FROM handrail.requests WHERE request_id = :r FOR UPDATE")
    return bool((await connection.execute(query, {"r": request_id})).scalar())


_SPENT = text(
    """
    SELECT COALESCE(sum(c.cost_micro), 0) AS total,
           COALESCE(sum(c.cost_micro) FILTER (WHERE CASE WHEN mine.customer_id IS NULL
               THEN r.request_id = mine.request_id
               ELSE r.customer_id = mine.customer_id AND r.pack = mine.pack END), 0) AS caller,
           COALESCE(sum(c.cost_micro) FILTER (WHERE r.customer_id IS NULL), 0) AS visitors
    FROM handrail.requests AS mine, handrail.calls AS c JOIN handrail.requests AS r ON r.request_id = c.request_id
    WHERE mine.request_id = :request_id AND c.billed
      AND c.created_at >= date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
    """
)


async def spent_today(connection: AsyncConnection, request_id: str) -> Spent:
    """What billed model calls have cost since midnight UTC, in micro-USD; the stand-in's are not billed.

    The caller is the request's customer, in whichever of their requests at that company, or the visitor's one request.
    """
    row = (await connection.execute(_SPENT, {"request_id": request_id})).mappings().one()
    return Spent(**{name: int(value) for name, value in row.items()})


async def cost_of_turn(connection: AsyncConnection, request_id: str, turn: int | None = None) -> int:
    """What the model calls of one turn, or of the whole request, cost at the pack's prices, in micro-USD."""
    query = select(func.coalesce(func.sum(calls.c.cost_micro), 0)).where(calls.c.request_id == request_id)
    if turn is not None:
        query = query.where(calls.c.turn == turn)
    return int((await connection.execute(query)).scalar_one())
