"""Who has to agree before a call runs?"""

from collections.abc import Iterator

from contracts.tool import ApprovalRule, ToolContract
from contracts.values import JsonObject
from contracts.verdict import Verdict


def find_needs(contract: ToolContract, arguments: JsonObject, *, tainted: bool) -> Iterator[Verdict]:
    """Yield that the customer confirms, that an approver approves, or both; or that nobody is asked.

    An amount above the overlay's limit takes the approver, and so does one that cannot be compared: a hole, another
    currency, none at all. After tainted text was read, every write is confirmed.
    """
    if tainted and contract.overlay.after_taint == "person":
        detail = "Text of others was read since the plan was made, so a person decides on this."
        advice = "Hand over to a person."
        yield Verdict(guard="taint", outcome="hand_over", code="needs_person", detail=detail, advice=advice)
        return
    confirms = contract.is_write and (contract.overlay.confirm != "none" or tainted)
    rule = contract.overlay.approve
    if confirms:
        detail = "The customer has to confirm exactly this."
        yield Verdict(guard="confirmation", outcome="confirm", code="needs_confirmation", detail=detail)
    if rule is not None and not _is_within(rule, arguments):
        detail = f"A person with the role {rule.role!r} has to approve exactly this."
        yield Verdict(guard="confirmation", outcome="approve", code="needs_approval", detail=detail)
    elif not confirms:
        yield Verdict(guard="confirmation", outcome="allow", code="needs_nobody")


def _is_within(rule: ApprovalRule, arguments: JsonObject) -> bool:
    amount = arguments.get(rule.argument)
    if not isinstance(amount, dict) or amount.get("currency") != rule.above.currency:
        return False
    value = amount.get("amount")
    return isinstance(value, int) and value <= rule.above.amount
