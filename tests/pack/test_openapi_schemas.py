"""Do schemas of any OpenAPI document become closed JSON Schemas that say the same?"""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.values import JsonObject
from governance.validate_arguments import is_valid
from storage.openapi_document import OpenApiDocument
from storage.openapi_schemas import LARGEST_IN_PLACE, read_schema
from storage.pack_operations import DocumentMistake

PET: JsonObject = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
SCHEMAS: dict[str, Any] = {
    "Pet": PET,
    "Cat": {
        "allOf": [
            {"$ref": "#/components/schemas/Pet"},
            {"type": "object", "properties": {"lives": {"type": "integer", "format": "int32"}}},
        ]
    },
    "Dog": {
        "allOf": [
            {"$ref": "#/components/schemas/Pet"},
            {"type": "object", "properties": {"tag": {"$ref": "#/components/schemas/Tag"}}, "required": ["tag"]},
        ]
    },
    "Tag": {"type": "object", "properties": {"code": {"type": "string"}}},
    "Node": {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "below": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        },
    },
    "Endless": {"allOf": [{"$ref": "#/components/schemas/Endless"}, {"type": "object"}]},
    "Gone": {"$ref": "#/components/schemas/Nowhere"},
    "Open": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "integer"}},
    "OpenPart": {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"type": "object", "additionalProperties": True}]},
}


def refer(name: str) -> JsonObject:
    return {"$ref": f"#/components/schemas/{name}"}


def read(schema: JsonObject, version: str = "3.1.0", direction: Any = "request", closed: bool = True) -> JsonObject:
    document = {"openapi": version, "paths": {}, "components": {"schemas": SCHEMAS}}
    return read_schema(OpenApiDocument(json.dumps(document)), schema, closed=closed, direction=direction)


