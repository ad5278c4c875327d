"""What is the customer shown before writes run, and did they, or an approver, agree to exactly that?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from pydantic import JsonValue

from contracts.model import Contract
from contracts.request import Decision, OpenSet, SetState
from contracts.template import MissingValue, fill_text, say_money
from contracts.tool import ToolContract
from contracts.values import JsonObject
from governance.write_set import ProposedWrite, WriteSet, as_hole

_FINAL: Final = frozenset[SetState]({"confirmed", "declined", "void", "expired"})
# What a repeated decision finds when it was already taken: the same answer again.
_TAKEN: Final[dict[str, tuple[SetState, ...]]] = {
    "confirm": ("awaiting_approval", "confirmed"),
    "approve": ("confirmed",),
    "decline": ("declined",),
    "deny": ("declined",),
}


class CardLine(Contract):
    """One line of the confirmation card."""

    label: str
    value: str


class Card(Contract):
    """What the customer confirms, rendered from the contract. `total` is empty where nothing is paid."""

    title: str
    lines: tuple[CardLine, ...]
    total: str = ""


class Decided(Contract):
    """What a decision did to a set: its state from now on, and whether the decision counted."""

    state: SetState
    accepted: bool
    code: str
    detail: str = ""
    approved_by: tuple[str, ...] = ()


def render_confirmation(
    write_set: WriteSet, contracts: Mapping[str, ToolContract], found: Sequence[Mapping[str, JsonValue]] = ()
) -> Card:
    """Render title, lines and total from the overlays' templates over the exact arguments; no model takes part.

    `found` holds for each write, by argument, the record in which its value was found. Writes of one tool are
    numbered, each with all its lines; what different tools say alike is said once. The total adds up what every write
    moves, by currency. Raises MissingValue when a template names a value that is not there, KeyError for an unknown
    tool, ValueError for an empty set.
    """
    if not write_set.writes:
        raise ValueError(f"the set {write_set.set_id!r} has no writes; there is nothing to confirm")
    tools = [write.tool for write in write_set.writes]
    lines: list[CardLine] = []
    for place, write in enumerate(write_set.writes):
        known = found[place] if place < len(found) else {}
        number = tools[: place + 1].count(write.tool) if tools.count(write.tool) > 1 else None
        lines.extend(_lines(write, contracts, known, number))
    titles = (contracts[tool].overlay.confirm_title for tool in tools)
    title = next(filter(None, titles), contracts[tools[0]].title)
    return Card(title=title, lines=tuple(dict.fromkeys(lines)), total=_total(write_set, contracts))


def _lines(
    write: ProposedWrite, contracts: Mapping[str, ToolContract], found: Mapping[str, JsonValue], number: int | None
) -> list[CardLine]:
    contract = contracts[write.tool]
    values: JsonObject = {**_without_holes(write.arguments, contracts), "found": dict(found)}
    said = [CardLine(label=one.label, value=fill_text(one.value, values)) for one in contract.overlay.confirm_lines]
    if number is None:
        return said
    said = said or [CardLine(label="", value=contract.overlay.confirm_title or contract.title)]
    return [CardLine(label=f"{number}. {line.label}".rstrip(), value=line.value) for line in said]


def _total(write_set: WriteSet, contracts: Mapping[str, ToolContract]) -> str:
    sums: dict[str, int] = {}
    for write in write_set.writes:
        argument = contracts[write.tool].overlay.confirm_total
        if not argument:
            continue
        if argument not in write.arguments:
            raise MissingValue(argument)
        moved = write.arguments[argument]
        said = say_money(moved)  # raises ValueError for what is no amount
        if isinstance(moved, dict):
            currency = said.rpartition(" ")[2]
            sums[currency] = sums.get(currency, 0) + int(str(moved["amount"]))
    return " + ".join(say_money({"amount": amount, "currency": currency}) for currency, amount in sums.items())


def _without_holes(arguments: JsonObject, contracts: Mapping[str, ToolContract]) -> JsonObject:
    shown = dict(arguments)
    for name, value in arguments.items():
        if hole := as_hole(value):
            contract = contracts.get(hole.from_tool)
            shown[name] = f"from: {contract.title if contract else hole.from_tool}"
    return shown


def decide(open_set: OpenSet | None, decision: Decision, now: datetime) -> Decided:
    """Return what a decision does: it counts only for the open set, its exact digest, in time, by who may take it.

    A repeated decision is accepted again and changes nothing. `now` is aware; expiry is exclusive.
    """
    if open_set is None or open_set.set_id != decision.set_id:
        return _refused("void", "unknown_set", "There is no such open confirmation.")
    if open_set.digest != decision.digest:
        return _refused(open_set.state, "digest_changed", "This is not what was shown; look at the current one.")
    if open_set.state in _TAKEN[decision.decision]:
        return Decided(state=open_set.state, accepted=True, code="already_taken")
    if open_set.state in _FINAL:
        return _refused(open_set.state, f"already_{open_set.state}", f"It is already {open_set.state}.")
    if now >= open_set.expires_at:
        return _refused("expired", "expired", "The time to decide is over.")
    if decision.decision in ("confirm", "decline"):
        return _decide_as_customer(open_set, decision)
    return _decide_as_approver(open_set, decision)


def withdraw(carried: OpenSet, begun: int, decision: Decision) -> Decided:
    """Return whether the customer takes a confirmed set back of which `begun` writes have begun.

    It counts while everything that has begun can be undone; one write that cannot be, and the set is finished.
    """
    if carried.digest != decision.digest:
        return _refused(carried.state, "digest_changed", "This is not what was shown; look at the current one.")
    if carried.requester is not None and decision.by != carried.requester:
        return _refused(carried.state, "not_yours", "Only the customer of this request decides this.")
    if begun > carried.undoable:
        return _refused(carried.state, "too_late", "It is being carried out, and can no longer be taken back.")
    return Decided(state="declined", accepted=True, code="withdrawn")


def _decide_as_customer(open_set: OpenSet, decision: Decision) -> Decided:
    if open_set.requester is not None and decision.by != open_set.requester:
        return _refused(open_set.state, "not_yours", "Only the customer of this request decides this.")
    if decision.decision == "decline":
        return Decided(state="declined", accepted=True, code="declined")
    if open_set.state == "awaiting_code":
        return _refused("awaiting_code", "code_first", "Enter the one-time code that was sent first.")
    if open_set.approval_role is not None:
        return Decided(state="awaiting_approval", accepted=True, code="confirmed_awaiting_approval")
    return Decided(state="confirmed", accepted=True, code="confirmed")


def _decide_as_approver(open_set: OpenSet, decision: Decision) -> Decided:
    if open_set.state != "awaiting_approval":
        return _refused(open_set.state, "not_awaiting_approval", "No approval is awaited for it.")
    if decision.role != open_set.approval_role:
        return _refused(open_set.state, "wrong_role", f"This takes the role {open_set.approval_role!r}.")
    if decision.by in (open_set.requester, open_set.decided_by):
        return _refused(open_set.state, "own_request", "Nobody approves their own request.")
    if decision.decision == "deny":
        return Decided(state="declined", accepted=True, code="denied", approved_by=open_set.approved_by)
    if decision.by in open_set.approved_by:
        return Decided(state=open_set.state, accepted=True, code="already_taken", approved_by=open_set.approved_by)
    approved_by = (*open_set.approved_by, decision.by)
    if len(approved_by) < open_set.approvers:
        return Decided(state="awaiting_approval", accepted=True, code="approved_one_more", approved_by=approved_by)
    return Decided(state="confirmed", accepted=True, code="approved", approved_by=approved_by)


def _refused(state: SetState, code: str, detail: str) -> Decided:
    return Decided(state=state, accepted=False, code=code, detail=detail)
