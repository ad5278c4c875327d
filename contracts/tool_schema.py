"""What may a model say to a tool? The contract as a strict-mode function schema, without what the runtime binds."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, cast

from pydantic import JsonValue

from contracts.argument import ComputeFunction, Hole, ParameterOverlay
from contracts.tool import ToolContract
from contracts.tool_request import ParameterContract
from contracts.values import JsonObject

# What strict mode takes beside `properties`, `items` and `anyOf`
# (developers.openai.com, "Structured outputs: supported schemas").
_KEPT: Final = frozenset(
    {"type", "description", "enum", "const", "pattern", "format", "multipleOf", "minimum", "maximum"}
    | {"exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems"}
)
_FORMATS: Final = frozenset({"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"})
_VALUE_CHECKS: Final = frozenset({"pattern", "format", "enum", "const"})
_DEEPEST_UNION: Final = 12
"""How far unions within unions are followed; deeper ones are left to the guard."""


def model_tool(contract: ToolContract) -> JsonObject:
    """Return the function tool of the Responses API that offers this contract to a model.

    It is strict wherever strict mode can say it: a map of unnamed keys or a value of any kind is left to the guard.
    """
    schema = model_schema(contract)
    definitions = schema.get("$defs")
    parts = [schema, *(definitions.values() if isinstance(definitions, dict) else [])]
    return {
        "type": "function",
        "name": contract.name,
        "description": contract.description or contract.title,
        "parameters": schema,
        "strict": all(_is_expressible(part) for part in parts),
    }


def model_schema(contract: ToolContract) -> JsonObject:
    """Return the arguments that a model fills in, as a strict-mode schema.

    What the runtime binds or computes is gone; every property is required, optional ones accept null; every
    object is closed; keywords that strict mode refuses are gone; a personal value is any string, so that a token fits;
    an argument with a hole also accepts `{"from_tool": …, "field": …}`.
    """
    root = contract.arguments_schema
    offered = {
        name: _argument(parameter, contract.overlay.parameters.get(name), root)
        for name, parameter in contract.parameters.items()
        if name not in contract.bound_arguments
    }
    definitions = root.get("$defs")
    if not isinstance(definitions, dict):
        return _closed(offered)
    lowered = {name: _strict(item, root) for name, item in definitions.items() if isinstance(item, dict)}
    return {**_closed(offered), "$defs": cast("JsonValue", lowered)}


def local_definition(root: JsonObject, reference: str) -> JsonObject:
    """Return what `#/$defs/…` of a contract's schema stands for; an empty schema when it is not there."""
    definitions = root.get("$defs")
    found = definitions.get(reference.removeprefix("#/$defs/")) if isinstance(definitions, dict) else None
    return found if isinstance(found, dict) else {}


def drop_absent(contract: ToolContract, arguments: JsonObject) -> JsonObject:
    """Return the arguments without the nulls that only say "absent": optional ones whose schema takes no null."""
    root = contract.arguments_schema
    dropped = _drop(arguments, root, root)
    return dropped if isinstance(dropped, dict) else arguments


def _drop(value: JsonValue, schema: JsonObject, root: JsonObject) -> JsonValue:
    if isinstance(value, list):
        items = next((part["items"] for part in _facets(schema, root) if isinstance(part.get("items"), dict)), {})
        return [_drop(item, cast("JsonObject", items), root) for item in value]
    if not isinstance(value, dict):
        return value
    facets = list(_facets(schema, root))
    required = {name for part in facets for name in _required(part)}
    kept: JsonObject = {}
    for name, item in value.items():
        below = [found for part in facets if isinstance(found := _property(part, name), dict)]
        if item is None and below and name not in required and not any(_takes_null(one, root) for one in below):
            continue
        kept[name] = _drop(item, below[0], root) if below else item
    return kept


def _required(schema: JsonObject) -> list[str]:
    names = schema.get("required")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _property(schema: JsonObject, name: str) -> JsonValue:
    properties = schema.get("properties")
    return properties.get(name) if isinstance(properties, dict) else None


def _facets(schema: JsonObject, root: JsonObject, depth: int = 0) -> Iterator[JsonObject]:
    """Yield the schemas that speak of the same value: itself, and those of its unions, intersections, reference."""
    yield schema
    if depth >= _DEEPEST_UNION:
        return
    if isinstance(reference := schema.get("$ref"), str):
        yield from _facets(local_definition(root, reference), root, depth + 1)
    for key in ("allOf", "anyOf", "oneOf"):
        parts = schema.get(key)
        for part in parts if isinstance(parts, list) else []:
            if isinstance(part, dict):
                yield from _facets(part, root, depth + 1)


def _closed(properties: Mapping[str, JsonObject]) -> JsonObject:
    filled = cast("JsonObject", dict(properties))
    return {"type": "object", "properties": filled, "required": list(filled), "additionalProperties": False}


def _argument(parameter: ParameterContract, overlay: ParameterOverlay | None, root: JsonObject) -> JsonObject:
    strict = _strict(parameter.json_schema, root)
    if overlay is not None and overlay.pii:
        strict = {key: value for key, value in strict.items() if key not in _VALUE_CHECKS}
    if not parameter.required or (overlay is not None and overlay.represented):
        strict = _or_null(strict)
    if overlay is not None and overlay.compute:
        given = [] if overlay.source == "computed" and overlay.type is None else [strict]
        strict = _any_of([*given, *(_computation(function) for function in overlay.compute)])
    return strict if overlay is None or overlay.hole is None else _or_hole(strict, overlay.hole)


