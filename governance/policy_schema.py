"""What may a company's policies speak of? A Cedar schema, made from its tools: principals, records, arguments."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from contracts.tool import ToolContract
from contracts.values import JsonObject
from governance.assurance import LEVELS

_STRING: Final = {"type": "String"}
_LONG: Final = {"type": "Long"}
_SCALARS: Final[Mapping[str, dict[str, Any]]] = {
    "string": _STRING,
    "integer": _LONG,
    "boolean": {"type": "Boolean"},
    "number": {"type": "Extension", "name": "decimal"},
}
_PRINCIPAL: Final = {"role": _STRING, "assurance": _STRING, "assurance_level": _LONG, "level": _LONG}
_STRINGS: Final = {"type": "Set", "element": _STRING}
CONTEXT: Final[Mapping[str, dict[str, Any]]] = {
    "tainted": {"type": "Boolean", "required": True},
    "approved": {"type": "Boolean", "required": False},
    "represents": {**_STRINGS, "required": False},
}
"""What the guards add to the arguments; kept equal to what `rights` documents."""


def cedar_schema(tools: Mapping[str, ToolContract]) -> dict[str, Any]:
    """Return the schema in Cedar's JSON: one action a tool, in the group `read` or `write`.

    Every argument is optional, since a call may leave it out or hold a hole for it; so are a record's attributes, which
    are the facts that were read. A policy asks with `has` before it reads one, or the schema refuses it.
    """
    own = {"customer_id": _STRING, "reservations": _STRINGS, **_PRINCIPAL}
    entities = {
        "Customer": _entity(own),
        "Staff": _entity(own),
        "Visitor": _entity({"reservations": _STRINGS, **_PRINCIPAL}),
        "Record": _entity({name: {**kind, "required": False} for name, kind in _record(list(tools.values())).items()}),
    }
    groups: dict[str, Any] = {"read": {}, "write": {}}
    return {"": {"entityTypes": entities, "actions": {**groups, **{t.name: _action(t) for t in tools.values()}}}}


def _entity(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {"shape": {"type": "Record", "attributes": dict(attributes)}}


def _action(tool: ToolContract) -> dict[str, Any]:
    """Who could ever call it: below sign-in there may be no customer."""
    unknown = ["Visitor"] if LEVELS[tool.overlay.assurance] <= LEVELS["identified"] else []
    arguments = {name: parameter.json_schema for name, parameter in tool.parameters.items()}
    limits = {limit.name: {**_LONG, "required": False} for limit in tool.overlay.limits}
    spent = {"spent": {"type": "Record", "attributes": limits, "required": True}}
    context = {**CONTEXT, **spent, "arguments": {**_fields(arguments), "required": True}}
    return {
        "memberOf": [{"id": tool.overlay.kind}],
        "appliesTo": {
            "principalTypes": ["Customer", "Staff", *unknown],
            "resourceTypes": ["Record"],
            "context": {"type": "Record", "attributes": context},
        },
    }


def _fields(schemas: Mapping[str, JsonObject]) -> dict[str, Any]:
    kinds = {name: cedar_type(schema) for name, schema in schemas.items()}
    known = {name: {**kind, "required": False} for name, kind in kinds.items() if kind is not None}
    return {"type": "Record", "attributes": known}


def cedar_type(schema: JsonObject) -> dict[str, Any] | None:
    """Return the Cedar type of a JSON Schema, or None for one that has none: a union of several, an open object."""
    options = schema.get("anyOf") or schema.get("oneOf")
    if isinstance(options, list):
        found = [kind for option in options if isinstance(option, dict) and (kind := cedar_type(option)) is not None]
        return found[0] if found and all(kind == found[0] for kind in found) else None
    kinds = schema.get("type")
    plain = [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind != "null"]
    kind = plain[0] if len(plain) == 1 else None
    if kind == "object":
        properties = schema.get("properties")
        below = (
            {name: item for name, item in properties.items() if isinstance(item, dict)}
            if isinstance(properties, dict)
            else {}
        )
        return _fields(below)
    if kind == "array":
        items = schema.get("items")
        element = cedar_type(items) if isinstance(items, dict) else None
        return None if element is None else {"type": "Set", "element": element}
    values = schema.get("enum")
    if kind is None and isinstance(values, list):
        return _STRING if all(isinstance(value, str) for value in values) else None
    return _SCALARS.get(str(kind))


def _record(tools: Sequence[ToolContract]) -> dict[str, Any]:
    """A record's attributes: the fields that overlays declare as facts, by name; money is its minor units."""
    found: dict[str, Any] = {"owner": _STRING, "amount": _LONG, "amount_currency": _STRING}
    for tool in tools:
        for rule in tool.overlay.facts:
            name = [part for part in rule.pointer.split("/") if part != "*"][-1]
            found |= _flat(name, _at(tool.result_schema, rule.pointer))
        if tool.overlay.owned is not None:
            found.setdefault(tool.overlay.owned.argument, _STRING)
    return found | _about(tools)


def _about(tools: Sequence[ToolContract]) -> dict[str, Any]:
    """What `about` adds: of the type of the facts that its path ends at, and the age of a time in days."""
    schemas = {rule.type: _at(tool.result_schema, rule.pointer) for tool in tools for rule in tool.overlay.facts}
    found: dict[str, Any] = {}
    for tool in tools:
        for name, path in tool.overlay.about.items():
            schema = schemas.get(path.through[-1], {})
            found |= _flat(name, schema)
            if schema.get("format") == "date-time":
                found[f"{name}_days"] = _LONG
    return found


def _flat(name: str, schema: JsonObject) -> dict[str, Any]:
    kind = cedar_type(schema)
    if kind is not None and kind["type"] == "Record":
        return {name: _LONG, f"{name}_currency": _STRING} if "amount" in kind["attributes"] else {}
    return {} if kind is None else {name: kind}


def _at(schema: JsonObject, pointer: str) -> JsonObject:
    """The schema that a pointer reaches; empty for none, which has no type."""
    here = schema
    for part in pointer.removeprefix("/").split("/"):
        properties, items = here.get("properties"), here.get("items")
        below = items if part == "*" else properties.get(part) if isinstance(properties, dict) else None
        if not isinstance(below, dict):
            return {}
        here = below
    return here
