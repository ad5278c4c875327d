"""Does a call arrive as its OpenAPI operation says, byte for byte, at a real server?"""

import json
from datetime import timedelta
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import pytest
from echo_server import EchoServer
from pydantic import JsonValue, SecretStr

from activities.encode_body import encode_body
from activities.send_request import Answered, Lost, Unsent, send_request
from contracts.tool import ToolContract, ToolOverlay
from contracts.tool_request import BodyShape
from contracts.values import JsonObject
from storage.pack_operations import read_operations

OVERLAY: dict[str, Any] = {
    "system": "s",
    "kind": "write",
    "status": "…",
    "assurance": "anonymous",
    "confirm": "none",
    "idempotency": {"ttl": "1d"},
}


def make_tool(server: str, given: dict[str, Any], path: str = "/things", **changes: Any) -> ToolContract:
    """The tool of a document with this one operation."""
    operation = {"operationId": "put", "responses": {"200": {"description": "Done"}}, **given}
    document = {
        "openapi": "3.1.0",
        "paths": {path: {"post": operation}},
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "api_key"}}},
    }
    read = read_operations(json.dumps(document))["put"]
    body = read.body
    shape = BodyShape(
        form=body.form, media=body.media, required=body.required, whole=body.whole, parts=body.parts or {}
    )
    return ToolContract(
        name="put",
        system="s",
        server=server,
        audience="s",
        scope="put",
        method=read.method,
        path=read.path,
        title="Put",
        description="",
        overlay=ToolOverlay.model_validate({**OVERLAY, **changes}),
        parameters=read.parameters,
        arguments_schema=read.arguments_schema,
        body_schema=body.schema,
        result_schema={},
        responses={},
        body=shape if body.schema is not None else None,
        bearer=read.bearer,
        keys=tuple(place.model_copy(update={"key": "crm"}) for place in read.keys),
    )


async def arrive(client: httpx2.AsyncClient, tool: ToolContract, arguments: JsonObject, **more: Any) -> dict[str, Any]:
    """What arrives at the server."""
    within = timedelta(seconds=5)
    request = tool.request(arguments)
    sent = await send_request(client, tool, request, token="t", idempotency_key="k1", within=within, **more)
    assert isinstance(sent, Answered)
    return sent.body


