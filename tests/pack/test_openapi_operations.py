"""Does any OpenAPI document become tools: its parameters, bodies, addresses, keys and answers?"""

import json
from typing import Any

import pytest

from contracts.tool import ToolContract, ToolOverlay
from contracts.tool_schema import drop_absent, model_schema, model_tool
from contracts.values import JsonObject
from governance.validate_arguments import is_valid, validate_arguments, validate_result
from storage.pack_operations import DocumentMistake, Operation, read_operations


def operation(given: dict[str, Any], path: str = "/things/{id}", **document: Any) -> Operation:
    """The one operation of a document."""
    whole = {
        "openapi": "3.1.0",
        "paths": {path: {"post": {"operationId": "put", "responses": {"204": {"description": "Done"}}, **given}}},
        **document,
    }
    return read_operations(json.dumps(whole))["put"]


def tool(read: Operation, **overlay: Any) -> ToolContract:
    """The operation as a tool, without a pack around it."""
    given = {"system": "s", "kind": "read", "status": "…", "assurance": "anonymous", **overlay}
    return ToolContract(
        name=read.operation_id,
        system="s",
        server=read.server,
        audience="s",
        scope="put",
        method=read.method,
        path=read.path,
        title="Put",
        description="",
        overlay=ToolOverlay.model_validate(given),
        parameters=read.parameters,
        arguments_schema=read.arguments_schema,
        body_schema=read.body.schema,
        result_schema=read.result_schema,
        responses=read.responses,
    )


def json_body(schema: Any, media: str = "application/json", **more: Any) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {media: {"schema": schema, **more}}}}


def parameter(name: str, place: str, schema: JsonObject | None = None, **more: Any) -> JsonObject:
    return {"name": name, "in": place, "schema": schema or {"type": "string"}, "required": place == "path", **more}


ID = parameter("id", "path")


def test_parameters_of_every_place_are_arguments() -> None:
    places = [parameter(f"{place}-one", place) for place in ("query", "header", "cookie")]
    read = operation({"parameters": [ID, *places]})
    assert {name: item.place for name, item in read.parameters.items()} == {
        "id": "path",
        "query_one": "query",
        "header_one": "header",
        "cookie_one": "cookie",
    }
    assert read.parameters["query_one"].wire == "query-one"


def test_the_headers_that_the_runtime_writes_are_no_arguments() -> None:
    mine = [parameter(name, "header") for name in ("Authorization", "Content-Type", "Accept")]
    assert list(operation({"parameters": [ID, *mine]}).parameters) == ["id"]


def test_an_operations_own_parameter_stands_for_its_paths_one() -> None:
    path = {
        "parameters": [ID, parameter("q", "query", {"type": "integer"})],
        "post": {"operationId": "put", "parameters": [parameter("q", "query")], "responses": {"204": {}}},
    }
    read = read_operations(json.dumps({"openapi": "3.0.0", "paths": {"/t/{id}": path}}))["put"]
    assert read.parameters["q"].json_schema == {"type": "string"}


def test_one_name_in_two_places_is_two_arguments() -> None:
    schema: JsonObject = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
    read = operation({"parameters": [ID, parameter("id", "query")], **json_body(schema)})
    assert list(read.parameters) == ["id", "query_id", "body_id"]
    assert read.parameters["body_id"].wire == "id"


def test_a_body_in_parts_is_one_set_of_arguments() -> None:
    parts = [
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
        {"type": "object", "properties": {"b": {"type": "integer"}}},
    ]
    read = operation(json_body({"allOf": parts}), path="/things")
    assert {name: item.required for name, item in read.parameters.items()} == {"a": True, "b": False}
    assert not is_valid(read.arguments_schema, {"a": "x", "c": 1})


@pytest.mark.parametrize(
    "schema",
    [
        {"oneOf": [{"type": "object", "properties": {"a": {"type": "string"}}}, {"type": "string"}]},
        {"type": "array", "items": {"type": "integer"}},
        {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "integer"}},
        {"type": "object", "properties": {"a": {"type": "string"}}, "minProperties": 1},
    ],
)
def test_a_body_that_says_more_than_its_properties_is_one_argument(schema: JsonObject) -> None:
    read = operation(json_body(schema), path="/things")
    assert list(read.parameters) == ["body"]
    assert read.body.whole == "body"


def test_the_media_types_that_can_be_written() -> None:
    schema: JsonObject = {"type": "object", "properties": {"a": {"type": "string"}}}
    forms = {
        "application/vnd.thing+json; charset=utf-8": "json",
        "application/x-www-form-urlencoded": "form",
        "multipart/form-data": "multipart",
    }
    for media, form in forms.items():
        assert operation(json_body(schema, media), path="/t").body.form == form
    with pytest.raises(DocumentMistake, match="'put': its body is sent as application/xml"):
        operation(json_body(schema, "application/xml"), path="/t")