_VALUE: Final[JsonObject] = {
    "anyOf": [
        {"type": "number"},
        _closed({"amount": {"type": "integer"}, "currency": {"type": "string"}}),
    ]
}
_INPUTS: Final[Mapping[ComputeFunction, Mapping[str, JsonObject]]] = {
    "resolve_date": {"words": {"type": "string", "description": "The customer's words for the day, unchanged"}},
    "shown_option": {"n": {"type": "integer", "description": "Which of the options last shown, from 1"}},
    "pick": {
        "field": {"type": "string", "description": "The field of the records that is compared"},
        "criterion": {"type": "string", "enum": ["lowest", "highest"]},
    },
    "sum": {"of": {"type": "array", "items": _VALUE}},
    "difference": {"of": {"type": "array", "items": _VALUE, "description": "Two values, the larger one first"}},
    "percentage": {"of": {"type": "array", "items": _VALUE}, "percent": {"type": "number"}},
}


def _computation(function: ComputeFunction) -> JsonObject:
    said: JsonObject = {"type": "string", "enum": [function], "description": "The runtime computes the value"}
    return _closed({"compute": said, **_INPUTS[function]})


def _strict(schema: JsonObject, root: JsonObject) -> JsonObject:
    """Lower a schema to what strict mode takes. It may take more than the contract: the guard is the judge."""
    if isinstance(reference := schema.get("$ref"), str):
        return {"$ref": reference}
    strict: JsonObject = {key: value for key, value in schema.items() if key in _KEPT}
    if strict.get("format") not in _FORMATS:
        strict.pop("format", None)
    if "(?" in str(strict.get("pattern", "")):
        del strict["pattern"]
    if "allOf" in schema or _has_objects_beside_unions(schema):
        return {**strict, **_gathered(schema, root)}
    for union in ("anyOf", "oneOf"):
        options = schema.get(union)
        if isinstance(options, list):
            strict["anyOf"] = [_strict(option, root) for option in options if isinstance(option, dict)]
    if isinstance(schema.get("items"), dict):
        strict["items"] = _strict(cast("JsonObject", schema["items"]), root)
    properties = schema.get("properties")
    if isinstance(properties, dict):
        required = schema.get("required")
        always = required if isinstance(required, list) else []
        below = {name: _strict(item, root) for name, item in properties.items() if isinstance(item, dict)}
        strict.update(_closed({name: item if name in always else _or_null(item) for name, item in below.items()}))
    return strict


def _has_objects_beside_unions(schema: JsonObject) -> bool:
    return "properties" in schema and ("anyOf" in schema or "oneOf" in schema)


def _gathered(schema: JsonObject, root: JsonObject) -> JsonObject:
    """One object with every property that some part of an intersection names; of scalars the first part's rule.

    A part alone is looser than all together, and a property that not every part requires takes null.
    """
    facets = list(_facets(schema, root))
    certain = {name for part in _certain(schema, root) for name in _required(part)}
    found: dict[str, list[JsonObject]] = {}
    for part in facets:
        properties = part.get("properties")
        for name, item in (properties if isinstance(properties, dict) else {}).items():
            if isinstance(item, dict):
                found.setdefault(name, []).append(_strict(item, root))
    if not found:
        plain = [_strict(part, root) for part in facets if "type" in part or "enum" in part or "const" in part]
        return plain[0] if plain else {}
    joined = {name: _any_of(options) for name, options in found.items()}
    return _closed({name: item if name in certain else _or_null(item) for name, item in joined.items()})


def _certain(schema: JsonObject, root: JsonObject, depth: int = 0) -> Iterator[JsonObject]:
    """Yield the schemas that hold whichever options are taken."""
    yield schema
    if isinstance(reference := schema.get("$ref"), str) and depth < _DEEPEST_UNION:
        yield from _certain(local_definition(root, reference), root, depth + 1)
    parts = schema.get("allOf")
    for part in parts if isinstance(parts, list) and depth < _DEEPEST_UNION else []:
        if isinstance(part, dict):
            yield from _certain(part, root, depth + 1)


def _any_of(options: Sequence[JsonObject]) -> JsonObject:
    different = [option for place, option in enumerate(options) if option not in options[:place]]
    return different[0] if len(different) == 1 else {"anyOf": cast("JsonValue", different)}


def _is_expressible(schema: JsonValue) -> bool:
    """Whether strict mode can say the lowered schema: every value has a type, and every object names its properties."""
    if not isinstance(schema, dict):
        return True
    if "$ref" in schema or "const" in schema or "enum" in schema:
        return True
    options = schema.get("anyOf")
    if isinstance(options, list):
        return all(_is_expressible(option) for option in options)
    kinds = schema.get("type")
    named = kinds if isinstance(kinds, list) else [kinds]
    if kinds is None or ("object" in named and "properties" not in schema):
        return False
    if "array" in named and not ("items" in schema and _is_expressible(schema["items"])):
        return False
    properties = schema.get("properties")
    return all(_is_expressible(item) for item in (properties if isinstance(properties, dict) else {}).values())


def _takes_null(schema: JsonObject, root: JsonObject) -> bool:
    for facet in _facets(schema, root):
        kinds = facet.get("type")
        if kinds == "null" or (isinstance(kinds, list) and "null" in kinds):
            return True
    return False


def _or_null(schema: JsonObject) -> JsonObject:
    if _takes_null(schema, {}):
        return schema
    options = schema.get("anyOf")
    if isinstance(options, list):
        return {**schema, "anyOf": [*options, {"type": "null"}]}
    if schema.get("type") == "object" or "const" in schema or "type" not in schema:
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
