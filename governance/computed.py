"""Which value does the runtime write for an argument that is computed (PROTOCOLS 6, rule 4)?

A model or a flow sends `{"compute": <function>, …}` instead of a value; the function's inputs are facts of this request
or the customer's words, and what it gives is written, never checked afterwards:
  resolve_date  {"words": "next friday"}: the one day that these words of the customer's name
  shown_option  {"n": 2}: the second of the records that the last answer showed, in its order
  pick          {"field": "fare", "criterion": "lowest" or "highest"}: of the records of the newest read
  sum, difference  {"of": [value, …]}: of facts of the declared types, in one currency
  percentage    {"of": [value], "percent": value}: rounded half up to the minor unit
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from pydantic import JsonValue

from contracts.argument import ComputeFunction, ParameterOverlay
from contracts.facts import Fact
from contracts.tool import ToolContract
from contracts.values import JsonObject
from contracts.verdict import Verdict
from governance.canonical import canonical_bytes
from governance.dates import DATE_PATTERNS, read_date, read_day_word
from governance.words import says

_TODAY: Final = re.compile(r"\b(?:today|tonight)\b", re.IGNORECASE)
_IN_DAYS: Final = re.compile(r"\bin (\d{1,3}|one|two|three|four|five|six|seven) (day|week)s?\b", re.IGNORECASE)
_NUMBERS: Final = {
    name: number for number, name in enumerate(["one", "two", "three", "four", "five", "six", "seven"], start=1)
}
_NEXT: Final = re.compile(r"\bnext\b", re.IGNORECASE)
_WEEK: Final = 7


class NotComputable(ValueError):
    """The function cannot give one value; a model may read why."""


@dataclass(frozen=True, slots=True)
class Known:
    """What functions may read: facts of the request, the customer's words, the agent's last answer, the day."""

    facts: Sequence[Fact]
    customer_words: Sequence[str]
    shown: str
    today: date


@dataclass(frozen=True, slots=True)
class Computed:
    """The verdict, the arguments with every computation replaced by its value, and by argument what it came from."""

    verdict: Verdict
    arguments: JsonObject
    origins: Mapping[str, str]


def as_computation(value: JsonValue) -> JsonObject | None:
    """Return the computation that a value asks for, or None for a literal."""
    return value if isinstance(value, dict) and isinstance(value.get("compute"), str) else None


def compute_arguments(contract: ToolContract, arguments: JsonObject, known: Known) -> Computed:
    """Write the value of every computation that the overlay declares for its argument; deny any other."""
    made = dict(arguments)
    origins: dict[str, str] = {}
    for name, value in arguments.items():
        asked = as_computation(value)
        if asked is None:
            continue
        overlay = contract.overlay.parameters.get(name)
        declares: tuple[ComputeFunction, ...] = overlay.compute if overlay else ()
        function: ComputeFunction | None = next((one for one in declares if one == asked["compute"]), None)
        if overlay is None or function is None:
            declared = ", ".join(declares) or "nothing"
            detail = f"{name!r} is not computed by {str(asked['compute'])[:40]!r}; it may be by {declared}."
            return Computed(_deny("not_computed", detail), arguments, {})
        try:
            made[name], origins[name] = _FUNCTIONS[function](asked, overlay, known)
        except NotComputable as error:
            return Computed(_deny("not_computable", f"{name!r}: {error}"), arguments, {})
    return Computed(Verdict(guard="sources", outcome="allow", code="computed"), made, origins)


def _resolve_date(asked: JsonObject, _: ParameterOverlay, known: Known) -> tuple[JsonValue, str]:
    words = asked.get("words")
    if not isinstance(words, str) or not says(known.customer_words, words):
        raise NotComputable("the customer has not said these words; pass theirs unchanged or ask for the day.")
    days = sorted(set(_days_in(words, known.today)))
    if len(days) != 1:
        raise NotComputable(f"these words name {len(days)} days, not one; ask the customer which day is meant.")
    return days[0].isoformat(), "resolve_date"


def _days_in(words: str, today: date) -> Iterable[date]:
    if _TODAY.search(words):
        yield today
    for found in _IN_DAYS.finditer(words):
        number = _NUMBERS.get(found[1].lower()) or int(found[1])
        yield today + timedelta(days=number * (_WEEK if found[2].lower() == "week" else 1))
    for pattern in DATE_PATTERNS:
        for found in pattern.finditer(words):
            yield from (_coming(form, today) for form in read_date(found, today))
    for _, _, forms in read_day_word(words, today):
        for form in forms:
            day = _coming(form, today)
            in_the_next_week = form.startswith("weekday-") and _NEXT.search(words) and day - today < timedelta(days=2)
            yield day + timedelta(days=_WEEK) if in_the_next_week else day


def _coming(form: str, today: date) -> date:
    """The day that a form means: itself, the next such weekday after today, the next such day of a year."""
    if form.startswith("weekday-"):
        ahead = (int(form.removeprefix("weekday-")) - today.weekday()) % _WEEK
        return today + timedelta(days=ahead or _WEEK)
    if not form.startswith("--"):
        return date.fromisoformat(form)
    for year in range(today.year, today.year + 9):  # 29 February is at most eight years away
        try:
            day = date.fromisoformat(f"{year}{form[1:]}")
        except ValueError:
            continue
        if day >= today:
            return day
    raise NotComputable("there is no such day; ask the customer which day is meant.")


def _shown_option(asked: JsonObject, overlay: ParameterOverlay, known: Known) -> tuple[JsonValue, str]:
    number = asked.get("n")
    places: dict[int, list[Fact]] = {}
    shown = known.shown.casefold()
    for one in known.facts:
        if one.type == overlay.type and (place := _first_mention(one, known.facts, shown)) is not None:
            places.setdefault(place, []).append(one)
    options = [places[place] for place in sorted(places)]
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= len(options):
        raise NotComputable(f"the last answer showed {len(options)} of them; show the options again and ask.")
    return _only(options[number - 1], "shown_option")


def _first_mention(one: Fact, facts: Sequence[Fact], shown: str) -> int | None:
    words = (str(other.value).casefold() for other in facts if other.record == one.record)
    found = (re.search(rf"(?<!\w){re.escape(word)}(?!\w)", shown) for word in words if len(word) > 2)
    return min((match.start() for match in found if match), default=None)


def _pick(asked: JsonObject, overlay: ParameterOverlay, known: Known) -> tuple[JsonValue, str]:
    field, criterion = asked.get("field"), asked.get("criterion")
    candidates = [one for one in known.facts if one.type == overlay.type]
    if not candidates or criterion not in ("lowest", "highest"):
        raise NotComputable("there is nothing to pick from, or the criterion is neither 'lowest' nor 'highest'.")
    newest = max(candidates, key=lambda one: one.as_of).call_id
    ranked: dict[Decimal, list[Fact]] = {}
    units: set[str] = set()
    for one in (candidate for candidate in candidates if candidate.call_id == newest):
        beside = next((other for other in known.facts if other.record == one.record and other.field == field), None)
        if beside is None:
            raise NotComputable("not every record has this field as a fact; choose another field.")
        amount, unit = _number(beside.value)
        units.add(unit)
        ranked.setdefault(amount, []).append(one)
    if len(units) != 1:
        raise NotComputable("their values are not of one currency.")
    return _only(ranked[min(ranked) if criterion == "lowest" else max(ranked)], f"pick {criterion} {field}")


def _only(facts: Sequence[Fact], how: str) -> tuple[JsonValue, str]:
    different = {canonical_bytes(one.value) for one in facts}
    if len(different) != 1:
        raise NotComputable("several records fit equally; ask the customer which one is meant.")
    return facts[0].value, f"{how}: {facts[0].key}"


def _sum(asked: JsonObject, overlay: ParameterOverlay, known: Known) -> tuple[JsonValue, str]:
    amounts, unit, keys = _operands(asked.get("of"), overlay, known)
    return _value(sum(amounts, Decimal(0)), unit), f"sum: {keys}"


def _difference(asked: JsonObject, overlay: ParameterOverlay, known: Known) -> tuple[JsonValue, str]:
    amounts, unit, keys = _operands(asked.get("of"), overlay, known)
    if len(amounts) != 2 or amounts[0] < amounts[1]:
        raise NotComputable("a difference is of two values, the larger one first.")
    return _value(amounts[0] - amounts[1], unit), f"difference: {keys}"


def _percentage(asked: JsonObject, overlay: ParameterOverlay, known: Known) -> tuple[JsonValue, str]:
    amounts, unit, keys = _operands(asked.get("of"), overlay, known)
    share, share_unit, share_key = _operands([asked.get("percent")], overlay, known)
    if len(amounts) != 1 or share_unit:
        raise NotComputable("a percentage is of one value, by a plain number.")
    part = (amounts[0] * share[0] / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return _value(part, unit), f"percentage: {keys}, {share_key}"


def _operands(values: JsonValue, overlay: ParameterOverlay, known: Known) -> tuple[list[Decimal], str, str]:
    """The numbers, their one currency (empty for plain numbers), and the keys of the facts that they are."""
    if not isinstance(values, list) or not values:
        raise NotComputable("`of` is a list of values that tools have returned.")
    numbers: list[tuple[Decimal, str]] = []
    keys: list[str] = []
    for value in values:
        wanted = canonical_bytes(value)
        found = [
            one for one in known.facts if one.type in overlay.compute_from and canonical_bytes(one.value) == wanted
        ]
        if not found:
            types = ", ".join(overlay.compute_from) or "nothing"
            raise NotComputable(f"a value of it is no fact of this request; it is computed from: {types}.")
        newest = max(found, key=lambda one: one.as_of)
        if overlay.max_age is not None and newest.as_of < max(one.as_of for one in known.facts) - overlay.max_age:
            raise NotComputable("a value of it was read too long ago; read it again.")
        numbers.append(_number(value))
        keys.append(newest.key)
    if len({unit for _, unit in numbers}) != 1:
        raise NotComputable("its values are not of one currency.")
    return [number for number, _ in numbers], numbers[0][1], ", ".join(keys)


def _number(value: JsonValue) -> tuple[Decimal, str]:
    unit = ""
    if isinstance(value, dict):
        unit, value = str(value.get("currency")), value.get("amount")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotComputable("a value of it is no number or amount.")
    return Decimal(str(value)), unit


def _value(number: Decimal, unit: str) -> JsonValue:
    plain: int | float = int(number) if number == number.to_integral_value() else float(number)
    return {"amount": plain, "currency": unit} if unit else plain


type _Function = Callable[[JsonObject, ParameterOverlay, Known], tuple[JsonValue, str]]
_FUNCTIONS: Final[Mapping[ComputeFunction, _Function]] = {
    "resolve_date": _resolve_date,
    "shown_option": _shown_option,
    "pick": _pick,
    "sum": _sum,
    "difference": _difference,
    "percentage": _percentage,
}


def _deny(code: str, detail: str) -> Verdict:
    return Verdict(
        guard="sources", outcome="deny", code=code, detail=detail, advice="Send it as the tool describes it."
    )
