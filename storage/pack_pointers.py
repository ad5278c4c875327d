"""Which part of a tool's answer does a pointer of the pack reach?"""

from collections.abc import Iterator
from typing import cast

from pydantic import JsonValue

from contracts.tool_schema import local_definition
from contracts.values import JsonObject


def find_schema(schema: JsonObject, pointer: str) -> list[JsonObject]:
    """Return the schemas that a JSON pointer (`*` for list items) may reach; empty when it reaches none."""
    here = [schema]
    for part in pointer.removeprefix("/").split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        here = [below for node in here for below in _below(node, key, schema)]
    return here


def _below(schema: JsonObject, key: str, root: JsonObject) -> list[JsonObject]:
    found: list[JsonObject] = []
    if isinstance(reference := schema.get("$ref"), str):
        found.extend(_below(local_definition(root, reference), key, root))
    properties, items = schema.get("properties"), schema.get("items")
    if isinstance(properties, dict) and isinstance(properties.get(key), dict):
        found.append(cast("JsonObject", properties[key]))
    if (key == "*" or key.isdigit()) and isinstance(items, dict):
        found.append(items)
    for union in ("anyOf", "oneOf", "allOf"):
        options: JsonValue = schema.get(union)
        for option in options if isinstance(options, list) else []:
            if isinstance(option, dict):
                found.extend(_below(option, key, root))
    return found


def may_hold_anything(schema: JsonObject, root: JsonObject) -> bool:
    """Whether a schema leaves open what is in the value: an object without properties, or no type at all."""
    return any(_is_open(leaf) for leaf in _leaves(schema, root))


def _is_open(leaf: JsonObject) -> bool:
    return "properties" not in leaf and "items" not in leaf and leaf.get("type", "object") in ("object", "array")


def _leaves(schema: JsonObject, root: JsonObject) -> Iterator[JsonObject]:
    """The schemas that say what the value is: references followed, alternatives one by one."""
    if isinstance(reference := schema.get("$ref"), str):
        yield from _leaves(local_definition(root, reference), root)
        return
    options = [
        option for union in ("anyOf", "oneOf", "allOf") for option in cast("list[JsonValue]", schema.get(union, []))
    ]
    for option in options:
        if isinstance(option, dict):
            yield from _leaves(option, root)
    if not options or "properties" in schema:
        yield schema
