"""How much has a tool moved within a window, for one customer or in all? Read from the effect ledger, under a lock."""

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tool import SumLimit, ToolContract
from governance.sums import Spent, amount_of, fits
from storage.effects import EffectRow
from storage.requests import RequestRow

_LOCK_ALL = text("SELECT pg_advisory_xact_lock(hashtextextended(:tool, 0))")
# Whoever runs under a version of the pack that has a limit for all waits for those who do not, and they for them.
_LOCK_ONE = text(
    "SELECT pg_advisory_xact_lock_shared(hashtextextended(:tool, 0)), pg_advisory_xact_lock(hashtextextended(:one, 0))"
)

type Whose = Literal["customer", "visitors", "all"]

# What counts: every write that happened, may have happened or may still happen. What was rejected or undone does not,
# and neither does undoing. What is not over and what is are found by an index each.
_SUM = """
    SELECT COALESCE(ceil(sum((e.arguments -> :argument ->> 'amount')::numeric)), 0)
    FROM handrail.effects AS e JOIN handrail.requests AS r ON r.request_id = e.request_id
    WHERE e.tool = :tool AND r.pack = :pack AND {whose}
      AND e.compensates IS NULL AND e.effect_id <> ALL (:besides)
      AND e.arguments -> :argument ->> 'currency' = :currency
      AND ((e.state IN ('intended', 'executing', 'executed', 'uncertain')
            AND (e.state IN ('executing', 'uncertain')
                 OR (e.state = 'intended' AND e.authorised
                     AND (e.authorised_until IS NULL OR e.authorised_until > now()))))
           OR (e.state IN ('executed', 'verified')
               AND COALESCE(e.executed_at, e.intended_at) > now() - CAST(:window AS interval)))
"""
_SUMS: dict[Whose, TextClause] = {
    "customer": text(_SUM.format(whose="r.customer_id = :customer")),
    "visitors": text(_SUM.format(whose="r.customer_id IS NULL")),
    "all": text(_SUM.format(whose="true")),
}


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
    values: dict[str, Any] = {
        "tool": contract.name,
        "pack": request.pack,
        "argument": limit.argument,
        "currency": limit.max.currency,
        "window": limit.window,
        "besides": list(besides),
    }
    whose = _whose(request, limit)
    if whose == "customer":
        values["customer"] = request.customer_id
    return int((await connection.execute(_SUMS[whose], values)).scalar_one())


async def _lock(connection: AsyncConnection, request: RequestRow, contract: ToolContract) -> None:
    tool = f"handrail sums {request.pack} {contract.name}"
    if {_whose(request, limit) for limit in contract.overlay.limits} == {"customer"}:
        await connection.execute(_LOCK_ONE, {"tool": tool, "one": f"{tool} of {request.customer_id}"})
    else:
        await connection.execute(_LOCK_ALL, {"tool": tool})


def _whose(request: RequestRow, limit: SumLimit) -> Whose:
    if limit.per == "agent":
        return "all"
    return "visitors" if request.customer_id is None else "customer"


async def first_over_limit(
    connection: AsyncConnection,
    request: RequestRow,
    contract: ToolContract,
    effects: Sequence[EffectRow],
    approved_by_role: str | None,
) -> SumLimit | None:
    """The first limit of a tool that these effects of one set, all of this tool, would go beyond; None where they fit.

    `approved_by_role`: who has approved the set as a whole, which lifts the limits that name this role, whatever each
    of its writes asked for by itself; None while nobody has. The sums stay locked until the transaction ends, so that
    of two at once the second sees the first: this customer's, or the tool's where a limit is for all. The caller holds
    its request's row; behind this lock only those of further tools are taken, in the order of their names.
    """
    if not contract.overlay.limits:
        return None
    await _lock(connection, request, contract)
    spent = await spent_within(connection, request, contract, besides=[effect.effect_id for effect in effects])
    for limit, known in zip(contract.overlay.limits, spent, strict=True):
        amounts = [amount_of(limit, effect.arguments) for effect in effects]
        total = None if None in amounts else sum(amount or 0 for amount in amounts)
        approved = approved_by_role == limit.role
        if not fits(limit, known.amount, total, approved=approved):
            return limit
    return None
