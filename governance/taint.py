"""Has text that somebody else wrote entered the prompt, and may a write still follow (PROTOCOLS 6, rule 6)?"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import JsonValue

from governance.extract_facts import is_typed
from governance.personal import parse_token

_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_LONGEST_ID: Final = 40


def holds_prose(value: JsonValue) -> bool:
    """Whether a result holds free text: a string that is neither a token nor a single word such as an id or a date.

    Only words can tell a model what to do; ids, codes, amounts and times cannot. Words joined by dots and dashes, more
    than 40 characters of them, are words.
    """
    if isinstance(value, dict):
        return any(holds_prose(item) for item in value.values())
    if isinstance(value, list):
        return any(holds_prose(item) for item in value)
    if not isinstance(value, str) or not value or parse_token(value) is not None:
        return False
    return not is_typed(value) or (len(value) > _LONGEST_ID and len(_WORD.findall(value)) > 1)


def foreseen_tools(steps: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Return the tools of open plan steps that were planned before anybody else's text was read."""
    return frozenset(
        str(step["tool"]) for step in steps if step.get("tool") and step["state"] == "open" and not step.get("tainted")
    )


def keep_taint(
    steps: Sequence[Mapping[str, Any]], earlier: Sequence[Mapping[str, Any]], *, tainted: bool
) -> list[dict[str, Any]]:
    """Mark the steps of a new plan: after tainted text those are tainted that the earlier, clean plan did not have."""
    left = [step["tool"] for step in earlier if step.get("tool") and not step.get("tainted")]
    marked: list[dict[str, Any]] = []
    for step in steps:
        foreseen = step.get("tool") in left
        if foreseen:
            left.remove(step.get("tool"))
        marked.append({**step, "tainted": bool(tainted and step.get("tool") and not foreseen)})
    return marked
