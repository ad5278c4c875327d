"""Does the record that a call names belong to somebody the principal may act for?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import JsonValue

from contracts.facts import Fact
from contracts.principal import Acting
from contracts.tool import ToolContract
from contracts.values import JsonObject
from contracts.verdict import Verdict
from governance.formulas import find_attributes
from governance.rights import Resource
from governance.sources import find_fact

_NOT_YOURS: Final = "No such record is known for this customer."  # the same for missing and for others' records
_UNREAD: Final = "Nothing that was read so far says whose this record is."
_ADVICE: Final = "Read the customer's own records first and use one of them."
BY_THE_ANSWER: Final = "by_the_answer"
"""The code of a read whose own answer will say whose the record is: nothing that was read so far does."""


@dataclass(frozen=True, slots=True)
class Owned:
    """The verdict, and the record with what authoritative reads say of it."""

    verdict: Verdict
    resource: Resource


def check_ownership(
    contract: ToolContract,
    arguments: JsonObject,
    *,
    facts: Sequence[Fact],
    acting: Acting,
    represented: frozenset[str],
    now: datetime,
) -> Owned:
    """Allow when the overlay's `owned` argument names a record of the principal, or of somebody they represent.

    A visitor who named a reservation may read that one, and write nothing. A record without a known owner is nobody's,
    save for a signed-in customer's read whose answer names the owner: it is sent with the customer's own rights, and
    `check_answer` judges the answer before anything of it counts (`by_the_answer`). Any other call of theirs on a
    record that was not read yet is told to read it first (`read_first`).
    """
    owned = contract.overlay.owned
    if owned is None or (value := arguments.get(owned.argument)) is None:
        return Owned(
            _verdict(owned is None or not contract.is_write), Resource(attributes=_amount(contract, arguments))
        )
    fact = find_fact(facts, owned.type, value, contract.overlay.parameters.get(owned.argument), now)
    found = find_attributes(contract, arguments, facts, now)
    about = {name: one for key, value in found.items() for name, one in _flat(key, value).items()}
    attributes = {**_describe(fact, facts), **about, owned.argument: value, **_amount(contract, arguments)}
    resource = Resource(str(value), attributes)
    if _is_theirs(fact, acting, represented):
        return Owned(_verdict(True), resource)
    is_identified = acting.assurance == "identified" and value in acting.reservations
    if fact is None and _is_signed_in(acting) and names_owner(contract):
        return Owned(Verdict(guard="ownership", outcome="allow", code=BY_THE_ANSWER), resource)
    if fact is None and _is_signed_in(acting):
        return Owned(_read_first(), resource)
    return Owned(_verdict(is_identified and not contract.is_write), resource)


def names_owner(contract: ToolContract) -> bool:
    """Whether a read's validated answer says whose the record is that the call names."""
    owned, overlay = contract.overlay.owned, contract.overlay
    if owned is None or contract.is_write or not overlay.authoritative:
        return False
    return any(rule.type == owned.type and rule.owner is not None for rule in overlay.facts)


def check_answer(
    contract: ToolContract,
    value: JsonValue,
    answered: Iterable[Fact],
    *,
    acting: Acting,
    represented: frozenset[str],
) -> Owned:
    """Allow when the answer shows the named record (`value`, in clear), and all that it shows is theirs.

    `answered` are the facts of the validated answer alone. Records of others and missing ones are refused alike.
    """
    facts, owned = list(answered), contract.overlay.owned
    named = [fact for fact in facts if owned and (fact.type, fact.value) == (owned.type, value)]
    whose = [fact for fact in facts if fact.owner is not None]
    if not named or owned is None or not all(_is_theirs(fact, acting, represented) for fact in (*named, *whose)):
        return Owned(_verdict(False), Resource())
    attributes = {**_describe(named[0], facts), owned.argument: value}
    return Owned(_verdict(True), Resource(str(value), attributes))


def refuse_record() -> Verdict:
    """The one refusal for a record that does not exist, and for one of somebody else."""
    return _verdict(False)


def _describe(fact: Fact | None, facts: Sequence[Fact]) -> JsonObject:
    """Return the typed facts of the record around a fact, by field name, and its owner; money in minor units."""
    if fact is None:
        return {}
    attributes: JsonObject = {}
    for other in facts:
        if other.record == fact.record:
            attributes.update(_flat(other.field, other.value))
    return {**attributes, "owner": fact.owner}


def _flat(name: str, value: JsonValue) -> JsonObject:
    if isinstance(value, dict):
        return {name: value.get("amount"), f"{name}_currency": value.get("currency")}
    return {name: value}


def _amount(contract: ToolContract, arguments: JsonObject) -> JsonObject:
    """Return `amount` and `amount_currency` of the call: the argument that approval compares, or `amount`."""
    rule = contract.overlay.approve
    amount = arguments.get(rule.argument if rule is not None else "amount")
    return {} if amount is None else _flat("amount", amount)


def _is_theirs(fact: Fact | None, acting: Acting, represented: frozenset[str]) -> bool:
    if fact is None or fact.owner is None or acting.customer_id is None:
        return False
    return _is_signed_in(acting) and (fact.owner == acting.customer_id or fact.owner in represented)


def _is_signed_in(acting: Acting) -> bool:
    return acting.customer_id is not None and acting.assurance in ("verified", "stepped_up")


def _read_first() -> Verdict:
    """Nothing is known of the record yet, be it theirs, another's or none: so this tells nobody which codes exist."""
    return Verdict(guard="ownership", outcome="deny", code="read_first", detail=_UNREAD, advice=_ADVICE)


def _verdict(allowed: bool) -> Verdict:
    if allowed:
        return Verdict(guard="ownership", outcome="allow", code="owned")
    return Verdict(guard="ownership", outcome="deny", code="not_yours", detail=_NOT_YOURS, advice=_ADVICE)