def test_a_recursive_body_is_held_to_its_contract_and_offered() -> None:
    node: JsonObject = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "below": {"type": "array", "items": {"$ref": "#/components/schemas/N"}},
        },
    }
    read = operation(json_body({"$ref": "#/components/schemas/N"}), path="/t", components={"schemas": {"N": node}})
    good: JsonObject = {"name": "a", "below": [{"name": "b", "below": [{"name": "c"}]}]}
    made = tool(read)
    assert validate_arguments(made, good).verdict.allowed
    bad: JsonObject = {"name": "a", "below": [{"name": "b", "below": [{"nam": "c"}]}]}
    refused = validate_arguments(made, bad)
    assert not refused.verdict.allowed
    assert refused.errors[0].pointer.startswith("/below/0")
    assert is_valid(model_schema(made), {"name": "a", "below": [{"name": "b", "below": None}]})


def test_addresses_come_from_the_nearest_servers_with_their_variables() -> None:
    servers = [{"url": "https://{zone}.example.com/v1/", "variables": {"zone": {"default": "eu"}}}]
    assert operation({}, servers=servers).server == "https://eu.example.com/v1"
    assert operation({"servers": [{"url": "https://own.example.com"}]}, servers=servers).server.startswith(
        "https://own"
    )


SCHEMES: JsonObject = {
    "jwt": {"type": "http", "scheme": "bearer"},
    "oauth": {"type": "oauth2", "flows": {}},
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "mutual": {"type": "mutualTLS"},
}


@pytest.mark.parametrize(
    ("security", "bearer", "keys"),
    [
        (None, True, []),
        ([], False, []),
        ([{"jwt": []}], True, []),
        ([{"oauth": ["write"]}, {"key": []}], True, []),
        ([{"key": []}], False, ["X-Key"]),
        ([{"key": [], "jwt": []}], True, ["X-Key"]),
    ],
)
def test_who_signs_a_call(security: Any, bearer: bool, keys: list[str]) -> None:
    given = {} if security is None else {"security": security}
    read = operation(given, components={"securitySchemes": SCHEMES})
    assert (read.bearer, [place.wire for place in read.keys]) == (bearer, keys)


def test_a_way_to_sign_that_nobody_can_fill_is_a_mistake() -> None:
    with pytest.raises(DocumentMistake, match="'mutual' is not bearer"):
        operation({"security": [{"mutual": []}]}, components={"securitySchemes": SCHEMES})


def test_one_odd_operation_does_not_spoil_the_document() -> None:
    paths = {
        "/odd": {"post": {"operationId": "odd", **json_body({}, "application/xml"), "responses": {"204": {}}}},
        "/good": {"get": {"operationId": "good", "responses": {"204": {}}}},
    }
    operations = read_operations(json.dumps({"openapi": "3.0.0", "paths": paths}))
    assert list(operations) == ["odd", "good"]
    assert operations["good"].path == "/good"
    with pytest.raises(DocumentMistake):
        operations["odd"]


def test_each_status_has_its_own_answer() -> None:
    def answer(kind: str) -> JsonObject:
        return {"content": {"application/json": {"schema": {"type": kind}}}}

    read = operation({"responses": {"200": answer("integer"), "2XX": answer("string"), "204": {}}})
    made = tool(read)
    assert validate_result(made, 1, 200).verdict.allowed
    assert validate_result(made, "later", 202).verdict.allowed
    assert validate_result(made, None, 204).verdict.allowed
    assert validate_result(made, "1", 200).verdict.code == "unreliable"


OPEN: JsonObject = {"type": "object", "additionalProperties": {"type": "string"}}
NESTED: JsonObject = {
    "type": "object",
    "properties": {"size": {"type": "integer"}, "note": {"type": "string"}},
    "required": ["size"],
}


def test_what_strict_mode_cannot_say_is_offered_loosely_and_judged_by_the_guard() -> None:
    strict = tool(operation({"parameters": [ID], **json_body(NESTED)}))
    loose = tool(operation({"parameters": [ID], **json_body({"type": "object", "properties": {"tags": OPEN}})}))
    assert model_tool(strict)["strict"] is True
    assert model_tool(loose)["strict"] is False
    assert not validate_arguments(loose, {"id": "1", "tags": {"a": 1}}).verdict.allowed


def test_what_the_guard_takes_the_offer_takes_too() -> None:
    parts: list[Any] = [
        NESTED,
        {"type": "object", "properties": {"way": {"oneOf": [{"const": "a"}, {"type": "integer"}]}}},
    ]
    made = tool(operation({"parameters": [ID], **json_body({"type": "object", "properties": {"x": {"allOf": parts}}})}))
    values: list[JsonObject] = [{"size": 1}, {"size": 1, "way": "a"}, {"size": 2, "way": 3}]
    for value in values:
        arguments: JsonObject = {"id": "1", "x": value}
        assert validate_arguments(made, arguments).verdict.allowed
        full: JsonObject = {"id": "1", "x": {"note": None, "way": None, **value}}
        assert is_valid(model_schema(made), full)
        assert drop_absent(made, full) == arguments


def test_nulls_that_say_absent_are_dropped_at_every_depth() -> None:
    schema: JsonObject = {"type": "object", "properties": {"rows": {"type": "array", "items": NESTED}}}
    made = tool(operation({"parameters": [ID, parameter("q", "query")], **json_body(schema)}))
    offered: JsonObject = {"id": "1", "q": None, "rows": [{"size": 1, "note": None}]}
    assert drop_absent(made, offered) == {"id": "1", "rows": [{"size": 1}]}
