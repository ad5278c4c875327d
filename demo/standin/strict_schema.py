"""Which function schemas does OpenAI's strict mode refuse?"""

import re
from typing import Any

from demo.standin.wire import Obj, Refused

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_ANNOTATIONS = {"title", "description"}
_ALLOWED = _ANNOTATIONS | {
    *(
        "type",
        "properties",
        "required",
        "additionalProperties",
        "enum",
        "const",
        "anyOf",
        "$ref",
        "$defs",
        "definitions",
    ),
    *("items", "minItems", "maxItems", "pattern", "format"),
    *("multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
}
_FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}
_TYPES = {"string", "number", "integer", "boolean", "object", "array", "null"}
MAX_PROPERTIES, MAX_DEPTH, MAX_ENUM_VALUES = 5000, 10, 1000


class SchemaCheck:
    """Walks one function's parameters and raises `Refused` at the first thing strict mode does not take."""

    def __init__(self, tool: str, param: str) -> None:
        self._tool, self._param = tool, param
        self._properties = self._enum_values = 0

    def run(self, schema: Any) -> None:
        """Check the root: an object that is not an `anyOf`, then everything below it."""
        if not isinstance(schema, dict):
            raise self._refuse("schema must be a JSON Schema of 'type: \"object\"'")
        root: Obj = schema
        if root.get("type") != "object" or "anyOf" in root:
            got = root.get("type")
            raise self._refuse(f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{got}\"'")
        self._walk(root, (), 1)
        self._check_references(root, root)

    def _walk(self, node: Any, at: tuple[str, ...], depth: int) -> None:
        if not isinstance(node, dict):
            raise self._refuse("schema is not of type 'object'", at)
        schema: Obj = node
        self._check_keywords(schema, at)
        if depth > MAX_DEPTH:
            raise self._refuse(f"{depth} levels of nesting exceeds limit of {MAX_DEPTH}", at)
        if "properties" in schema or _is(schema, "object"):
            self._check_object(schema, at, depth)
        if _is(schema, "array"):
            if "items" not in schema:
                raise self._refuse("array schema missing items", at)
            self._walk(schema["items"], (*at, "items"), depth + 1)
        for number, branch in enumerate(schema.get("anyOf") or []):
            self._walk(branch, (*at, "anyOf", str(number)), depth)
        for place in ("$defs", "definitions"):
            for name, part in (schema.get(place) or {}).items():
                self._walk(part, (*at, place, name), depth)

    def _check_keywords(self, schema: Obj, at: tuple[str, ...]) -> None:
        unknown = sorted(set(schema) - _ALLOWED)
        if unknown:
            raise self._refuse(f"'{unknown[0]}' is not permitted", at)
        if not {"type", "anyOf", "$ref", "enum", "const"} & set(schema):
            raise self._refuse("schema must have a 'type' key", at)
        for kind in _types(schema):
            if kind not in _TYPES:
                raise self._refuse(f"{kind!r} is not valid under any of the given schemas", at)
        if "format" in schema and schema["format"] not in _FORMATS:
            raise self._refuse(f"'{schema['format']}' is not a valid format", at)
        if "$ref" in schema and set(schema) - _ANNOTATIONS - {"$ref"}:
            raise self._refuse("$ref cannot have keywords", at)
        self._enum_values += len(schema.get("enum") or [])
        if self._enum_values > MAX_ENUM_VALUES:
            raise self._refuse(f"{self._enum_values} enum values exceeds limit of {MAX_ENUM_VALUES}")

    def _check_object(self, schema: Obj, at: tuple[str, ...], depth: int) -> None:
        if schema.get("additionalProperties") is not False:
            raise self._refuse("'additionalProperties' is required to be supplied and to be false", at)
        properties: Obj = schema.get("properties") or {}
        required: list[str] = schema.get("required") or []
        rule = "'required' is required to be supplied and to be an array including every key in properties."
        for name in properties:
            if name not in required:
                raise self._refuse(f"{rule} Missing '{name}'", at)
        for name in required:
            if name not in properties:
                raise self._refuse(f"{rule} Extra required key '{name}' supplied", at)
        self._properties += len(properties)
        if self._properties > MAX_PROPERTIES:
            raise self._refuse(f"{self._properties} properties exceeds limit of {MAX_PROPERTIES}")
        for name, part in properties.items():
            self._walk(part, (*at, "properties", name), depth + 1)

    def _check_references(self, node: Any, root: Obj) -> None:
        if isinstance(node, list):
            for part in node:
                self._check_references(part, root)
        if not isinstance(node, dict):
            return
        target = node.get("$ref")
        if isinstance(target, str) and not _resolves(target, root):
            raise self._refuse(f"reference can only point to definitions defined at the top level: '{target}'")
        for part in node.values():
            self._check_references(part, root)

    def _refuse(self, why: str, at: tuple[str, ...] | None = None) -> Refused:
        place = "" if at is None else f"In context={at!r}, "
        message = f"Invalid schema for function '{self._tool}': {place}{why}."
        return Refused(
            message.replace("..", "."), param=f"{self._param}.parameters", code="invalid_function_parameters"
        )


def check_tool_name(name: Any, param: str) -> None:
    """Refuse a function name outside `^[a-zA-Z0-9_-]{1,64}$`."""
    if not isinstance(name, str) or not name:
        raise Refused(f"Missing required parameter: '{param}'.", param=param, code="missing_required_parameter")
    if len(name) > 64:
        raise Refused(
            f"Invalid '{param}': string too long. Expected a string with maximum length 64, "
            f"but got a string with length {len(name)} instead.",
            param=param,
            code="string_above_max_length",
        )
    if not _NAME.fullmatch(name):
        raise Refused(
            f"Invalid '{param}': string does not match pattern. "
            "Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
            param=param,
            code="invalid_value",
        )


def _types(schema: Obj) -> list[str]:
    kind = schema.get("type")
    return kind if isinstance(kind, list) else [kind] if isinstance(kind, str) else []


def _is(schema: Obj, kind: str) -> bool:
    return kind in _types(schema)


def _resolves(target: str, root: Obj) -> bool:
    if target == "#":
        return True
    place, _, name = target.removeprefix("#/").partition("/")
    return target.startswith("#/") and place in ("$defs", "definitions") and name in (root.get(place) or {})
