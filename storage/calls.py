"""How far is a model call, and which of its attempts may speak?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import BigInteger, BindParameter, Integer, ScalarSelect, Select, bindparam, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.model import Contract
from governance.switches import Switches
from storage.call_tables import calls
from storage.control import switches_of, switches_off
from storage.direct import Direct
from storage.json_rows import json_rows
from storage.requests import RequestRow
from storage.spending import count_spent
from storage.tables import requests


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
    """An opened call: this attempt's number, or 0 and the stored outcome; None where the call was abandoned.

    `abandoned`: calls of earlier steps that were ended now and that the customer has heard something of.
    """

    attempt: int = 0
    outcome: dict[str, Any] | None = None
    abandoned: tuple[str, ...] = ()


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
    """Take the next attempt of the call; where it is done already, return its outcome and call no model.

    Every open call before this step is ended: nobody waits for it, so it may not speak.
    """
    values = {"call_id": call_id, "request_id": request_id, "turn": turn, "step": step, "tier": tier, "model": model}
    (row,) = await _OPEN.rows(connection, {**values, "billed": billed})
    abandoned = await _heard(connection, zip(row["ended"] or (), row["attempts"] or (), strict=True))
    if row["attempt"] is not None:
        return Opened(attempt=row["attempt"], abandoned=abandoned)
    query = select(calls.c.outcome).where(calls.c.call_id == call_id)
    outcome = (await connection.execute(query)).scalar_one()
    return Opened(outcome=outcome, abandoned=abandoned)


_OPEN = Direct(
    lambda: text(
        """
    WITH ended AS (
        UPDATE handrail.calls AS c SET state = 'abandoned', finished_at = now()
        WHERE c.request_id = :request_id AND c.state = 'open' AND (c.turn, c.step) < (:turn, :step)
        RETURNING c.call_id, c.attempt
    ), opened AS (
        INSERT INTO handrail.calls AS c (call_id, request_id, turn, step, tier, model, attempt, billed)
        VALUES (:call_id, :request_id, :turn, :step, :tier, :model, 1, :billed)
        ON CONFLICT (call_id) DO UPDATE SET attempt = c.attempt + 1, model = excluded.model, tier = excluded.tier
        WHERE c.state = 'open'
        RETURNING attempt
    )
    SELECT (SELECT attempt FROM opened) AS attempt,
           (SELECT array_agg(call_id ORDER BY call_id) FROM ended) AS ended,
           (SELECT array_agg(attempt ORDER BY call_id) FROM ended) AS attempts
    """
    )
)


_RELEASE = Direct(
    lambda: text(
        """
    WITH off AS (
        SELECT 1 FROM handrail.switches AS s JOIN handrail.requests AS r ON r.pack = s.pack
        JOIN handrail.calls AS c ON c.request_id = r.request_id
        WHERE c.call_id = :call_id AND NOT s."on"
          AND ((s.kind = 'pack' AND s.name = r.pack) OR (s.kind = 'model' AND s.name IN (c.tier, c.model)))
    ), current AS (
        SELECT 1 FROM handrail.calls
        WHERE call_id = :call_id AND attempt = :attempt AND state = 'open' AND NOT EXISTS (SELECT 1 FROM off)
        FOR SHARE
    ), numbered AS (
        UPDATE handrail.requests SET next_event = next_event + 1
        WHERE request_id = :request_id AND holder = 'agent' AND EXISTS (SELECT 1 FROM current)
        RETURNING next_event
    ), said AS (
        INSERT INTO handrail.sentences (call_id, attempt, idx, request_id, text, event_n)
        SELECT :call_id, :attempt, :idx, :request_id, :text, next_event FROM numbered
    ), told AS (
        INSERT INTO handrail.events (request_id, n, type, data)
        SELECT :request_id, next_event, 'reply.sentence', CAST(:data AS jsonb) FROM numbered
        RETURNING n
    )
    SELECT (SELECT n FROM told) AS number, EXISTS (SELECT 1 FROM off) AS is_off
    """
    )
)


async def release_sentence(
    connection: AsyncConnection, request_id: str, call_id: str, attempt: int, index: int, sentence: str, data: str
) -> int | Literal["off"] | None:
    """Release one sentence to the customer, only while this attempt is current and the agent holds the request.

    Returns the event's number; None where another attempt or a person has taken over; `off` where the call's model,
    its tier or the pack is switched off. `data` is the event's JSON.
    The share lock makes a statement that waited see a newer attempt, which its snapshot alone would not.
    """
    values = {"request_id": request_id, "call_id": call_id, "attempt": attempt, "idx": index}
    (row,) = await _RELEASE.rows(connection, {**values, "text": sentence, "data": data})
    return "off" if row["is_off"] else row["number"]


async def was_heard(connection: AsyncConnection, call_id: str, attempt: int) -> bool:
    """Whether an attempt of the call released any sentence."""
    query = text("SELECT EXISTS (SELECT 1 FROM handrail.sentences WHERE call_id = :c AND attempt = :a)")
    return bool((await connection.execute(query, {"c": call_id, "a": attempt})).scalar())


async def abandon_calls(connection: AsyncConnection, request_id: str, turn: int, step: int) -> list[str]:
    """End every open call before this step: nobody waits for it, so it may not speak. Returns those that were heard."""
    rows = (await connection.execute(_ABANDON, {"request_id": request_id, "turn": turn, "step": step})).all()
    return list(await _heard(connection, ((row.call_id, row.attempt) for row in rows)))


async def _heard(connection: AsyncConnection, ended: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    """Those of the ended calls that released a sentence.

    It takes a statement of its own: ending a call may have waited for a sentence that was on its way, and the snapshot
    of a statement that waited does not hold it.
    """
    return tuple([call_id for call_id, attempt in ended if await was_heard(connection, call_id, attempt)])


_ABANDON = text(
    """
    UPDATE handrail.calls AS c SET state = 'abandoned', finished_at = now()
    WHERE c.request_id = :request_id AND c.state = 'open' AND (c.turn, c.step) < (:turn, :step)
    RETURNING c.call_id, c.attempt
    """
)


async def add_cost(connection: AsyncConnection, call_id: str, attempt: int, cost_micro: int) -> None:
    """Add what an attempt cost that failed, or that nobody waits for any more, in micro-USD."""
    statement = update(calls).where(calls.c.call_id == call_id).returning(calls.c.billed)
    billed = await connection.execute(statement.values(cost_micro=calls.c.cost_micro + cost_micro))
    if billed.scalar():
        await count_spent(connection, call_id, attempt, cost_micro)


@dataclass(frozen=True)
class Closing:
    """A call that was closed, and what its end depends on. The request's row is locked.

    `cost_micro`: of the turn's calls up to and with this one. `switches`: what is off of the request's pack.
    """

    request: RequestRow
    cost_micro: int
    switches: Switches


async def close_call(connection: AsyncConnection, call_id: str, attempt: int, usage: Usage) -> Closing | None:
    """Close the call, only as its current attempt; None where it is not, and then nothing else may be written.

    Locks are taken call first, request second: a takeover comes before or after, not between.
    """
    used = usage.model_dump(exclude={"cost_micro"})
    values = {"of_call": call_id, "of_attempt": attempt, "more_cost": usage.cost_micro}
    found = await _CLOSE.first(connection, values | {f"used_{name}": n for name, n in used.items()})
    if found is None:
        return None
    if found["billed"] and usage.cost_micro:
        await count_spent(connection, call_id, attempt, usage.cost_micro)
    cost = int(found["cost_before"]) + usage.cost_micro
    return Closing(RequestRow.model_validate(found), cost, switches_of(found["switches"]))


def _close() -> Select[Any]:
    used = {name: bindparam(f"used_{name}", type_=Integer) for name in Usage.model_fields if name != "cost_micro"}
    is_current = (calls.c.call_id == bindparam("of_call"), calls.c.attempt == bindparam("of_attempt"))
    cost = calls.c.cost_micro + bindparam("more_cost", type_=BigInteger)
    closed = (
        update(calls)
        .where(*is_current, calls.c.state == "open")
        .values(state="done", finished_at=func.now(), cost_micro=cost, **used)
        .returning(calls.c.request_id, calls.c.turn, calls.c.billed)
        .cte("closed")
    )
    request_id, turn = (select(one).scalar_subquery() for one in (closed.c.request_id, closed.c.turn))
    pack = select(requests.c.pack).where(requests.c.request_id == request_id).scalar_subquery()
    before = cost_of(request_id, turn).scalar_subquery()
    off = json_rows(switches_off(pack))
    billed = select(closed.c.billed).scalar_subquery()
    query = select(requests, before.label("cost_before"), off.label("switches"), billed.label("billed"))
    return query.where(requests.c.request_id == request_id).with_for_update(of=requests)


_CLOSE = Direct(_close)


async def cost_of_turn(connection: AsyncConnection, request_id: str, turn: int | None = None) -> int:
    """What the model calls of one turn, or of the whole request, cost at the pack's prices, in micro-USD."""
    return int((await connection.execute(cost_of(request_id, turn))).scalar_one())


type _Given = BindParameter[Any] | ScalarSelect[Any]


def cost_of(request_id: str | _Given, turn: int | _Given | None) -> Select[Any]:
    """The query for this cost."""
    query = select(func.coalesce(func.sum(calls.c.cost_micro), 0)).where(calls.c.request_id == request_id)
    return query if turn is None else query.where(calls.c.turn == turn)
