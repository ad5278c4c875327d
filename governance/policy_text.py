"""Which rules does a Cedar text hold, on which lines, and what do they say of themselves?"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

import cedarpy

_TOKEN: Final = re.compile(r'//[^\n]*|"(?:\\.|[^"\\])*"|;')
_ACTION: Final = re.compile(r'Action::"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as written: `line` is that of its first annotation or word, from 1."""

    line: int
    text: str

    @property
    def body(self) -> dict[str, Any]:
        """The rule as Cedar's JSON. Raises ValueError for what is not Cedar."""
        parsed = cast("dict[str, Any]", json.loads(cedarpy.policies_to_json_str(self.text)))
        rules = [*parsed.get("staticPolicies", {}).values(), *parsed.get("templates", {}).values()]
        if len(rules) != 1:
            raise ValueError("is not one rule")
        return rules[0]

    @property
    def notes(self) -> dict[str, str]:
        """Its annotations: `id`, `reason`, `advice`."""
        return self.body.get("annotations") or {}

    @property
    def id(self) -> str:
        """Its `@id`; empty without one."""
        return self.notes.get("id") or ""

    @property
    def forbids(self) -> bool:
        """Whether it is a `forbid`."""
        return self.body["effect"] == "forbid"

    def actions(self) -> Iterator[tuple[str, int]]:
        """Every action that it names, with its line."""
        for found in _ACTION.finditer(self.text):
            yield found[1], self.line + self.text.count("\n", 0, found.start())

    def reads(self) -> list[str]:
        """What its conditions read, such as `context.arguments.amount`, in the order of the text."""
        paths = [path for condition in self.body.get("conditions", []) for path in _paths(condition["body"])]
        longest = [path for path in paths if not any(other.startswith(f"{path}.") for other in paths)]
        return list(dict.fromkeys(longest))


def split_rules(text: str) -> list[Rule]:
    """Return the rules of a Cedar text, each up to its semicolon; what stands behind the last one is a rule too."""
    rules: list[Rule] = []
    start = 0
    for found in _TOKEN.finditer(text):
        if found[0] == ";":
            rules.append(_rule(text, start, found.end()))
            start = found.end()
    if _without_comments(text[start:]).strip():
        rules.append(_rule(text, start, len(text)))
    return rules


def _rule(text: str, start: int, end: int) -> Rule:
    """The rule between two places; comments above it are not part of it."""
    blank = re.compile(r"(?:\s+|//[^\n]*)*").match(text, start)
    begin = start if blank is None else min(blank.end(), end)
    return Rule(text.count("\n", 0, begin) + 1, text[begin:end])


def _without_comments(text: str) -> str:
    return re.sub(r"//[^\n]*", "", text)


def _paths(node: Any) -> Iterator[str]:
    """Every chain of attributes from `principal`, `resource` or `context`, also those asked for by `has`."""
    if isinstance(node, list):
        for item in cast("list[Any]", node):
            yield from _paths(item)
    if not isinstance(node, dict):
        return
    tree = cast("dict[str, Any]", node)
    for kind in (".", "has"):
        if kind in tree and (path := _path(tree)) is not None:
            yield path
            return
    for below in tree.values():
        yield from _paths(below)


def _path(node: Any) -> str | None:
    if "Var" in node:
        return str(node["Var"])
    for kind in (".", "has"):
        if kind in node:
            left = _path(node[kind]["left"])
            return None if left is None else f"{left}.{node[kind]['attr']}"
    return None
