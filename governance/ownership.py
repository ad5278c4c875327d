"""Does the record that a call names belong to somebody the principal may act for?"""

from collections.abc import Sequence
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
_ADVICE: Final = "Read the customer's own records first and use one of them."


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

    A visitor who named a reservation may read that one, and write nothing. A record without a known owner is nobody's.
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
    return Owned(_verdict(is_identified and not contract.is_write), resource)


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
    signed_in = acting.assurance in ("verified", "stepped_up")
    return signed_in and (fact.owner == acting.customer_id or fact.owner in represented)


def _verdict(allowed: bool) -> Verdict:
    if allowed:
        return Verdict(guard="ownership", outcome="allow", code="owned")
    return Verdict(guard="ownership", outcome="deny", code="not_yours", detail=_NOT_YOURS, advice=_ADVICE)
