"""Do the company's Cedar policies allow this call?

What a policy sees:
  principal  `Customer::"C101"`, `Visitor::"visitor"` or `Staff::"<id>"`; `customer_id` (not of visitors), `role`,
             `assurance`, `assurance_level` (0 anonymous … 3 stepped up), `level` (the agent's), `reservations` (set)
  action     `Action::"<tool>"`, in the group `Action::"read"` or `Action::"write"`
  resource   `Record::"<id>"`; attributes: the typed facts of the record that the call names, and `owner`
             and what the tool's `about` says of it; `<name>_days` is the age of a time in whole days
  context    `arguments` (a record), `tainted`, `approved` (a person approved exactly this), `spent` (by limit, such as
             `customer_1d`: minor units that this tool has moved within the window), and what is added
JSON null is left out, fractions become Cedar decimals, money of a record its minor units. A `forbid` with
`@advice("approve:<role>")` asks a person with this role, `@advice("approve:<role>:2")` two of them (four eyes), where
the call is allowed once `context.approved` holds.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import cedarpy
from pydantic import JsonValue

from contracts.principal import Acting
from contracts.tool import ToolContract
from contracts.verdict import Verdict
from governance.assurance import LEVELS, raise_assurance
from governance.sources import is_for_the_runtime

_MAX_LONG: Final = 2**63 - 1
NO_RECORD: Final = "none"
APPROVED: Final = "approved"
ASKS_APPROVAL: Final = "approve:"


@dataclass(frozen=True, slots=True)
class PolicyNotes:
    """What a policy says of itself: `@id`, `@reason`, `@advice`."""

    id: str
    reason: str
    advice: str | None


@dataclass(frozen=True, slots=True)
class Resource:
    """The record that a call names, and what authoritative reads of this request say of it."""

    id: str = NO_RECORD
    attributes: Mapping[str, JsonValue] | None = None


class Rights:
    """A parsed policy set of one version. Policies that cannot be parsed deny everything."""

    def __init__(self, policies_text: str, version: str) -> None:
        self.version = version
        self.problem = ""
        self._policies: cedarpy.PolicySet | None = None
        self._notes: dict[str, PolicyNotes] = {}
        if not policies_text.strip():
            self.problem = "There are no policies."
            return
        try:
            self._policies = cedarpy.PolicySet.from_str(policies_text)
            self._notes = _read_notes(policies_text)
        except ValueError:
            self._policies = None
            self.problem = "The policies cannot be parsed."

    def decide(
        self, acting: Acting, tool: ToolContract, resource: Resource, context: Mapping[str, JsonValue]
    ) -> Verdict:
        """Allow only what a policy permits, no policy forbids and every policy could evaluate; deny otherwise.

        `approve`: only policies that ask for an approval stand against it; the advice names the role.
        """
        if self._policies is None:
            return self._deny("no_policies", self.problem)
        result = self._ask_cedar(self._policies, acting, tool, resource, context)
        if result.diagnostics.errors:
            return self._deny("policy_error", "A policy could not be evaluated, so the call is denied.")
        notes = [self._notes[policy] for policy in sorted(result.diagnostics.reasons) if policy in self._notes]
        if result.allowed:
            code = notes[0].id if notes else "permitted"
            return Verdict(guard="rights", outcome="allow", code=code, policy_version=self.version)
        if not notes:
            return self._deny("not_permitted", f"No policy permits {tool.name} here.")
        if not context.get(APPROVED) and all((note.advice or "").startswith(ASKS_APPROVAL) for note in notes):
            approved = self.decide(acting, tool, resource, {**context, APPROVED: True})
            return self._ask(notes[0]) if approved.allowed else approved
        return self._deny(notes[0].id, notes[0].reason, notes[0].advice)

    def any_holds(
        self, acting: Acting, tool: ToolContract, resource: Resource, context: Mapping[str, JsonValue]
    ) -> bool:
        """Whether the conditions of any policy of this set hold; one that cannot be evaluated does not hold."""
        if self._policies is None:
            return False
        return bool(self._ask_cedar(self._policies, acting, tool, resource, context).diagnostics.reasons)

    @staticmethod
    def _ask_cedar(
        policies: cedarpy.PolicySet,
        acting: Acting,
        tool: ToolContract,
        resource: Resource,
        context: Mapping[str, JsonValue],
    ) -> cedarpy.AuthzResult:
        request = {
            "principal": _principal_uid(acting),
            "action": {"type": "Action", "id": tool.name},
            "resource": {"type": "Record", "id": resource.id},
            "context": _cedar_record(context),
        }
        entities = json.dumps([*_entities(acting, tool), _record(resource)])
        return cedarpy.is_authorized(request, policies, entities)

    def could_allow(self, acting: Acting, tool: ToolContract) -> bool:
        """Whether some record and context exist for which policy might allow the call (partial evaluation)."""
        if self._policies is None:
            return False
        principal, action = _principal_uid(acting), {"type": "Action", "id": tool.name}
        request = {"principal": _cedar_text(principal), "action": _cedar_text(action)}
        result = cedarpy.is_authorized_partial(request, self._policies, json.dumps(_entities(acting, tool)))
        if result.diagnostics.errors:
            return False
        return result.decision is cedarpy.Decision.Allow or bool(
            result.decision is cedarpy.Decision.NoDecision and result.diagnostics.may_be_determining
        )

    def allowed_tools(
        self, acting: Acting, tools: Iterable[ToolContract], *, can_step_up: bool = False
    ) -> tuple[ToolContract, ...]:
        """Return the tools that may be shown to a model here; each call is decided again."""
        pairs = ((tool, raise_assurance(acting, tool, can_step_up=can_step_up)) for tool in tools)
        return tuple(
            tool
            for tool, principal in pairs
            if tool.overlay.enabled
            and not is_for_the_runtime(tool)
            and LEVELS[principal.assurance] >= LEVELS[tool.overlay.assurance]
            and self.could_allow(principal, tool)
        )

    def _ask(self, notes: PolicyNotes) -> Verdict:
        return Verdict(
            guard="rights",
            outcome="approve",
            code=notes.id,
            detail=notes.reason,
            advice=notes.advice,
            policy_version=self.version,
        )

    def _deny(self, code: str, detail: str, advice: str | None = None) -> Verdict:
        return Verdict(
            guard="rights", outcome="deny", code=code, detail=detail, advice=advice, policy_version=self.version
        )


def read_approval(advice: str | None) -> tuple[str, int] | None:
    """Return role and number of people that `approve:<role>` or `approve:<role>:2` asks for; None for other advice."""
    if advice is None or not advice.startswith(ASKS_APPROVAL):
        return None
    role, _, people = advice.removeprefix(ASKS_APPROVAL).partition(":")
    return role, (int(people) if people.isdigit() else 1)


def _read_notes(policies_text: str) -> dict[str, PolicyNotes]:
    parsed = cast("dict[str, Any]", json.loads(cedarpy.policies_to_json_str(policies_text)))
    every = {**parsed.get("templates", {}), **parsed.get("staticPolicies", {})}
    notes: dict[str, PolicyNotes] = {}
    for policy, body in every.items():
        said: dict[str, str] = body.get("annotations") or {}
        name = said.get("id") or policy
        notes[policy] = PolicyNotes(name, said.get("reason") or f"The policy {name!r} decides.", said.get("advice"))
    return notes


def _principal_uid(acting: Acting) -> dict[str, str]:
    if acting.customer_id is None:
        return {"type": "Visitor", "id": "visitor"}
    return {"type": "Customer" if acting.role in ("visitor", "customer") else "Staff", "id": acting.customer_id}


def _cedar_text(uid: Mapping[str, str]) -> str:
    return f"{uid['type']}::{json.dumps(uid['id'])}"


def principal_attributes(acting: Acting) -> dict[str, JsonValue]:
    """Return what a policy sees of who acts; None is left out."""
    return {
        "customer_id": acting.customer_id,
        "role": acting.role,
        "assurance": acting.assurance,
        "assurance_level": LEVELS[acting.assurance],
        "level": acting.level,
        "reservations": list(acting.reservations),
    }


def _entities(acting: Acting, tool: ToolContract) -> list[dict[str, JsonValue]]:
    attributes = principal_attributes(acting)
    group: dict[str, JsonValue] = {"type": "Action", "id": tool.overlay.kind}
    return [
        {"uid": dict(_principal_uid(acting)), "attrs": _cedar_record(attributes), "parents": []},
        {"uid": {"type": "Action", "id": tool.name}, "attrs": {}, "parents": [group]},
        {"uid": group, "attrs": {}, "parents": []},
    ]


def _record(resource: Resource) -> dict[str, JsonValue]:
    return {
        "uid": {"type": "Record", "id": resource.id},
        "attrs": _cedar_record(resource.attributes or {}),
        "parents": [],
    }


def _cedar_record(values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {key: _cedar_value(value) for key, value in values.items() if value is not None}


def _cedar_value(value: JsonValue) -> JsonValue:
    """Say a JSON value in Cedar's JSON: no null, no float, longs of 64 bits."""
    if isinstance(value, dict):
        return _cedar_record(value)
    if isinstance(value, list):
        return [_cedar_value(item) for item in value if item is not None]
    if isinstance(value, float):
        return {"__extn": {"fn": "decimal", "arg": f"{value:.4f}"}}
    if isinstance(value, int) and not isinstance(value, bool) and not -_MAX_LONG - 1 <= value <= _MAX_LONG:
        raise ValueError(f"{value!r} does not fit into 64 bits; the contract should bound it")
    return value
