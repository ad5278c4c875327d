"""Has text that somebody else wrote entered the prompt, and may a write still follow (PROTOCOLS 6, rule 6)?"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import JsonValue

from governance.extract_facts import is_typed
from governance.personal import parse_token


def holds_prose(value: JsonValue) -> bool:
    """Whether a result holds free text: a string that is neither a token nor a single word such as an id or a date.

    Only words can tell a model what to do; ids, codes, amounts and times cannot.
    """
    if isinstance(value, dict):
        return any(holds_prose(item) for item in value.values())
    if isinstance(value, list):
        return any(holds_prose(item) for item in value)
    return isinstance(value, str) and bool(value) and parse_token(value) is None and not is_typed(value)


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
