"""Do the arguments of a call, and the result of a tool, satisfy the tool's contract?"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Final, cast

import jsonschema
import jsonschema_rs
from jsonschema import validators
from jsonschema.exceptions import ValidationError, best_match
from pydantic import JsonValue

from contracts.tool import ToolContract
from contracts.values import JsonObject
from contracts.verdict import Verdict
from governance.explain_error import ArgumentError, explain_error
from governance.strict_json import NotStrict, parse_strict

_BACKTRACKS: Final = 10_000  # bounds patterns with look-around; all others run in linear time
_ERRORS_SHOWN: Final = 5
ENFORCED_FORMATS: Final = (
    *("date", "date-time", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "uri-reference"),
    *("uuid", "regex", "json-pointer"),
)


@dataclass(frozen=True, slots=True)
class Validated:
    """The verdict on a JSON value, the value itself (None when refused) and every mistake found, the best first."""

    verdict: Verdict
    value: JsonValue
    errors: tuple[ArgumentError, ...] = ()


def parse_arguments(text: str) -> Validated:
    """Return the JSON object that the text of a call's arguments says; deny what is not strictly one JSON object."""
    try:
        value = parse_strict(text)
    except NotStrict as error:
        return Validated(_deny("contract", error.code, str(error)), None)
    if not isinstance(value, dict):
        return Validated(_deny("contract", "not_an_object", "Arguments are one JSON object; send {…}."), None)
    return Validated(Verdict(guard="contract", outcome="allow", code="parsed"), value)


def validate_arguments(
    contract: ToolContract,
    arguments: JsonObject,
    *,
    holes: Iterable[str] = (),
    shown: Mapping[str, JsonValue] | None = None,
) -> Validated:
    """Check arguments against the contract; `holes` are arguments that an earlier write will fill.

    `shown` are the same arguments as the model wrote them (with tokens): only from these are values quoted.
    """
    schema = _without(contract.arguments_schema, frozenset(holes))
    errors = find_errors(schema, arguments, arguments if shown is None else dict(shown))
    if not errors:
        return Validated(Verdict(guard="contract", outcome="allow", code="contract_kept"), arguments)
    return Validated(_deny("contract", "invalid_argument", _say(errors[0])), None, errors)


def check_request(contract: ToolContract, arguments: JsonObject, holes: Collection[str] = ()) -> Verdict:
    """Deny arguments that would lead to another path or header than the contract's: `..`, nothing, a line break."""
    if not holes:
        try:
            contract.request(arguments)
        except ValueError as error:
            return _deny("contract", "unsendable", f"{error}.")
    return Verdict(guard="contract", outcome="allow", code="sendable")


def validate_result(contract: ToolContract, result: JsonValue, status: int | None = None) -> Validated:
    """Check a result against the contract; one that breaks it is `unreliable`: an observation, never a fact.

    With the `status` of the answer, against what the contract says of exactly that one.
    """
    errors = find_errors(_schema_of(contract, status), result, None)
    if not errors:
        return Validated(Verdict(guard="result", outcome="allow", code="contract_kept"), result)
    detail = f"The answer of {contract.name} breaks its own contract and cannot be relied on. {_say(errors[0])}"
    return Validated(_deny("result", "unreliable", detail), None, errors)


def _schema_of(contract: ToolContract, status: int | None) -> JsonObject:
    if status is None:
        return contract.result_schema
    named = (str(status), f"{status // 100}XX", "default")
    return next((contract.responses[name] for name in named if name in contract.responses), contract.result_schema)


def is_valid(schema: JsonObject, instance: JsonValue) -> bool:
    """Whether the fast validator accepts the instance, formats included."""
    return _compiled(json.dumps(schema, sort_keys=True)).is_valid(instance)


def find_errors(schema: JsonObject, instance: JsonValue, shown: JsonValue) -> tuple[ArgumentError, ...]:
    """Return nothing for a valid instance; else the mistakes, `best_match` first, that the reference finds.

    Values are quoted from `shown`, a tree of the same shape; None quotes nothing.
    """
    if is_valid(schema, instance):
        return ()
    reference = _Reference(cast("dict[str, Any]", schema), format_checker=_FORMAT_CHECKER)
    best = best_match(reference.iter_errors(instance))
    if best is None:  # the two validators differ: the stricter one counts
        return (ArgumentError("", "The value does not satisfy the contract."),)
    others = islice(reference.iter_errors(instance), _ERRORS_SHOWN)
    told = (explain_error(error, shown) for error in (best, *others))
    return tuple(dict.fromkeys(told))


@lru_cache(maxsize=2_048)
def _compiled(schema: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        json.loads(schema),
        validate_formats=True,
        offline=True,
        pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=_BACKTRACKS),
    )


def _check_format(name: str) -> Callable[[object], bool]:
    schema = json.dumps({"type": "string", "format": name})
    return lambda value: not isinstance(value, str) or _compiled(schema).is_valid(value)


def _format_checker() -> jsonschema.FormatChecker:
    checker = jsonschema.FormatChecker(formats=())
    for name in ENFORCED_FORMATS:
        checker.checkers = {**checker.checkers, name: (_check_format(name), ())}
    return checker


_FORMAT_CHECKER: Final = _format_checker()


def _pattern(_: object, pattern: str, instance: object, __: object) -> Iterator[ValidationError]:
    """The keyword `pattern`, by the fast validator: Python's engine takes exponential time for some patterns."""
    schema = json.dumps({"type": "string", "pattern": pattern})
    if isinstance(instance, str) and not _compiled(schema).is_valid(instance):
        yield ValidationError("does not match the pattern")


_Reference: Final = validators.extend(jsonschema.Draft202012Validator, {"pattern": _pattern})


def _without(schema: JsonObject, holes: frozenset[str]) -> JsonObject:
    required = schema.get("required")
    if not holes or not isinstance(required, list):
        return schema
    return {**schema, "required": [name for name in required if name not in holes]}


def _say(error: ArgumentError) -> str:
    return f"{error.pointer or '/'}: {error.detail}."


def _deny(guard: str, code: str, detail: str) -> Verdict:
    advice = "Correct the arguments and call again." if guard == "contract" else "Do not state it as a fact."
    return Verdict(guard=guard, outcome="deny", code=code, detail=detail, advice=advice)
