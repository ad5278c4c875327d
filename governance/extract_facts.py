"""Which typed facts does a validated result hold?"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from pydantic import JsonValue

from contracts.facts import Fact
from contracts.tool import FactRule, ToolContract
from governance.personal import parse_token
from governance.pointers import find_beside, find_values, join_pointer

# A string that is no word of a sentence: an id, a code, a date. Free text never sources an argument (PROTOCOLS 6).
_TYPED_STRING: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+/-]{0,127}")
# Kinds of personal values that are codes by their contract: their tokens source an argument as the code would. So do
# the codes that a pack declares.
_CODES: Final = frozenset({"IBAN"})


def extract_facts(contract: ToolContract, result: JsonValue, call_id: str, read_at: datetime) -> list[Fact]:
    """Return the facts that the overlay's pointers find in the validated result of an authoritative tool.

    A fact is as old as the result's own `as_of`, never younger than `read_at` (aware). Free text and null are no facts.
    """
    if not contract.overlay.authoritative:
        return []
    as_of = _as_of(result, read_at)
    return [
        Fact(
            key=f"{call_id}#{found.pointer}",
            call_id=call_id,
            tool=contract.name,
            pointer=found.pointer,
            type=found.type,
            value=found.value,
            owner=found.owner,
            subject=found.subject,
            as_of=as_of,
        )
        for found in (item for rule in contract.overlay.facts for item in _apply(rule, result, _codes_of(contract)))
    ]


class _Found(NamedTuple):
    pointer: str
    type: str
    value: JsonValue
    owner: str | None
    subject: str | None


def _codes_of(contract: ToolContract) -> frozenset[str]:
    return _CODES | {code.kind for code in contract.personal_codes}


def _apply(rule: FactRule, result: JsonValue, codes: frozenset[str]) -> Iterator[_Found]:
    for way, value in find_values(result, rule.pointer):
        if not is_typed(value, codes):
            continue
        common = rule.means.get(value, value) if isinstance(value, str) else value
        owner, subject = _beside(result, rule.owner, way), _beside(result, rule.subject, way)
        yield _Found(join_pointer(way), rule.type, common, owner, subject)


def _beside(result: JsonValue, pointer: str | None, way: tuple[str, ...]) -> str | None:
    found = find_beside(result, pointer, way) if pointer else None
    return found if isinstance(found, str) else None


def is_typed(value: JsonValue, codes: frozenset[str] = _CODES) -> bool:
    """Whether a value is a typed scalar or money rather than free text, a structure or nothing.

    A token is where its kind is among `codes`.
    """
    if isinstance(value, dict):
        return value.keys() == {"amount", "currency"} and all(is_typed(part) for part in value.values())
    if isinstance(value, str):
        return _TYPED_STRING.fullmatch(value) is not None or _is_code_token(value, codes)
    return isinstance(value, bool | int | float)


def _is_code_token(value: str, codes: frozenset[str]) -> bool:
    """Whether the value is a token that stands for a code, such as an IBAN; names and addresses are free text."""
    token = parse_token(value)
    return token is not None and token[0] in codes


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
