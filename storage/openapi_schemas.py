"""What does a schema of an OpenAPI document mean, as JSON Schema 2020-12 that stands alone?

References are put in place. Where a schema holds itself, or where that would grow too large, they stay references
into `$defs`. With `closed` every object takes only what its contract names, also through `allOf`, `anyOf` and `oneOf`
(`unevaluatedProperties`), unless the contract opens it by `additionalProperties`.
"""

import re
from typing import Final, Literal, cast

from pydantic import JsonValue

from contracts.values import JsonObject
from storage.openapi_document import IN_PLACE, DocumentMistake, OpenApiDocument, as_list, as_object

Direction = Literal["request", "response"]
_BELOW_ONE: Final = ("items", "additionalProperties", "unevaluatedProperties", "unevaluatedItems")
_BELOW_NAMED: Final = ("properties", "patternProperties")
_CONDITIONS: Final = ("not", "if", "contains", "propertyNames")  # never closed: they say what must not or may hold
_OUTCOMES: Final = ("then", "else")
_DROPPED: Final = frozenset(
    {"title", "example", "examples", "xml", "externalDocs", "deprecated", "discriminator", "nullable"}
    | {"$id", "$schema", "$anchor", "$comment", "$defs", "definitions"}
)
_ANNOTATIONS: Final = frozenset({"description", "default", "readOnly", "writeOnly", "nullable", *_DROPPED})
_INTEGERS: Final = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
LARGEST_IN_PLACE: Final = 4_000
"""Schemas in one contract; beyond it references stay references."""


class _TooLarge(Exception):
    """Putting every reference in place would grow beyond LARGEST_IN_PLACE."""


def read_schema(document: OpenApiDocument, node: JsonValue, *, closed: bool, direction: Direction) -> JsonObject:
    """Return the schema of an argument, a body or an answer; DocumentMistake for what has no end or no place."""
    try:
        return _SchemaReader(document, closed=closed, direction=direction, in_place=True).whole(node)
    except _TooLarge:
        return _SchemaReader(document, closed=closed, direction=direction, in_place=False).whole(node)


class _SchemaReader:
    def __init__(self, document: OpenApiDocument, *, closed: bool, direction: Direction, in_place: bool) -> None:
        self._document = document
        self._closed = closed
        self._direction = direction
        self._in_place = in_place
        self._count = 0
        self._names: dict[tuple[str, bool], str] = {}

    def whole(self, node: JsonValue) -> JsonObject:
        schema = self._schema(node, (), site=True)
        defs: JsonObject = {}
        while missing := [key for key, name in self._names.items() if name not in defs]:
            for reference, site in missing:
                target = self._document.at(reference)
                defs[self._names[reference, site]] = self._schema(target, (reference,), site=site)
        return {**schema, "$defs": defs} if defs else schema

    def _schema(self, node: JsonValue, above: tuple[str, ...], *, site: bool) -> JsonObject:
        """One schema; `site`: it alone describes its value, so that it is the place to close an object."""
        self._count += 1
        if self._in_place and self._count > LARGEST_IN_PLACE:
            raise _TooLarge
        if isinstance(node, bool):
            return {} if node else {"not": {}}
        given = as_object(node)
        if "$dynamicRef" in given:
            raise DocumentMistake("has a $dynamicRef, which depends on who reads it; use $ref")
        if isinstance(given.get("$ref"), str):
            read = self._referred(given, above, site=site)
        else:
            read = self._own(given, above)
            if site and self._closed:
                close_object(read)
        return _or_null(read) if given.get("nullable") is True else read

    def _referred(self, given: JsonObject, above: tuple[str, ...], *, site: bool) -> JsonObject:
        reference = str(given["$ref"])
        self._document.require_end(reference)
        beside = {key: value for key, value in given.items() if key != "$ref"}
        if self._document.is_3_0 or beside.keys() <= _ANNOTATIONS:
            notes = {key: value for key, value in beside.items() if key in ("description", "readOnly", "writeOnly")}
            return {**self._target(reference, above, site=site), **notes}
        both = {"allOf": [self._target(reference, above, site=False), self._own(beside, above)]}
        read = cast("JsonObject", both)
        if site and self._closed:
            close_object(read)
        return read

    def _target(self, reference: str, above: tuple[str, ...], *, site: bool) -> JsonObject:
        if self._in_place and reference not in above:
            return self._schema(self._document.at(reference), (*above, reference), site=site)
        key = (reference, site)
        if key not in self._names:
            plain = re.sub(r"\W+", "_", reference.rpartition("/")[2]) or "schema"
            name = plain if site else f"{plain}_part"
            taken = sum(known == name or known.startswith(f"{name}__") for known in self._names.values())
            self._names[key] = f"{name}__{taken}" if taken else name
        return {"$ref": f"#/$defs/{self._names[key]}"}

    def _own(self, given: JsonObject, above: tuple[str, ...]) -> JsonObject:
        read: JsonObject = {}
        for key, value in given.items():
            if key in _DROPPED or key.startswith("x-"):
                continue
            if key in IN_PLACE:
                read[key] = [self._schema(item, above, site=False) for item in self._options(given, key)]
            elif key == "prefixItems":
                read[key] = [self._schema(item, above, site=True) for item in as_list(value)]
            elif key in (*_CONDITIONS, *_OUTCOMES):
                read[key] = self._schema(value, above, site=False)
            elif key == "dependentSchemas":
                read[key] = {name: self._schema(item, above, site=False) for name, item in as_object(value).items()}
            elif key in _BELOW_NAMED:
                read[key] = {name: self._schema(item, above, site=True) for name, item in as_object(value).items()}
            elif key in _BELOW_ONE:
                read[key] = value if isinstance(value, bool) else self._schema(value, above, site=True)
            else:
                read[key] = value
        _modernise(read)
        self._keep_to_direction(read)
        return _without_lone_part(read)

    def _options(self, given: JsonObject, key: str) -> list[JsonValue]:
        """The options of a union; a discriminator's property says which one is meant."""
        options = as_list(given.get(key))
        discriminator = as_object(given.get("discriminator"))
        tag = discriminator.get("propertyName")
        if key == "allOf" or not isinstance(tag, str):
            return options
        mapping = as_object(discriminator.get("mapping"))
        return [_tagged(option, tag, mapping) for option in options]

    def _keep_to_direction(self, read: JsonObject) -> None:
        """What only the system writes is no argument, and what only we send is no part of an answer."""
        mark = "readOnly" if self._direction == "request" else "writeOnly"
        properties = as_object(read.get("properties"))
        other = {name for name, item in properties.items() if as_object(item).get(mark) is True}
        if other:
            read["required"] = [name for name in as_list(read.get("required")) if name not in other]
            if self._direction == "request":
                read["properties"] = {name: item for name, item in properties.items() if name not in other}