def parameter(name: str, place: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": {}, **more}


LIST: JsonValue = ["a b", "c,d"]
RECORD: JsonValue = {"x": 1, "y": "ä&="}
PATHS: list[tuple[dict[str, Any], JsonValue, str]] = [
    ({}, "a/b c", "/things/a%2Fb%20c"),
    ({}, LIST, "/things/a%20b,c%2Cd"),
    ({"explode": True}, RECORD, "/things/x=1,y=%C3%A4%26%3D"),
    ({"style": "label"}, "v", "/things/.v"),
    ({"style": "label", "explode": True}, LIST, "/things/.a%20b.c%2Cd"),
    ({"style": "matrix"}, LIST, "/things/;id=a%20b,c%2Cd"),
    ({"style": "matrix", "explode": True}, RECORD, "/things/;x=1;y=%C3%A4%26%3D"),
]


@pytest.mark.parametrize(("style", "value", "target"), PATHS)
async def test_paths(
    client: httpx2.AsyncClient, echo: EchoServer, style: dict[str, Any], value: JsonValue, target: str
) -> None:
    tool = make_tool(echo.url, {"parameters": [parameter("id", "path", **style)]}, "/things/{id}")
    assert (await arrive(client, tool, {"id": value}))["target"] == target


QUERIES: list[tuple[dict[str, Any], JsonValue, list[tuple[str, str]]]] = [
    ({}, True, [("q", "true")]),
    ({}, LIST, [("q", "a b"), ("q", "c,d")]),
    ({}, RECORD, [("x", "1"), ("y", "ä&=")]),
    ({"explode": False}, ["a", "b"], [("q", "a,b")]),
    ({"style": "pipeDelimited", "explode": False}, ["a", "b"], [("q", "a|b")]),
    ({"style": "spaceDelimited", "explode": False}, ["a", "b"], [("q", "a b")]),
    ({"style": "deepObject"}, RECORD, [("q[x]", "1"), ("q[y]", "ä&=")]),
    ({"schema": {}, "content": {"application/json": {"schema": {}}}}, RECORD, [("q", '{"x":1,"y":"ä&="}')]),
    ({}, None, []),
]


@pytest.mark.parametrize(("style", "value", "pairs"), QUERIES)
async def test_queries(
    client: httpx2.AsyncClient,
    echo: EchoServer,
    style: dict[str, Any],
    value: JsonValue,
    pairs: list[tuple[str, str]],
) -> None:
    tool = make_tool(echo.url, {"parameters": [parameter("q", "query", **style)]})
    target: str = (await arrive(client, tool, {"q": value}))["target"]
    assert parse_qsl(target.partition("?")[2]) == pairs


async def test_headers_and_cookies(client: httpx2.AsyncClient, echo: EchoServer) -> None:
    given = [parameter("X-Trace", "header"), parameter("seen", "cookie"), parameter("zone", "cookie")]
    tool = make_tool(echo.url, {"parameters": given})
    arrived = await arrive(client, tool, {"X_Trace": ["a", 1], "seen": "ja; b=c", "zone": "eu"})
    assert arrived["headers"]["x-trace"] == "a,1"
    assert arrived["headers"]["cookie"] == "seen=ja%3B%20b%3Dc; zone=eu"
    assert arrived["headers"]["idempotency-key"] == "k1"
    assert arrived["headers"]["authorization"] == "Bearer t"
    assert arrived["body"] == ""


def body_of(schema: JsonObject, media: str, **more: Any) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {media: {"schema": schema, **more}}}}


FIELDS: JsonObject = {"a": {"type": "string"}, "n": {"type": "array", "items": {}}, "o": {"type": "object"}}
THING: JsonObject = {"type": "object", "properties": FIELDS}
VALUE: JsonObject = {"a": "ä b", "n": [1, 2], "o": {"x": True}}


async def test_json_bodies(client: httpx2.AsyncClient, echo: EchoServer) -> None:
    arrived = await arrive(client, make_tool(echo.url, body_of(THING, "application/merge-patch+json")), VALUE)
    assert arrived["headers"]["content-type"] == "application/merge-patch+json"
    assert arrived["body"] == '{"a":"ä b","n":[1,2],"o":{"x":true}}'


async def test_a_body_that_is_one_argument(client: httpx2.AsyncClient, echo: EchoServer) -> None:
    tool = make_tool(echo.url, body_of({"type": "array", "items": {"type": "integer"}}, "application/json"))
    assert (await arrive(client, tool, {"body": [1, 2]}))["body"] == "[1,2]"


async def test_an_optional_body_without_arguments_is_not_sent(client: httpx2.AsyncClient, echo: EchoServer) -> None:
    tool = make_tool(echo.url, {"requestBody": {"content": {"application/json": {"schema": THING}}}})
    assert "content-type" not in (await arrive(client, tool, {}))["headers"]


async def test_forms(client: httpx2.AsyncClient, echo: EchoServer) -> None:
    arrived = await arrive(client, make_tool(echo.url, body_of(THING, "application/x-www-form-urlencoded")), VALUE)
    assert parse_qsl(arrived["body"]) == [("a", "ä b"), ("n", "1"), ("n", "2"), ("o", '{"x":true}')]
    encoding = {"n": {"explode": False}, "o": {"style": "deepObject"}}
    tool = make_tool(echo.url, body_of(THING, "application/x-www-form-urlencoded", encoding=encoding))
    assert parse_qsl((await arrive(client, tool, VALUE))["body"]) == [("a", "ä b"), ("n", "1,2"), ("o[x]", "true")]


