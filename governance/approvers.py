"""Whose approval is enough for a set of writes?"""

from collections.abc import Mapping, Sequence

from contracts.model import Contract
from contracts.pack import RoleDef
from contracts.tool import ToolContract
from contracts.values import Money
from governance.judged_call import JudgedCall


class Approval(Contract):
    """Which role has to approve a set, and how many different people of it."""

    role: str
    people: int = 1


class NobodyApproves(LookupError):
    """No single role of the pack may approve everything in this set."""


def choose_approval(calls: Sequence[tuple[ToolContract, JudgedCall]], roles: Mapping[str, RoleDef]) -> Approval | None:
    """Return who approves a set as a whole: the role that its calls ask for, where it may approve that much.

    A role without `approves_up_to` may approve any amount. Raises NobodyApproves where calls ask for different
    roles, and where their amounts together are above what the role may approve or cannot be compared.
    """
    asking = [(contract, call) for contract, call in calls if call.approver is not None]
    if not asking:
        return None
    names = {call.approver for _, call in asking if call.approver is not None}
    if len(names) > 1:
        raise NobodyApproves(", ".join(sorted(names)))
    (name,) = names
    limit = roles[name].approves_up_to if name in roles else None
    if limit is not None:
        amounts = [_amount(limit, contract, call) for contract, call in asking]
        if None in amounts or sum(amount or 0 for amount in amounts) > limit.amount:
            raise NobodyApproves(name)
    return Approval(role=name, people=max(call.approvers for _, call in asking))


def _amount(limit: Money, contract: ToolContract, call: JudgedCall) -> int | None:
    """The minor units that a call moves, in the currency of the role's limit; None where they cannot be compared."""
    rule = contract.overlay.approve
    value = call.arguments.get(rule.argument if rule is not None else "amount")
    if not isinstance(value, dict) or value.get("currency") != limit.currency:
        return None
    amount = value.get("amount")
    return amount if isinstance(amount, int) and not isinstance(amount, bool) and amount >= 0 else None
