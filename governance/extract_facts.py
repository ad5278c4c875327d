"""Which typed facts does a validated result hold?"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from pydantic import JsonValue

from contracts.facts import Fact
from contracts.tool import FactRule, ToolContract
from governance.personal import parse_token
from governance.pointers import find_beside, find_values, join_pointer

# A string that is no word of a sentence: an id, a code, a date. Free text never sources an argument (PROTOCOLS 6).
_TYPED_STRING: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+/-]{0,127}")
# Kinds of personal values that are codes by their contract: their tokens source an argument as the code would.
_CODES: Final = frozenset({"IBAN"})


def extract_facts(contract: ToolContract, result: JsonValue, call_id: str, read_at: datetime) -> list[Fact]:
    """Return the facts that the overlay's pointers find in the validated result of an authoritative tool.

    A fact is as old as the result's own `as_of`, never younger than `read_at` (aware). Free text and null are no facts.
    """
    if not contract.overlay.authoritative:
        return []
    as_of = _as_of(result, read_at)
    found = (item for rule in contract.overlay.facts for item in _apply(rule, result))
    return [
        Fact(
            key=f"{call_id}#{pointer}",
            call_id=call_id,
            tool=contract.name,
            pointer=pointer,
            type=kind,
            value=value,
            owner=owner,
            as_of=as_of,
        )
        for pointer, kind, value, owner in found
    ]


def _apply(rule: FactRule, result: JsonValue) -> Iterator[tuple[str, str, JsonValue, str | None]]:
    for way, value in find_values(result, rule.pointer):
        if not is_typed(value):
            continue
        owner = find_beside(result, rule.owner, way) if rule.owner else None
        yield join_pointer(way), rule.type, value, owner if isinstance(owner, str) else None


def is_typed(value: JsonValue) -> bool:
    """Whether a value is a typed scalar or money rather than free text, a structure or nothing."""
    if isinstance(value, dict):
        return value.keys() == {"amount", "currency"} and all(is_typed(part) for part in value.values())
    if isinstance(value, str):
        return _TYPED_STRING.fullmatch(value) is not None or _is_code_token(value)
    return isinstance(value, bool | int | float)


def _is_code_token(value: str) -> bool:
    """Whether the value is a token that stands for a code, such as an IBAN; names and addresses are free text."""
    token = parse_token(value)
    return token is not None and token[0] in _CODES


def _as_of(result: JsonValue, read_at: datetime) -> datetime:
    stated = result.get("as_of") if isinstance(result, dict) else None
    if isinstance(stated, str):
        try:
            moment = datetime.fromisoformat(stated)
        except ValueError:
            return read_at
        if moment.tzinfo is not None:
            return min(moment, read_at)
    return read_at
