"""Why do the policies answer as they do? Every rule about the call: whether it holds, and what it read."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from contracts.principal import Acting
from contracts.tool import ToolContract
from contracts.verdict import Verdict
from governance.policy_text import Rule, split_rules
from governance.rights import Resource, Rights, principal_attributes

ABSENT = "(not there)"


@dataclass(frozen=True, slots=True)
class RuleSaid:
    """One rule about this action: whether its conditions hold, and each value that it read."""

    id: str
    forbids: bool
    holds: bool
    read: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The verdict, and what each rule that speaks of this action contributed."""

    verdict: Verdict
    rules: tuple[RuleSaid, ...]


def explain_policy(
    policies: str,
    version: str,
    acting: Acting,
    tool: ToolContract,
    resource: Resource,
    context: Mapping[str, JsonValue],
) -> Explanation:
    """Decide as the guards do, and say by which rules. Raises ValueError for a text that is not Cedar."""
    verdict = Rights(policies, version).decide(acting, tool, resource, context)
    known: dict[str, JsonValue] = {
        "principal": principal_attributes(acting),
        "resource": dict(resource.attributes or {}),
        "context": dict(context),
    }
    said = [
        _ask(rule, acting, tool, resource, context, known) for rule in split_rules(policies) if _is_about(rule, tool)
    ]
    return Explanation(verdict, tuple(said))


def _is_about(rule: Rule, tool: ToolContract) -> bool:
    named = {action for action, _ in rule.actions()}
    return not named or bool(named & {tool.name, tool.overlay.kind})


def _ask(
    rule: Rule,
    acting: Acting,
    tool: ToolContract,
    resource: Resource,
    context: Mapping[str, JsonValue],
    known: Mapping[str, JsonValue],
) -> RuleSaid:
    holds = Rights(rule.text, "").any_holds(acting, tool, resource, context)
    return RuleSaid(rule.id, rule.forbids, holds, {path: _value(known, path) for path in rule.reads()})


def _value(known: Mapping[str, JsonValue], path: str) -> JsonValue:
    here: JsonValue = dict(known)
    for part in path.split("."):
        if not isinstance(here, dict) or part not in here or here[part] is None:
            return ABSENT
        here = here[part]
    return here
