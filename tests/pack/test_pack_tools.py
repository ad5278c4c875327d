"""Do OpenAPI documents and overlays become strict contracts, and what does a model see of them?"""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import jsonschema
import pytest
from pydantic import JsonValue

from contracts.pack import Pack
from contracts.template import fill_text
from contracts.tool_schema import drop_absent, model_schema, model_tool
from contracts.values import JsonObject
from governance.sources import is_for_the_runtime
from storage.pack_folder import PackErrors
from storage.packs import load_pack
from tests.pack.conftest import SMALLEST

# What OpenAI's strict mode takes in a schema.
STRICT = frozenset(
    {"type", "description", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "const"}
    | {"pattern", "format", "multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
    | {"minItems", "maxItems"}
)


def schemas_in(schema: JsonObject) -> Iterator[JsonObject]:
    yield schema
    properties, items, options = schema.get("properties"), schema.get("items"), schema.get("anyOf")
    for below in properties.values() if isinstance(properties, dict) else []:
        yield from schemas_in(cast("JsonObject", below))
    if isinstance(items, dict):
        yield from schemas_in(items)
    for option in options if isinstance(options, list) else []:
        yield from schemas_in(cast("JsonObject", option))


def accepts(schema: JsonObject, value: JsonValue) -> bool:
    return jsonschema.Draft202012Validator(schema).is_valid(value)


def test_every_operation_of_the_airline_has_a_contract(airline: Pack) -> None:
    for tool in airline.tools.values():
        jsonschema.Draft202012Validator.check_schema(tool.arguments_schema)
        jsonschema.Draft202012Validator.check_schema(tool.result_schema)
        assert "$ref" not in json.dumps([tool.arguments_schema, tool.result_schema, list(tool.responses.values())])
        assert set(tool.parameters) == set(tool.overlay.parameters), tool.name
        assert tool.scope == tool.name
        assert tool.overlay.status.endswith("…")


def test_every_write_of_the_airline_can_be_repeated_safely_and_is_confirmed_or_in_a_set(airline: Pack) -> None:
    writes = [tool for tool in airline.tools.values() if tool.is_write and not is_for_the_runtime(tool)]
    assert {"charge_payment", "change_flight", "open_bag_case", "cancel_reservation"} <= {tool.name for tool in writes}
    for tool in writes:
        assert tool.overlay.idempotency is not None
        assert tool.overlay.confirm in ("customer", "with_set")
        assert tool.overlay.confirm_lines
    with_set = {tool.name for tool in writes if tool.overlay.confirm == "with_set"}
    assert with_set == {"recalculate_points", "notify_operations", "add_customer_note"}


def test_arguments_are_closed_at_every_depth(airline: Pack) -> None:
    schema = airline.tools["charge_payment"].arguments_schema
    good: JsonObject = {
        "customer_id": "C101",
        "payment_method_id": "pm_anna1",
        "amount": {"amount": 4500, "currency": "EUR"},
        "reservation_code": "K7Q2LM",
        "quote_id": "q_0123456789abcdef",
    }
    assert accepts(schema, good)
    assert not accepts(schema, {**good, "discount": 1})
    assert not accepts(schema, {**good, "amount": {"amount": 4500, "currency": "EUR", "tip": 1}})
    assert not accepts(schema, {name: value for name, value in good.items() if name != "quote_id"})


def test_the_idempotency_header_is_no_argument(airline: Pack) -> None:
    assert "Idempotency-Key" not in airline.tools["charge_payment"].parameters


def test_arguments_go_where_the_operation_wants_them(airline: Pack) -> None:
    change = airline.tools["change_flight"].request(
        {"reservation_code": "K7/Q2", "flight_id": "NW210-2026-11-22", "quote_id": "q_1", "payment_id": None}
    )
    assert (change.method, change.path) == ("POST", "/reservations/K7%2FQ2/changes")
    assert change.body == {"flight_id": "NW210-2026-11-22", "quote_id": "q_1", "payment_id": None}
    search = airline.tools["search_flights"].request({"origin": "FRA", "destination": "LIS", "date": "2026-11-22"})
    assert search.target == "/flights?origin=FRA&destination=LIS&date=2026-11-22"
    assert search.shape is None


def test_a_model_sees_strict_schemas_only(airline: Pack) -> None:
    for tool in airline.tools.values():
        offered = model_tool(tool)
        assert offered["strict"] is True
        for schema in schemas_in(model_schema(tool)):
            assert set(schema) <= STRICT, (tool.name, schema)
            if "properties" in schema:
                assert schema["additionalProperties"] is False
                assert schema["required"] == list(cast("JsonObject", schema["properties"]))


def test_a_model_never_sees_identity_arguments(airline: Pack) -> None:
    for tool in airline.tools.values():
        assert "customer_id" not in cast("JsonObject", model_schema(tool)["properties"])
    assert airline.tools["charge_payment"].identity_arguments == ("customer_id",)


def test_a_hole_may_stand_for_what_an_earlier_write_returns(airline: Pack) -> None:
    schema = model_schema(airline.tools["change_flight"])
    call: JsonObject = {"reservation_code": "K7Q2LM", "flight_id": "NW210-2026-11-22", "quote_id": "q_0123456789abcdef"}
    hole: JsonObject = {"from_tool": "charge_payment", "field": "payment_id"}
    assert accepts(schema, {**call, "payment_id": hole})
    assert accepts(schema, {**call, "payment_id": None})
    assert accepts(schema, {**call, "payment_id": "pay_0123456789abcdef"})
    assert not accepts(schema, {**call, "payment_id": {**hole, "from_tool": "refund_payment"}})
    assert not accepts(schema, {**call, "quote_id": hole, "payment_id": None})


def test_a_personal_argument_takes_a_token(airline: Pack) -> None:
    schema = model_schema(airline.tools["find_reservation"])
    assert accepts(schema, {"reservation_code": "K7Q2LM", "last_name": "<NAME_1>"})


def small_document(schema: JsonObject, *, components: JsonObject | None = None) -> str:
    body: JsonObject = {"content": {"application/json": {"schema": schema}}}
    operation: JsonObject = {
        "operationId": "put_thing",
        "requestBody": body,
        "responses": {"200": {"content": {"application/json": {"schema": {"type": "object"}}}}},
    }
    document: JsonObject = {
        "openapi": "3.0.3",
        "paths": {"/things": {"post": operation}},
        "components": components or {},
    }
    return json.dumps(document)


def test_optional_arguments_take_null_and_lose_it_again(write_pack: Callable[..., Path]) -> None:
    schema: JsonObject = {
        "type": "object",
        "required": ["size"],
        "properties": {
            "size": {"type": "integer", "nullable": True},
            "note": {"type": "string", "minLength": 1, "title": "Note"},
            "kind": {"type": "string", "enum": ["a", "b"], "default": "a"},
            "place": {"oneOf": [{"type": "object", "properties": {"title": {"type": "string"}}}]},
        },
    }
    overlay = """\
systems:
  stock: {document: openapi/stock.json, server: "http://stock.test", audience: stock}
tools:
  put_thing:
    system: stock
    kind: read
    status: Looking…
    assurance: anonymous
    parameters: {size: {source: choice}, note: {source: text}, kind: {source: choice}, place: {source: choice}}
"""
    folder = write_pack({"tools.yaml": overlay}, json.loads(small_document(schema)))
    tool = load_pack(folder, {}).tools["put_thing"]
    offered = model_schema(tool)
    empty: JsonObject = {"size": None, "note": None, "kind": None, "place": None}
    assert accepts(offered, empty)
    assert accepts(offered, {"size": 1, "note": "x", "kind": "b", "place": {"title": None}})
    assert not accepts(offered, {**empty, "kind": "c"})
    assert drop_absent(tool, empty) == {"size": None}
    assert all(set(part) <= STRICT for part in schemas_in(offered))
    assert not accepts(tool.arguments_schema, {"size": 1, "place": {"title": "x", "extra": 1}})


def test_a_broken_document_is_reported_as_a_mistake(write_pack: Callable[..., Path]) -> None:
    with pytest.raises(PackErrors, match=r"openapi/stock\.json:1: is not an OpenAPI 3 document"):
        load_pack(write_pack(document={"swagger": "2.0"}), {})


def test_pointers_into_answers_are_checked(airline: Pack, tmp_path: Path) -> None:
    copy = tmp_path / "airline"
    shutil.copytree(Path(str(airline.directory)), copy)
    text = (copy / "tools.yaml").read_text(encoding="utf-8")
    for old in ("pointer: /quote_id,", "found: /payment}", "{pointer: /status, not_in", "case_id: /case_id}"):
        assert old in text
    text = text.replace("pointer: /quote_id,", "pointer: /quotation,").replace(
        "{pointer: /status, not_in", "{pointer: /state, not_in"
    )
    (copy / "tools.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PackErrors) as failed:
        load_pack(copy, {"HANDRAIL_SYSTEMS_URL": "http://x"})
    told = [mistake.message for mistake in failed.value.mistakes]
    assert told == [
        "quote_change: the answer has nothing at '/quotation'; correct the pointer",
        "open_bag_case: the answer of 'get_bag_case' has nothing at '/state'",
    ]


def test_the_confirmation_says_what_was_found_or_else_the_argument(airline: Pack) -> None:
    lines = {line.label: line.value for line in airline.tools["change_flight"].overlay.confirm_lines}
    flight: JsonObject = {
        "flight_number": "NW210",
        "origin": "FRA",
        "destination": "LIS",
        "departs_at": "2026-11-22T06:30:00Z",
    }
    arguments: JsonObject = {"reservation_code": "K7Q2LM", "flight_id": "NW210-2026-11-22"}
    said = fill_text(lines["New flight"], {**arguments, "found": {"flight_id": flight}})
    assert said == "NW210 FRA to LIS, Sunday, 22 November 2026 at 06:30 UTC"
    assert fill_text(lines["New flight"], {**arguments, "found": {}}) == "NW210-2026-11-22"


def test_a_company_may_declare_codes_of_its_own(airline: Pack, write_pack: Callable[..., Path]) -> None:
    assert {tool.personal_codes for tool in airline.tools.values()} == {airline.manifest.personal_codes}
    assert [code.kind for code in airline.manifest.personal_codes] == ["MEMBER"]
    tools = SMALLEST["tools.yaml"] + "    personal: [{pointer: /note, kind: POLICY}]\n"
    with pytest.raises(PackErrors, match=r"tools\.yaml:11: .*no kind 'POLICY'.*`personal_codes`"):
        load_pack(write_pack({"tools.yaml": tools}), {})
    codes = 'personal_codes: [{kind: POLICY, pattern: "[A-Z]{2}[0-9]{7}"}]\n'
    shop = load_pack(write_pack({"tools.yaml": tools, "pack.yaml": SMALLEST["pack.yaml"] + codes}), {})
    assert shop.tools["find_item"].overlay.personal[0].kind == "POLICY"
