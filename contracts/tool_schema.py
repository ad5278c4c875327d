"""What may a model say to a tool? The contract as a strict-mode function schema, without what the runtime binds."""

from typing import Final, cast

from pydantic import JsonValue

from contracts.tool import Hole, ParameterContract, ParameterOverlay, ToolContract
from contracts.values import JsonObject

# What strict mode takes beside `properties`, `items` and `anyOf`
# (developers.openai.com, "Structured outputs: supported schemas").
_KEPT: Final = frozenset(
    {"type", "description", "enum", "const", "pattern", "format", "multipleOf", "minimum", "maximum"}
    | {"exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems"}
)
_FORMATS: Final = frozenset({"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"})
_VALUE_CHECKS: Final = frozenset({"pattern", "format", "enum", "const"})


def model_tool(contract: ToolContract) -> JsonObject:
    """Return the function tool of the Responses API that offers this contract to a model."""
    return {
        "type": "function",
        "name": contract.name,
        "description": contract.description or contract.title,
        "parameters": model_schema(contract),
        "strict": True,
    }


def model_schema(contract: ToolContract) -> JsonObject:
    """Return the arguments that a model fills in, as a strict-mode schema.

    Identity arguments are gone (the runtime binds them); every property is required, optional ones accept null; every
    object is closed; keywords that strict mode refuses are gone; a personal value is any string, so that a token fits;
    an argument with a hole also accepts `{"from_tool": …, "field": …}`.
    """
    offered = {
        name: _argument(parameter, contract.overlay.parameters.get(name))
        for name, parameter in contract.parameters.items()
        if name not in contract.identity_arguments
    }
    return {
        "type": "object",
        "properties": cast("JsonValue", offered),
        "required": cast("JsonValue", list(offered)),
        "additionalProperties": False,
    }


def drop_absent(contract: ToolContract, arguments: JsonObject) -> JsonObject:
    """Return the arguments without the nulls that only say "absent": optional ones whose schema takes no null."""

    def absent(name: str) -> bool:
        parameter = contract.parameters.get(name)
        return parameter is not None and not parameter.required and not _takes_null(parameter.json_schema)

    return {name: value for name, value in arguments.items() if value is not None or not absent(name)}


def _argument(parameter: ParameterContract, overlay: ParameterOverlay | None) -> JsonObject:
    strict = _strict(parameter.json_schema)
    if overlay is not None and overlay.pii:
        strict = {key: value for key, value in strict.items() if key not in _VALUE_CHECKS}
    if not parameter.required:
        strict = _or_null(strict)
    return strict if overlay is None or overlay.hole is None else _or_hole(strict, overlay.hole)


def _strict(schema: JsonObject) -> JsonObject:
    strict: JsonObject = {key: value for key, value in schema.items() if key in _KEPT}
    if strict.get("format") not in _FORMATS:
        strict.pop("format", None)
    for union in ("anyOf", "oneOf"):
        options = schema.get(union)
        if isinstance(options, list):
            strict["anyOf"] = [_strict(option) for option in options if isinstance(option, dict)]
    if isinstance(schema.get("items"), dict):
        strict["items"] = _strict(cast("JsonObject", schema["items"]))
    properties = schema.get("properties")
    if isinstance(properties, dict):
        required = schema.get("required")
        always = required if isinstance(required, list) else []
        below = {name: _strict(item) for name, item in properties.items() if isinstance(item, dict)}
        filled = {name: item if name in always else _or_null(item) for name, item in below.items()}
        strict.update({"properties": cast("JsonValue", filled), "required": cast("JsonValue", list(filled))})
        strict["additionalProperties"] = False
    return strict


def _takes_null(schema: JsonObject) -> bool:
    kinds, options = schema.get("type"), schema.get("anyOf")
    if kinds == "null" or (isinstance(kinds, list) and "null" in kinds):
        return True
    return isinstance(options, list) and any(isinstance(item, dict) and _takes_null(item) for item in options)


def _or_null(schema: JsonObject) -> JsonObject:
    if _takes_null(schema):
        return schema
    options = schema.get("anyOf")
    if isinstance(options, list):
        return {**schema, "anyOf": [*options, {"type": "null"}]}
    if schema.get("type") == "object" or "const" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    kinds = schema.get("type")
    nullable: JsonObject = {**schema, "type": [*(kinds if isinstance(kinds, list) else [kinds]), "null"]}
    if isinstance(schema.get("enum"), list):
        nullable["enum"] = [*cast("list[JsonValue]", schema["enum"]), None]
    return nullable


def _or_hole(schema: JsonObject, hole: Hole) -> JsonObject:
    told = f"Or the {hole.field} that {hole.tool} will return, when both are in the same answer"
    filled_later: JsonObject = {
        "type": "object",
        "description": told,
        "properties": {
            "from_tool": {"type": "string", "enum": [hole.tool]},
            "field": {"type": "string", "enum": [hole.field]},
        },
        "required": ["from_tool", "field"],
        "additionalProperties": False,
    }
    options = schema.get("anyOf")
    if isinstance(options, list):
        return {**schema, "anyOf": [*options, filled_later]}
    kinds = schema.get("type")
    if isinstance(kinds, list):
        rest = {key: value for key, value in schema.items() if key != "type"}
        return {
            "anyOf": [*({**rest, "type": kind} if kind != "null" else {"type": "null"} for kind in kinds), filled_later]
        }
    return {"anyOf": [schema, filled_later]}
