"""How much has a tool moved within a window, for one customer or in all? Read from the effect ledger, under a lock."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tool import SumLimit, ToolContract
from governance.sums import Spent, amount_of, fits
from storage.effects import EffectRow
from storage.requests import RequestRow

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))")

# What counts: every write that happened, may have happened or may still happen. What was rejected or undone does not,
# and neither does undoing.
_SUM = text(
    """
    SELECT COALESCE(sum((e.arguments -> :argument ->> 'amount')::bigint), 0)
    FROM handrail.effects AS e JOIN handrail.requests AS r ON r.request_id = e.request_id
    WHERE e.tool = :tool AND r.pack = :pack
      AND (NOT CAST(:per_customer AS boolean) OR r.customer_id IS NOT DISTINCT FROM CAST(:customer AS text))
      AND e.compensates IS NULL AND e.effect_id <> ALL (:besides)
      AND e.arguments -> :argument ->> 'currency' = :currency
      AND (e.state IN ('executing', 'uncertain')
           OR (e.state = 'intended' AND e.authorised
               AND (e.authorised_until IS NULL OR e.authorised_until > now()))
           OR (e.state IN ('executed', 'verified')
               AND COALESCE(e.executed_at, e.intended_at) > now() - CAST(:window AS interval)))
    """
)


async def spent_within(
    connection: AsyncConnection, request: RequestRow, contract: ToolContract, *, besides: Sequence[str] = ()
) -> list[Spent]:
    """What counts towards each limit of this tool for this request's customer, without the effects `besides`.

    Visitors are nobody in particular: all of them together have the limit of one customer.
    """
    return [
        Spent(tool=contract.name, limit=limit.name, amount=await _sum(connection, request, contract, limit, besides))
        for limit in contract.overlay.limits
    ]


async def _sum(
    connection: AsyncConnection,
    request: RequestRow,
    contract: ToolContract,
    limit: SumLimit,
    besides: Sequence[str],
) -> int:
    values = {
        "tool": contract.name,
        "pack": request.pack,
        "per_customer": limit.per == "customer",
        "customer": request.customer_id,
        "argument": limit.argument,
        "currency": limit.max.currency,
        "window": limit.window,
        "besides": list(besides),
    }
    return int((await connection.execute(_SUM, values)).scalar_one())


async def first_over_limit(
    connection: AsyncConnection, request: RequestRow, contract: ToolContract, effects: Sequence[EffectRow]
) -> SumLimit | None:
    """The first limit of a tool that these effects of one set, all of this tool, would go beyond; None where they fit.

    The tool's sums stay locked until the transaction ends, so that of two at once the second sees the first. The
    caller holds its request's row; no other lock is taken behind this one.
    """
    if not contract.overlay.limits:
        return None
    await connection.execute(_LOCK, {"what": f"handrail sums {request.pack} {contract.name}"})
    spent = await spent_within(connection, request, contract, besides=[effect.effect_id for effect in effects])
    for limit, known in zip(contract.overlay.limits, spent, strict=True):
        amounts = [amount_of(limit, effect.arguments) for effect in effects]
        total = None if None in amounts else sum(amount or 0 for amount in amounts)
        if not fits(limit, known.amount, total, approved=all(effect.needs == "approve" for effect in effects)):
            return limit
    return None
