"""How is a mistake in arguments told to the model, in one line that quotes no personal value?"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final, cast

from jsonschema.exceptions import ValidationError
from pydantic import JsonValue

from governance.pointers import join_pointer
from governance.strict_json import shorten

_NAMES_SHOWN: Final = 5
_PHRASES: Final = {
    "enum": "is not one of",
    "const": "is not",
    "format": "is not a valid",
    "pattern": "does not match the pattern",
    "minimum": "is less than the minimum of",
    "maximum": "is greater than the maximum of",
    "exclusiveMinimum": "must be greater than",
    "exclusiveMaximum": "must be less than",
    "multipleOf": "is not a multiple of",
    "minLength": "is shorter than",
    "maxLength": "is longer than",
    "minItems": "has fewer items than",
    "maxItems": "has more items than",
    "uniqueItems": "has repeated items",
    "anyOf": "fits none of",
    "oneOf": "does not fit exactly one of",
}


@dataclass(frozen=True, slots=True)
class ArgumentError:
    """One mistake: where (JSON pointer) and what is wrong, as the model reads it."""

    pointer: str
    detail: str


def explain_error(error: ValidationError, shown: JsonValue) -> ArgumentError:
    """Return pointer and sentence; values are quoted, cut short, from `shown`: the tree as the model wrote it.

    What `shown` does not hold (None: nothing) is called "the value"; without it no key of the instance is named either.
    """
    way = list(error.absolute_path)
    if shown is None:
        way = _declared(error, way)
    return ArgumentError(join_pointer(way), _explain(error, _quote(shown, way), names_keys=shown is not None))


def _declared(error: ValidationError, way: Sequence[str | int]) -> list[str | int]:
    """The beginning of a pointer that the schema itself names: a key that it does not is somebody's text."""
    named = set(map(str, error.absolute_schema_path))
    own = takewhile(lambda part: isinstance(part, int) or part in named, way)
    return list(own)


def _quote(shown: JsonValue, way: Sequence[str | int]) -> str:
    here = shown
    for part in way:
        if isinstance(here, dict) and isinstance(part, str):
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            return "the value"
    return "the value" if shown is None else shorten(here)


def _explain(error: ValidationError, quoted: str, *, names_keys: bool) -> str:
    keyword, rule, instance = str(error.validator), cast("JsonValue", error.validator_value), error.instance
    if keyword == "type":
        wanted = " or ".join(map(str, rule)) if isinstance(rule, list) else str(rule)
        return f"{quoted} is not of type {wanted}"
    if keyword == "required" and isinstance(rule, list) and isinstance(instance, dict):
        missing = [shorten(name) for name in rule if name not in instance]
        return f"{', '.join(missing)} is required"
    if keyword == "additionalProperties" and isinstance(instance, dict):
        known = cast("dict[str, Any]", error.schema).get("properties", {})
        extra = [shorten(name) for name in cast("dict[str, Any]", instance) if name not in known]
        said = ", ".join(extra[:_NAMES_SHOWN]) if names_keys else "a key"
        return f"{said} is not known here; known: {', '.join(known) or 'nothing'}"
    return f"{quoted} {_PHRASES.get(keyword, 'does not satisfy the rule')} {shorten(rule, 160)}"
