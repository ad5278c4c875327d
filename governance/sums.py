"""Does what a tool has moved within a window leave room for one more write?"""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from contracts.model import Contract
from contracts.tool import SumLimit, ToolContract
from contracts.values import Money
from contracts.verdict import Verdict


class Spent(Contract):
    """What the ledger says of one limit: minor units of its currency that count within the window."""

    tool: str
    limit: str
    amount: int


def amount_of(limit: SumLimit, arguments: Mapping[str, JsonValue]) -> int | None:
    """Return the minor units that a call would add to a limit; None where they cannot be known."""
    value = arguments.get(limit.argument)
    if not isinstance(value, dict) or value.get("currency") != limit.max.currency:
        return None
    amount = value.get("amount")
    return amount if isinstance(amount, int) and not isinstance(amount, bool) and amount >= 0 else None


def fits(limit: SumLimit, spent: int, amount: int | None, *, approved: bool) -> bool:
    """Whether the write stays within the limit, or beyond it, where an approver lifted it, within its ceiling."""
    if amount is None or (limit.ceiling is not None and spent + amount > limit.ceiling.amount):
        return False
    return spent + amount <= limit.max.amount or (approved and limit.role is not None)


def add_spent(spent: Sequence[Spent], contract: ToolContract, arguments: Mapping[str, JsonValue]) -> tuple[Spent, ...]:
    """Return what counts once this call is allowed: the next call of the same set is judged behind it."""
    added = {limit.name: amount_of(limit, arguments) or 0 for limit in contract.overlay.limits}
    return tuple(
        row.model_copy(update={"amount": row.amount + added.get(row.limit, 0)}) if row.tool == contract.name else row
        for row in spent
    )


def check_sums(
    contract: ToolContract, arguments: Mapping[str, JsonValue], spent: Sequence[Spent]
) -> tuple[Verdict, ...]:
    """Allow what every limit leaves room for; ask the approver whom a limit names; deny the rest, and the unknown.

    `spent` holds a row for each limit of the tool: a missing one is a denial.
    """
    known = {row.limit: row.amount for row in spent if row.tool == contract.name}
    verdicts: list[Verdict] = []
    for limit in contract.overlay.limits:
        amount = amount_of(limit, arguments)
        if limit.name not in known or amount is None:
            detail = f"The sum {limit.name!r} cannot be known for this call."
            return (_verdict("deny", "sum_unknown", detail, "Hand over to a person."),)
        if fits(limit, known[limit.name], amount, approved=False):
            continue
        liftable = limit.role is not None and fits(limit, known[limit.name], amount, approved=True)
        most = limit.max if liftable or limit.ceiling is None else limit.ceiling
        detail = f"With this, {contract.name} would go beyond {_say(most)} ({limit.name.replace('_', ', ')})."
        if not liftable:
            return (_verdict("deny", "over_limit", detail, "Say so, and hand over to a person."),)
        verdicts.append(_verdict("approve", "over_limit", detail, f"approve:{limit.role}"))
    return tuple(verdicts) or (_verdict("allow", "within_limits", "", None),)


def _say(money: Money) -> str:
    return f"{money.amount // 100}.{money.amount % 100:02} {money.currency}"


def _verdict(outcome: str, code: str, detail: str, advice: str | None) -> Verdict:
    return Verdict.model_validate(
        {"guard": "limits", "outcome": outcome, "code": code, "detail": detail, "advice": advice}
    )
