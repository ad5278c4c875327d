"""What is wrong with a company's policies? Cedar itself, what rules must say of themselves, and the schema."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import cedarpy

from contracts.tool import ToolContract
from governance.policy_schema import cedar_schema
from governance.policy_text import Rule, split_rules
from governance.rights import read_approval

LONGEST_NOTE: Final = 200
"""Characters of a reason or an advice: one line that a model and a customer's screen can take."""
_GROUPS: Final = frozenset({"read", "write"})
_POLICY: Final = re.compile(r"^for policy `policy\d+`, ")

type Mistake = tuple[int, str]
"""A line, from 1, and what to do."""


def rule_mistakes(text: str, tools: Collection[str]) -> list[Mistake]:
    """Return what keeps a text from being policies at all: syntax, rules without an id of their own, unknown tools."""
    rules, mistakes = split_rules(text), list[Mistake]()
    seen: set[str] = set()
    for rule in rules:
        try:
            name = rule.id
        except ValueError as error:
            mistakes.append((rule.line, f"is not Cedar: {' '.join(str(error).split())}"))
            continue
        if not name:
            mistakes.append((rule.line, 'has a rule without @id("…"); the record of decisions names rules by id'))
        elif name in seen:
            mistakes.append((rule.line, f"@id {name!r} is there twice; ids are unique"))
        seen.add(name)
        mistakes.extend(_unknown_actions(rule, tools))
    return mistakes


def _unknown_actions(rule: Rule, tools: Collection[str]) -> Iterator[Mistake]:
    for action, line in rule.actions():
        if action not in tools and action not in _GROUPS:
            yield line, f"no tool {action!r} in tools.yaml; correct the action"


def note_mistakes(text: str, roles: Collection[str]) -> list[Mistake]:
    """Return where a denial would not explain itself: a `forbid` says why, and in one line what to do instead."""
    mistakes: list[Mistake] = []
    for rule in split_rules(text):
        reason, advice = rule.notes.get("reason"), rule.notes.get("advice")
        if rule.forbids and not reason:
            mistakes.append((rule.line, f'{rule.id}: a forbid needs @reason("…"): why it stands in the way'))
        if rule.forbids and not advice:
            mistakes.append((rule.line, f'{rule.id}: a forbid needs @advice("…"): what may be done instead'))
        for kind, note in (("reason", reason or ""), ("advice", advice or "")):
            if "\n" in note or len(note) > LONGEST_NOTE:
                mistakes.append((rule.line, f"{rule.id}: @{kind} takes one line of at most {LONGEST_NOTE} characters"))
        approval = read_approval(advice)
        if approval is not None and approval[0] not in roles:
            told = f"{rule.id}: @advice names the role {approval[0]!r}, which pack.yaml does not define"
            mistakes.append((rule.line, told))
    return mistakes


def schema_mistakes(text: str, tools: Mapping[str, ToolContract]) -> list[Mistake]:
    """Return where a rule reads what no principal, record or call of these tools has, or compares what never equals."""
    mistakes: list[Mistake] = []
    schema = cedar_schema(tools)
    for rule in split_rules(text):
        for error in cedarpy.validate_policies(rule.text, schema).errors:
            told = _POLICY.sub("", " ".join(error.error.split()))
            mistakes.append((rule.line, f"{rule.id}: {told}"))
        for path in rule.reads():
            if not any(_reaches(root, path.split(".")[1:]) for root in _roots(schema[""], rule, path)):
                told = f"{rule.id}: {path!r} is nowhere; no call has it, so the rule would never hold"
                mistakes.append((rule.line, told))
    return mistakes


def _roots(schema: dict[str, Any], rule: Rule, path: str) -> list[dict[str, Any]]:
    """Where a path may start: any principal, the record, or the context of an action that the rule is about.

    Cedar takes `x has typo` for a test that fails, and says nothing; a `forbid` that never holds is a hole.
    """
    shapes = {name: entity["shape"] for name, entity in schema["entityTypes"].items()}
    match path.split(".")[0]:
        case "principal":
            return [shape for name, shape in shapes.items() if name != "Record"]
        case "resource":
            return [shapes["Record"]]
        case _:
            named = {action for action, _ in rule.actions()}
            calls = {name: one for name, one in schema["actions"].items() if "appliesTo" in one}
            groups = {name: {group["id"] for group in one["memberOf"]} for name, one in calls.items()}
            meant = [name for name in calls if not named or name in named or groups[name] & named]
            return [calls[name]["appliesTo"]["context"] for name in meant]


def _reaches(shape: dict[str, Any], parts: Sequence[str]) -> bool:
    here = shape
    for part in parts:
        if part not in here.get("attributes", {}):
            return False
        here = here["attributes"][part]
    return True


def policy_mistakes(text: str, tools: Mapping[str, ToolContract], roles: Collection[str]) -> list[Mistake]:
    """Return every mistake, by line. What is not Cedar, or names tools that are not there, is told first and alone."""
    mistakes = rule_mistakes(text, tools)
    if not mistakes:
        mistakes = [*note_mistakes(text, roles), *schema_mistakes(text, tools)]
    return sorted(set(mistakes))
