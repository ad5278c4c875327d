"""What do billed model calls cost today? Held before a call at its greatest, counted as it ends.

What they have cost is counted into the same two sums by all callers: a day's calls are too many to add up. Each is kept
in parts, or the end of every call would wait for another's. What calls under way may cost is few rows, and is added up.
"""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from governance.budget import Budget, Spent

_PARTS = 16

_COUNT = text(
    """
    WITH settled AS (
        DELETE FROM handrail.held_spending WHERE call_id = :call_id AND attempt = :attempt
    )
    INSERT INTO handrail.spending AS s (day, by, stripe, cost_micro)
    SELECT (now() AT TIME ZONE 'UTC')::date, one.by, abs(hashtext(c.call_id) % :parts), CAST(:cost_micro AS bigint)
    FROM handrail.calls AS c JOIN handrail.requests AS r ON r.request_id = c.request_id
    JOIN (VALUES ('all'), ('visitors')) AS one(by) ON one.by = 'all' OR r.customer_id IS NULL
    WHERE c.call_id = :call_id AND CAST(:cost_micro AS bigint) > 0
    ORDER BY one.by
    ON CONFLICT (day, by, stripe) DO UPDATE SET cost_micro = s.cost_micro + excluded.cost_micro
    """
)


async def count_spent(connection: AsyncConnection, call_id: str, attempt: int, cost_micro: int) -> None:
    """An attempt of a billed call has ended: count what it cost, in micro-USD, in place of what was held for it.

    It counts on the day (UTC) on which it is known. Parts are locked in order.
    """
    values = {"call_id": call_id, "attempt": attempt, "cost_micro": cost_micro, "parts": _PARTS}
    await connection.execute(_COUNT, values)


STALLED = timedelta(seconds=5)
"""A process that stands still between the hold and its commit, with everybody behind it, loses its connection then."""
_HOLD = text(
    "SELECT held.total, held.caller, held.visitors"
    " FROM set_config('idle_in_transaction_session_timeout', :stalled, true) AS until_the_end,"
    " LATERAL handrail.hold_spending(:call_id, :attempt, :request_id,"
    " CAST(:cost_micro AS bigint), CAST(:lease AS interval),"
    " CAST(:daily AS bigint), CAST(:callers AS bigint), CAST(:visitors AS bigint)) AS held"
)


async def hold_spending(
    connection: AsyncConnection,
    call_id: str,
    attempt: int,
    request_id: str,
    cost_micro: int,
    *,
    lease: timedelta,
    budget: Budget,
) -> Spent:
    """Hold what an attempt may cost at most, and return what was spent and held today before it, in micro-USD.

    Whoever finds that too much rolls back, and nothing is held. Where less than a tenth of a limit is left, or less
    than fifty such calls, no other call is judged from here to the end of the transaction, so make it the last
    statement. One round trip. What nobody settles, since its worker died, counts no more after `lease` by PostgreSQL's
    clock.

    The caller is the request's customer, in whichever of their requests at that company, or the visitor's one request:
    few enough to be added up. The stand-in's calls are not billed.
    """
    values = {"call_id": call_id, "attempt": attempt, "request_id": request_id, "cost_micro": cost_micro}
    limits = {"daily": budget.daily_micro, "callers": budget.callers_micro, "visitors": budget.visitors_micro}
    until = {"lease": lease, "stalled": f"{STALLED // timedelta(milliseconds=1)}ms"}
    row = (await connection.execute(_HOLD, {**values, **limits, **until})).mappings().one()
    return Spent(**{name: int(value) for name, value in row.items()})
