"""Which amounts does the runtime write by the pack's own formulas, so that nobody has to be believed (PROTOCOLS 6.4)?

The functions of `governance.computed` are asked for by a model, with operands of its choice. A formula is declared by
the pack as a whole: it follows facts from the call's other arguments, and there is nothing to ask for.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import JsonValue

from contracts.facts import Fact
from contracts.formula import FactPath, Formula
from contracts.model import Contract
from contracts.tool import ToolContract
from contracts.values import JsonObject, Money
from contracts.verdict import Verdict
from governance.canonical import canonical_bytes

_HUNDRED = 100


class NotComputable(LookupError):
    """A fact that a formula reads is missing, ambiguous, too old or of another shape; the message names it."""


class Written(Contract):
    """The verdict on the formulas, and the arguments with them."""

    verdict: Verdict
    arguments: dict[str, JsonValue]


class _Reader:
    """The facts that one call may start from: those that its own arguments name."""

    def __init__(
        self, contract: ToolContract, arguments: Mapping[str, JsonValue], facts: Sequence[Fact], oldest: datetime | None
    ) -> None:
        self._contract = contract
        self._arguments = arguments
        self._facts = [fact for fact in facts if oldest is None or fact.as_of >= oldest]

    def read(self, path: FactPath) -> JsonValue:
        overlay = self._contract.overlay.parameters.get(path.argument)
        if overlay is None or overlay.type is None or path.argument not in self._arguments:
            raise NotComputable(path.argument)
        kind, value = overlay.type, self._arguments[path.argument]
        for wanted in path.through:
            kind, value = wanted, self._beside(kind, value, wanted)
        return value

    def _beside(self, kind: str, value: JsonValue, wanted: str) -> JsonValue:
        """The newest value of the wanted type in a record that holds the given one; two that differ are none."""
        mark = canonical_bytes(value)
        records = {fact.record for fact in self._facts if fact.type == kind and canonical_bytes(fact.value) == mark}
        found = [fact for fact in self._facts if fact.type == wanted and fact.record in records]
        newest = max((fact.as_of for fact in found), default=None)
        values = {canonical_bytes(fact.value): fact.value for fact in found if fact.as_of == newest}
        if len(values) != 1:
            raise NotComputable(wanted)
        return next(iter(values.values()))


def find_attributes(
    contract: ToolContract, arguments: Mapping[str, JsonValue], facts: Sequence[Fact], now: datetime
) -> JsonObject:
    """Return what policies see besides of the record that a call names; `<name>_days` is the age of a time.

    What no authoritative read of this request says is left out: a policy that needs it asks `resource has …`.
    """
    reader = _Reader(contract, arguments, facts, None)
    found: JsonObject = {}
    for name, path in contract.overlay.about.items():
        try:
            found[name] = value = reader.read(path)
        except NotComputable:
            continue
        if (moment := _moment(value)) is not None:
            found[f"{name}_days"] = (now - moment) // timedelta(days=1)
    return found


def write_formulas(arguments: JsonObject, contract: ToolContract, facts: Sequence[Fact], now: datetime) -> Written:
    """Write the arguments that have a formula; a caller may repeat exactly the same value, never state another.

    A formula starts from the other arguments only, whose sources and owner the later guards check.
    """
    bound = dict(arguments)
    given = {name: value for name, value in arguments.items() if name not in contract.formula_arguments}
    for name, overlay in contract.overlay.parameters.items():
        if overlay.formula is None:
            continue
        oldest = now - overlay.max_age if overlay.max_age is not None else None
        reader = _Reader(contract, given, facts, oldest)
        try:
            value: JsonValue = compute_money(overlay.formula, reader).model_dump()
        except NotComputable as missing:
            detail = (
                f"{name!r} is computed, and this request has no single recent {missing.args[0]!r} to compute it from."
            )
            advice = f"Read the {missing.args[0]} of this record with a tool first, and leave {name!r} out."
            return Written(verdict=_deny("not_computable", detail, advice), arguments=arguments)
        if arguments.get(name) is not None and canonical_bytes(arguments[name]) != canonical_bytes(value):
            detail = f"{name!r} is computed from facts; what was given is not that."
            return Written(verdict=_deny("computed_argument", detail, f"Leave {name!r} out."), arguments=arguments)
        bound[name] = value
    return Written(verdict=Verdict(guard="formulas", outcome="allow", code="written"), arguments=bound)


def compute_money(formula: Formula, reader: _Reader) -> Money:
    """Return the money that a formula says, whole minor units of one currency, never below zero.

    Raises NotComputable for what is missing, in two currencies, below zero, or no percentage from 0 to 100.
    """
    first = _money(formula.of[0], reader)
    if formula.unless is not None and reader.read(formula.unless) in formula.unless.one_of:
        return first.model_copy(update={"amount": 0})
    if formula.function == "percentage":
        return first.model_copy(update={"amount": _share(first.amount, _percent(formula.of[1], reader), formula.round)})
    others = [_money(operand, reader) for operand in formula.of[1:]]
    if any(other.currency != first.currency for other in others):
        raise NotComputable("one currency")
    rest = sum(other.amount for other in others)
    amount = first.amount + rest if formula.function == "sum" else first.amount - rest
    if amount < 0:
        raise NotComputable("amount above zero")
    return first.model_copy(update={"amount": amount})


def _money(operand: FactPath | Formula, reader: _Reader) -> Money:
    if isinstance(operand, Formula):
        return compute_money(operand, reader)
    value = reader.read(operand)
    amount, currency = (value.get("amount"), value.get("currency")) if isinstance(value, dict) else (None, None)
    if not isinstance(amount, int) or isinstance(amount, bool) or amount < 0 or not isinstance(currency, str):
        raise NotComputable(operand.through[-1])
    return Money(amount=amount, currency=currency)


def _percent(operand: FactPath | Formula, reader: _Reader) -> int:
    value = reader.read(operand) if isinstance(operand, FactPath) else None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _HUNDRED:
        raise NotComputable(operand.through[-1] if isinstance(operand, FactPath) else "percentage")
    return value


def _share(amount: int, percent: int, rounding: str) -> int:
    return -(-amount * percent // _HUNDRED) if rounding == "up" else amount * percent // _HUNDRED


def _moment(value: JsonValue) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and "T" in value else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _deny(code: str, detail: str, advice: str) -> Verdict:
    return Verdict(guard="formulas", outcome="deny", code=code, detail=detail, advice=advice)