Case = tuple[JsonObject, list[Any], list[Any]]
CASES: dict[str, Case] = {
    "a plain object": (refer("Pet"), [{"kind": "cat"}], [{}, {"kind": "cat", "x": 1}]),
    "all of several": (
        refer("Dog"),
        [{"kind": "dog", "tag": {"code": "1"}}],
        [
            {"kind": "dog", "tag": {}, "x": 1},
            {"kind": "dog", "tag": {"code": "1", "x": 1}},
            {"kind": "dog"},
            {"tag": {}},
        ],
    ),
    "any of several": (
        {"anyOf": [refer("Cat"), refer("Tag")]},
        [{"kind": "c", "lives": 9}, {"code": "1"}],
        [{"kind": "c", "x": 1}, {"x": 1}, "c"],
    ),
    "one by its discriminator": (
        {
            "oneOf": [refer("Cat"), refer("Dog")],
            "discriminator": {"propertyName": "kind", "mapping": {"hound": "#/components/schemas/Dog"}},
        },
        [{"kind": "Cat", "lives": 9}, {"kind": "hound", "tag": {}}],
        [{"kind": "Cat", "tag": {}}, {"kind": "hound"}, {"kind": "Dog", "tag": {}}, {"kind": "bird"}, {"lives": 9}],
    ),
    "beside a reference": (
        {**refer("Pet"), "properties": {"age": {"type": "integer"}}},
        [{"kind": "c", "age": 1}],
        [{"kind": "c", "age": "1"}, {"age": 1}, {"kind": "c", "x": 1}],
    ),
    "a tree": (
        refer("Node"),
        [{"name": "a", "below": [{"name": "b", "below": []}]}],
        [{"name": "a", "below": [{"name": "b", "below": [{}]}]}, {"name": "a", "below": [{"name": "b", "x": 1}]}],
    ),
    "opened by its contract": (refer("Open"), [{"a": "x", "b": 1}], [{"a": "x", "b": "1"}]),
    "opened by a part": (refer("OpenPart"), [{"kind": "c", "anything": []}], [{"anything": []}]),
    "without a name": ({"type": "object"}, [{}], [{"x": 1}]),
    "an integer's format": ({"type": "integer", "format": "int32"}, [2**31 - 1], [2**31, 1.5]),
    "conditions": (
        {
            "type": "object",
            "properties": {"way": {"enum": ["sea", "air"]}},
            "if": {"properties": {"way": {"const": "air"}}},
            "then": {"properties": {"seat": {"type": "string"}}, "required": ["seat"]},
        },
        [{"way": "sea"}, {"way": "air", "seat": "1A"}],
        [{"way": "air"}, {"way": "sea", "seat": "1A"}],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_fits_fits_and_nothing_else_does(case: str) -> None:
    schema, good, bad = CASES[case]
    closed = read(schema)
    for instance in good:
        assert is_valid(closed, instance), instance
    for instance in bad:
        assert not is_valid(closed, instance), instance


def test_answers_may_hold_more_than_their_contract_names() -> None:
    assert is_valid(read(refer("Dog"), closed=False), {"kind": "d", "tag": {"code": "1", "x": 1}, "new": 1})


def test_a_schema_that_is_itself_before_all_else_is_refused() -> None:
    with pytest.raises(DocumentMistake, match="without end"):
        read(refer("Endless"))
    with pytest.raises(DocumentMistake, match="not in this document"):
        read(refer("Gone"))
    with pytest.raises(DocumentMistake, match="leads out of this document"):
        read({"$ref": "other.yaml#/x"})


OLD: dict[str, Case] = {
    "nullable": ({"type": "string", "nullable": True}, [None, "a"], [1]),
    "a nullable enum": ({"type": "string", "enum": ["a"], "nullable": True}, [None, "a"], ["b"]),
    "a nullable reference": ({"allOf": [refer("Pet")], "nullable": True}, [None, {"kind": "c"}], [{"x": 1}, 1]),
    "exclusive bounds": (
        {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 9, "exclusiveMaximum": False},
        [1, 9],
        [0, 10],
    ),
    "a reference ignores its siblings": ({**refer("Pet"), "required": ["x"]}, [{"kind": "c"}], [{"x": 1}]),
}


@pytest.mark.parametrize("case", OLD)
def test_what_3_0_says_in_its_own_words(case: str) -> None:
    schema, good, bad = OLD[case]
    closed = read(schema, "3.0.3")
    assert [instance for instance in good if not is_valid(closed, instance)] == []
    assert [instance for instance in bad if is_valid(closed, instance)] == []


def test_what_only_the_system_writes_is_no_argument_and_what_only_we_send_no_answer() -> None:
    schema: JsonObject = {
        "type": "object",
        "properties": {"id": {"type": "string", "readOnly": True}, "secret": {"type": "string", "writeOnly": True}},
        "required": ["id", "secret"],
    }
    assert is_valid(read(schema), {"secret": "s"})
    assert not is_valid(read(schema), {"secret": "s", "id": "1"})
    assert is_valid(read(schema, direction="response", closed=False), {"id": "1"})


def test_what_would_grow_without_bound_keeps_its_references() -> None:
    names = [f"L{depth}" for depth in range(14)]
    for name, below in pairwise(names):
        SCHEMAS[name] = {"type": "object", "properties": {side: refer(below) for side in ("left", "right", "up")}}
    SCHEMAS[names[-1]] = {"type": "integer"}
    schema = read(refer("L0"))
    assert len(json.dumps(schema)) < LARGEST_IN_PLACE * 10
    deep: Any = 1
    for _ in names[1:]:
        deep = {"left": deep}
    assert is_valid(schema, deep)
    assert not is_valid(schema, {"left": {"down": 1}})


LEAVES = st.sampled_from([{"type": "string"}, {"type": "integer"}, {"type": ["boolean", "null"]}])
OBJECTS = st.recursive(
    st.builds(
        lambda names, leaf, required: {
            "type": "object",
            "properties": dict.fromkeys(names, leaf),
            "required": [name for name in required if name in names],
        },
        st.sets(st.sampled_from("abcd"), min_size=1, max_size=3),
        LEAVES,
        st.lists(st.sampled_from("abcd"), max_size=1),
    ),
    lambda inner: st.builds(
        lambda key, parts: {key: parts},
        st.sampled_from(["allOf", "anyOf", "oneOf"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=5,
)
INSTANCES = st.dictionaries(st.sampled_from("abcdz"), st.sampled_from(["x", 1, None, True]), max_size=3)


def named(schema: Any) -> set[str]:
    """Every property that some part of a schema names."""
    parts = [part for key in ("allOf", "anyOf", "oneOf") for part in schema.get(key, [])]
    return set(schema.get("properties", {})).union(*(named(part) for part in parts), set())


@given(schema=OBJECTS, instance=INSTANCES)
def test_closing_only_ever_refuses_names_that_the_contract_does_not_have(schema: Any, instance: Any) -> None:
    closed, opened = read(schema), read(schema, closed=False)
    if is_valid(closed, instance):
        assert is_valid(opened, instance)
        assert set(instance) <= named(schema)
