"""Which tools does a model see here? Those that policy could ever allow this principal, and the runtime's own."""

from dataclasses import dataclass, field
from typing import Any

from contracts.tool import ToolContract
from contracts.tool_schema import model_tool
from contracts.values import JsonObject

MAKE_PLAN = "make_plan"
REQUEST_PLANNER = "request_planner"
REQUEST_PERSON = "request_person"


@dataclass(frozen=True)
class OfferedTools:
    """The function tools of one call, and the company tools among them by name."""

    schemas: list[JsonObject]
    company: dict[str, ToolContract] = field(default_factory=dict[str, ToolContract])


def offer_tools(route: str, allowed: tuple[ToolContract, ...]) -> OfferedTools:
    """The fast route may only ask for help; the planner plans and acts."""
    if route == "fast":
        return OfferedTools([_with_reason(REQUEST_PLANNER, _PLANNER), _with_reason(REQUEST_PERSON, _PERSON)])
    schemas = [_make_plan([tool.name for tool in allowed]), _with_reason(REQUEST_PERSON, _PERSON)]
    schemas.extend(model_tool(tool) for tool in allowed)
    return OfferedTools(schemas, {tool.name: tool for tool in allowed})


_PLANNER = "Hand this message to the planning model: it needs the customer's data, a change, or several steps."
_PERSON = "Ask a human colleague to take over: the customer wants one, or the tools cannot resolve the wish."


def _with_reason(name: str, description: str) -> JsonObject:
    reason: JsonObject = {"type": "string", "description": "One short label, without personal data."}
    return _function(name, description, {"reason": reason})


def _make_plan(tools: list[str]) -> JsonObject:
    tool: dict[str, Any] = {"anyOf": [{"type": "string", "enum": tools}, {"type": "null"}]} if tools else {}
    step: JsonObject = {
        "type": "object",
        "properties": {
            "id": {"type": "string", "description": "s1, s2, …"},
            "title": {"type": "string", "description": "What the customer sees of this step, in a few words."},
            "tool": tool or {"type": "null"},
            "depends_on": {"type": "array", "items": {"type": "string"}},
            "tier": {"type": "string", "enum": ["fast", "planner"], "description": "Who thinks after it; mostly fast."},
        },
        "required": ["id", "title", "tool", "depends_on", "tier"],
        "additionalProperties": False,
    }
    properties: JsonObject = {
        "goal": {
            "type": "string",
            "description": "What will be done for the customer, in one short sentence, worded for them: they see it.",
        },
        "steps": {"type": "array", "items": step},
    }
    text = "Commit to a plan before acting. Only tools in the accepted plan can be called. Call again to change it."
    return _function(MAKE_PLAN, text, properties)


def _function(name: str, description: str, properties: JsonObject) -> JsonObject:
    return {
        "type": "function",
        "name": name,
        "description": description,
        "parameters": {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        },
        "strict": True,
    }