def _without_lone_part(schema: JsonObject) -> JsonObject:
    """`allOf` of one schema, by which documents put a description beside a reference, is that schema."""
    parts = as_list(schema.get("allOf"))
    beside = {key: value for key, value in schema.items() if key != "allOf"}
    return {**as_object(parts[0]), **beside} if len(parts) == 1 and beside.keys() <= _ANNOTATIONS else schema


def _tagged(option: JsonValue, tag: str, mapping: JsonObject) -> JsonValue:
    reference = as_object(option).get("$ref")
    if not isinstance(reference, str):
        return option
    plain = reference.rpartition("/")[2]
    names = [name for name, target in mapping.items() if target in (reference, plain)] or [plain]
    said: JsonObject = {"properties": {tag: {"enum": list[JsonValue](names)}}, "required": [tag]}
    return {"allOf": [option, said]}


def close_object(schema: JsonObject) -> None:
    """Let an object take only what its schema names, unless the schema says otherwise itself."""
    parts = [part for key in (*IN_PLACE, *_OUTCOMES, "dependentSchemas") for part in _parts(schema.get(key))]
    if any(_speaks_of_objects(part) for part in parts):
        schema.setdefault("unevaluatedProperties", False)
    elif _speaks_of_objects(schema) and "unevaluatedProperties" not in schema:
        schema.setdefault("additionalProperties", False)


def _parts(value: JsonValue) -> list[JsonValue]:
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) else []


def _speaks_of_objects(schema: JsonValue) -> bool:
    if not isinstance(schema, dict):
        return False
    kinds = schema.get("type")
    if kinds == "object" or (isinstance(kinds, list) and "object" in kinds):
        return True
    if {"$ref", "properties", "patternProperties", "additionalProperties"} & schema.keys():
        return True
    return any(_speaks_of_objects(part) for key in IN_PLACE for part in _parts(schema.get(key)))


def _modernise(schema: JsonObject) -> None:
    """Say 3.0's own keywords as 2020-12 does, and an integer's format as its bounds."""
    for strict, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if schema.get(strict) is True and bound in schema:
            schema[strict] = schema.pop(bound)
        elif isinstance(schema.get(strict), bool):
            del schema[strict]
    bounds = _INTEGERS.get(str(schema.get("format")))
    if bounds is not None and schema.get("type") == "integer":
        schema.setdefault("minimum", bounds[0])
        schema.setdefault("maximum", bounds[1])


def _or_null(schema: JsonObject) -> JsonObject:
    kind, values = schema.get("type"), schema.get("enum")
    if isinstance(kind, str) and not any(key in schema for key in (*IN_PLACE, "const")):
        nullable: JsonObject = {**schema, "type": [kind, "null"]}
        if isinstance(values, list) and None not in values:
            nullable["enum"] = [*values, None]
        return nullable
    return {"anyOf": [schema, {"type": "null"}]}
