"""What have billed model calls cost today? Counted as calls end, since a day's calls are too many to add up.

All callers count into the same two sums. Each is kept in parts, or the end of every call would wait for another's.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from governance.budget import Spent

_PARTS = 16

_COUNT = text(
    """
    INSERT INTO handrail.spending AS s (day, by, stripe, cost_micro)
    SELECT (now() AT TIME ZONE 'UTC')::date, one.by, abs(hashtext(c.call_id) % :parts), CAST(:cost_micro AS bigint)
    FROM handrail.calls AS c JOIN handrail.requests AS r ON r.request_id = c.request_id
    JOIN (VALUES ('all'), ('visitors')) AS one(by) ON one.by = 'all' OR r.customer_id IS NULL
    WHERE c.call_id = :call_id
    ORDER BY one.by
    ON CONFLICT (day, by, stripe) DO UPDATE SET cost_micro = s.cost_micro + excluded.cost_micro
    """
)


async def count_spent(connection: AsyncConnection, call_id: str, cost_micro: int) -> None:
    """Count what a billed call cost, in micro-USD, on the day (UTC) on which it is known. Parts are locked in order."""
    if cost_micro:
        await connection.execute(_COUNT, {"call_id": call_id, "cost_micro": cost_micro, "parts": _PARTS})


_SPENT = text(
    """
    SELECT COALESCE((SELECT sum(cost_micro) FROM handrail.spending WHERE day = today.day AND by = 'all'), 0) AS total,
           COALESCE((SELECT sum(cost_micro) FROM handrail.spending WHERE day = today.day AND by = 'visitors'), 0)
               AS visitors,
           COALESCE((
               SELECT sum(c.cost_micro) FROM handrail.requests AS mine
               JOIN handrail.requests AS r ON r.request_id = mine.request_id
                   OR (r.pack = mine.pack AND r.customer_id = mine.customer_id)
               JOIN handrail.calls AS c ON c.request_id = r.request_id
               WHERE mine.request_id = :request_id AND c.billed AND c.created_at >= today.day AT TIME ZONE 'UTC'
           ), 0) AS caller
    FROM (SELECT (now() AT TIME ZONE 'UTC')::date AS day) AS today
    """
)


async def spent_today(connection: AsyncConnection, request_id: str) -> Spent:
    """What billed model calls have cost since midnight UTC, in micro-USD; the stand-in's are not billed.

    The caller is the request's customer, in whichever of their requests at that company, or the visitor's one request:
    few enough to be added up.
    """
    row = (await connection.execute(_SPENT, {"request_id": request_id})).mappings().one()
    return Spent(**{name: int(value) for name, value in row.items()})