async def test_multipart(client: httpx2.AsyncClient, echo: EchoServer) -> None:
    arrived = await arrive(client, make_tool(echo.url, body_of(THING, "multipart/form-data")), VALUE)
    head = f"Content-Type: {arrived['headers']['content-type']}\r\n\r\n"
    message = BytesParser().parsebytes((head + arrived["body"]).encode())
    parts = [
        (part.get_param("name", header="content-disposition"), part.get_payload(decode=True)) for part in message.walk()
    ]
    assert parts[1:] == [("a", "ä b".encode()), ("n", b"1"), ("n", b"2"), ("o", b'{"x":true}')]


def test_the_same_body_has_the_same_bytes_whenever_it_is_sent() -> None:
    for form in ("json", "form", "multipart", "text"):
        shape = BodyShape.model_validate({"form": form})
        assert encode_body(shape, VALUE) == encode_body(shape, dict(reversed(VALUE.items()))) or form == "text"
        assert encode_body(shape, VALUE) == encode_body(shape, json.loads(json.dumps(VALUE)))


async def test_a_system_that_takes_no_tokens_gets_its_key_and_no_token(
    client: httpx2.AsyncClient, echo: EchoServer
) -> None:
    tool = make_tool(echo.url, {"security": [{"key": []}]})
    arrived = await arrive(client, tool, {}, keys={"crm": SecretStr("s&cret")})
    assert arrived["target"] == "/things?api_key=s%26cret"
    assert "authorization" not in arrived["headers"]


CLIMBS = ["", ".", "..", "a/../b", "..\\x", "a/", "/a"]


@pytest.mark.parametrize("value", CLIMBS)
def test_no_argument_leads_to_another_path(value: str) -> None:
    tool = make_tool("http://x", {"parameters": [parameter("id", "path")]}, "/things/{id}/notes")
    with pytest.raises(ValueError, match="does not name one thing"):
        tool.request({"id": value})


def test_no_argument_begins_another_header() -> None:
    tool = make_tool("http://x", {"parameters": [parameter("X-A", "header")]})
    with pytest.raises(ValueError, match="control characters"):
        tool.request({"X_A": "1\r\nX-Admin: 1"})


ANSWERS: dict[str, tuple[int, bytes, Any]] = {
    "json": (200, b'{"a": 12345678901234567}', {"a": 12345678901234567}),
    "nothing": (204, b"", None),
    "a page": (502, b"<html>", None),
    "a key twice": (200, b'{"a": 1, "a": 2}', None),
    "not a number": (200, b'{"a": NaN}', None),
    "too deep": (200, b"[" * 200 + b"]" * 200, None),
    "too long": (200, b'"' + b"x" * 2_000_001 + b'"', None),
    "not UTF-8": (200, b'"\xff"', None),
}


@pytest.mark.parametrize("case", ANSWERS)
async def test_answers_are_strict_json_of_bounded_size_or_nothing(
    client: httpx2.AsyncClient, echo: EchoServer, case: str
) -> None:
    status, body, expected = ANSWERS[case]
    echo.planned.append((status, {}, body))
    tool = make_tool(echo.url, {})
    sent = await send_request(
        client, tool, tool.request({}), token="t", idempotency_key=None, within=timedelta(seconds=5)
    )
    assert sent == Answered(status, expected)


async def test_a_port_where_nobody_listens_is_proof_that_nothing_was_sent(client: httpx2.AsyncClient) -> None:
    tool = make_tool("http://127.0.0.1:1", {})
    within = timedelta(seconds=2)
    sent = await send_request(client, tool, tool.request({}), token="t", idempotency_key=None, within=within)
    assert isinstance(sent, Unsent)


async def test_an_answer_that_drips_is_lost_when_the_time_of_the_whole_exchange_is_over(
    client: httpx2.AsyncClient, echo: EchoServer
) -> None:
    echo.planned.append((200, {"Content-Length": "50"}, b"drip"))
    tool = make_tool(echo.url, {})
    within = timedelta(milliseconds=300)
    sent = await send_request(client, tool, tool.request({}), token="t", idempotency_key=None, within=within)
    assert isinstance(sent, Lost)
