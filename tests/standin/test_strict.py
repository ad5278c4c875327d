"""Does the stand-in refuse what OpenAI refuses, with OpenAI's status and error body?"""

from typing import Any

import httpx2
import openai
import pytest
from openai import AsyncOpenAI

from demo.standin.strict import ALLOWED

type Obj = dict[str, Any]

GOOD: Obj = {
    "type": "object",
    "properties": {"a": {"type": "string"}},
    "required": ["a"],
    "additionalProperties": False,
}


def tool(parameters: Obj, name: str = "look", strict: bool = True) -> Obj:
    return {"type": "function", "name": name, "strict": strict, "parameters": parameters}


def call(call_id: str = "call_1") -> Obj:
    return {"type": "function_call", "call_id": call_id, "name": "look", "arguments": "{}"}


def output(call_id: str = "call_1") -> Obj:
    return {"type": "function_call_output", "call_id": call_id, "output": "{}"}


async def refusal(http: httpx2.AsyncClient, **body: Any) -> tuple[int, Obj]:
    answer = await http.post("/v1/responses", json={"model": "gpt-5.2", "input": "hi", **body})
    parsed: Obj = answer.json()
    assert set(parsed.get("error") or {}) in (set(), {"message", "type", "param", "code"}) or answer.status_code == 200
    return answer.status_code, parsed.get("error") or {}


SCHEMAS: list[tuple[Obj, str]] = [
    ({**GOOD, "additionalProperties": True}, "'additionalProperties' is required to be supplied and to be false"),
    ({k: v for k, v in GOOD.items() if k != "additionalProperties"}, "'additionalProperties' is required"),
    ({**GOOD, "required": []}, "Missing 'a'"),
    ({**GOOD, "required": ["a", "b"]}, "Extra required key 'b'"),
    ({**GOOD, "properties": {"a": {"type": "string", "minLength": 2}}}, "'minLength' is not permitted"),
    ({**GOOD, "properties": {"a": {"type": "string", "default": "x"}}}, "'default' is not permitted"),
    ({**GOOD, "properties": {"a": {"oneOf": [{"type": "string"}]}}}, "'oneOf' is not permitted"),
    ({**GOOD, "properties": {"a": {"type": "object", "properties": {}}}}, "context=('properties', 'a')"),
    ({**GOOD, "properties": {"a": {"anyOf": [{"type": "object", "properties": {}}]}}}, "'anyOf', '0'"),
    ({**GOOD, "properties": {"a": {"type": "array"}}}, "array schema missing items"),
    ({**GOOD, "properties": {"a": {"type": "string", "format": "iban"}}}, "not a valid format"),
    ({**GOOD, "properties": {"a": {"description": "anything"}}}, "must have a 'type' key"),
    ({**GOOD, "properties": {"a": {"$ref": "#/$defs/none"}}}, "reference can only point"),
    ({"type": "array", "items": GOOD}, "must be a JSON Schema of 'type: \"object\"'"),
    ({"type": "object", "anyOf": [GOOD]}, "must be a JSON Schema of 'type: \"object\"'"),
]


@pytest.mark.parametrize(("parameters", "part"), SCHEMAS)
async def test_invalid_strict_schemas_are_refused(http: httpx2.AsyncClient, parameters: Obj, part: str) -> None:
    status, error = await refusal(http, tools=[tool(parameters)])
    assert status == 400
    assert error["code"] == "invalid_function_parameters"
    assert error["param"] == "tools[0].parameters"
    assert part in error["message"]


async def test_valid_strict_schemas_and_loose_ones_are_taken(http: httpx2.AsyncClient) -> None:
    nested: Obj = {
        **GOOD,
        "properties": {"a": {"anyOf": [GOOD, {"type": "null"}]}},
        "$defs": {"day": {"type": "string", "format": "date"}},
    }
    assert (await refusal(http, tools=[tool(GOOD), tool(nested, "other")]))[0] == 200
    assert (await refusal(http, tools=[tool({"type": "object", "minProperties": 1}, strict=False)]))[0] == 200


@pytest.mark.parametrize("name", ["", "with space", "dot.ted", "x" * 65, "ümlaut"])
async def test_tool_names_outside_the_pattern_are_refused(http: httpx2.AsyncClient, name: str) -> None:
    status, error = await refusal(http, tools=[tool(GOOD, name)])
    assert (status, error["param"]) == (400, "tools[0].name")


INPUTS: list[tuple[list[Obj], str]] = [
    ([call()], "No tool output found for function call call_1."),
    ([output()], "No tool call found for function call output with call_id call_1."),
    ([call(), output(), call(), output()], "call_id call_1"),
    ([call(), output(), output()], "call_id call_1"),
    ([{**call(), "id": "call_1"}, output()], "begins with 'fc'"),
    ([{**call(), "reason": "x"}, output()], "Unknown parameter: 'input[0].reason'."),
    ([{"type": "function_call", "call_id": "c", "name": "look"}], "Missing required parameter: 'input[0].arguments'."),
    ([{"type": "thought", "text": "x"}], "Invalid value: 'thought'"),
    ([{"role": "user", "content": [{"type": "output_text", "text": "x"}]}], "Invalid value: 'output_text'"),
    ([{"role": "assistant", "content": [{"type": "input_text", "text": "x"}]}], "Invalid value: 'input_text'"),
    ([{"role": "customer", "content": "x"}], "role"),
    ([{**call("c" * 65)}, output("c" * 65)], "call_id"),
]


@pytest.mark.parametrize(("items", "part"), INPUTS)
async def test_inconsistent_input_is_refused(http: httpx2.AsyncClient, items: list[Obj], part: str) -> None:
    status, error = await refusal(http, input=items)
    assert status == 400
    assert part in error["message"]


BODIES: list[tuple[Obj, int, str | None, str | None]] = [
    ({"temprature": 1}, 400, "temprature", "unknown_parameter"),
    ({"model": "gpt-9"}, 400, "model", "model_not_found"),
    ({"model": "gpt-4.1", "reasoning": {"effort": "low"}}, 400, "reasoning.effort", "unsupported_parameter"),
    ({"reasoning": {"effort": "huge"}}, 400, "reasoning.effort", "invalid_value"),
    ({"reasoning": {"depth": 1}}, 400, "reasoning.depth", "unknown_parameter"),
    ({"temperature": 0.2}, 400, "temperature", "unsupported_parameter"),
    ({"model": "gpt-4.1", "include": ["reasoning.encrypted_content"]}, 400, "include", None),
    ({"include": ["everything"]}, 400, "include[0]", "invalid_value"),
    ({"max_output_tokens": 5}, 400, "max_output_tokens", "integer_below_min_value"),
    ({"max_output_tokens": "100"}, 400, "max_output_tokens", "invalid_type"),
    ({"previous_response_id": "resp_1"}, 400, "previous_response_id", "previous_response_not_found"),
    ({"safety_identifier": "x" * 65}, 400, "safety_identifier", "string_above_max_length"),
    ({"tool_choice": {"type": "function", "name": "none"}}, 400, "tool_choice", None),
    ({"tool_choice": "required"}, 400, "tool_choice", None),
    ({"input": None}, 400, "input", "missing_required_parameter"),
]


@pytest.mark.parametrize(("body", "status", "param", "code"), BODIES)
async def test_wrong_parameters_are_refused(
    http: httpx2.AsyncClient, body: Obj, status: int, param: str | None, code: str | None
) -> None:
    got, error = await refusal(http, **body)
    assert (got, error["param"], error["code"]) == (status, param, code)
    assert error["type"] == "invalid_request_error"


def test_the_allowed_parameters_are_those_of_the_openai_package() -> None:
    assert {"model", "input", "tools", "stream", "prompt_cache_key", "safety_identifier", "text"} <= ALLOWED
    assert "messages" not in ALLOWED


async def test_a_wrong_key_is_refused_and_a_missing_one_too(standin_url: str) -> None:
    async with AsyncOpenAI(base_url=f"{standin_url}/v1", api_key="sk-invalid-1", max_retries=0) as stranger:
        with pytest.raises(openai.AuthenticationError) as refused:
            await stranger.responses.create(model="gpt-4.1", input="hi")
    assert refused.value.code == "invalid_api_key"
    async with httpx2.AsyncClient(base_url=standin_url) as bare:
        assert (await bare.post("/v1/responses", json={"model": "gpt-4.1", "input": "hi"})).status_code == 401


async def test_an_unknown_stored_response_and_broken_json_are_refused(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/v1/responses/resp_1")).status_code == 404
    broken = await http.post("/v1/responses", content=b'{"model": ')
    assert broken.status_code == 400
    assert "parse the JSON body" in broken.json()["error"]["message"]


async def test_thoughts_come_back_sealed_whole_and_followed(client: AsyncOpenAI, http: httpx2.AsyncClient) -> None:
    first = await client.responses.create(
        model="gpt-5.2", input="Hi there", store=False, include=["reasoning.encrypted_content"]
    )
    thought, message = (item.to_dict(mode="json") for item in first.output)
    asked: Obj = {"role": "user", "content": "Hi there"}
    after: Obj = {"role": "user", "content": "thanks"}
    assert (await refusal(http, store=False, input=[asked, thought, message, after]))[0] == 200
    bare = {key: value for key, value in thought.items() if key != "encrypted_content"}
    status, error = await refusal(http, store=False, input=[asked, bare, message, after])
    assert status == 404
    assert "Items are not persisted when `store` is set to false" in error["message"]
    forged = {**thought, "encrypted_content": str(thought["encrypted_content"])[:-6] + "AAAAA="}
    status, error = await refusal(http, store=False, input=[asked, forged, message, after])
    assert (status, error["code"]) == (400, "invalid_encrypted_content")
    status, error = await refusal(http, store=False, input=[asked, thought, after])
    assert status == 400
    assert "without its required following item" in error["message"]


def made(call_id: str = "c", name: str = "look", arguments: Any = "{}") -> Obj:
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def nested(parameters: Obj) -> Obj:
    return {"type": "function", "function": {"name": "look", "strict": True, "parameters": parameters}}


CHATS: list[tuple[Obj, int, str]] = [
    ({"model": "gpt-9"}, 404, "does not exist"),
    ({"input": "x"}, 400, "Unknown parameter: 'input'."),
    ({"model": "gpt-5.2", "max_tokens": 10}, 400, "max_completion_tokens"),
    ({"messages": [{"role": "tool", "tool_call_id": "c", "content": "x"}]}, 400, "must be a response to"),
    ({"stream_options": {"include_usage": True}}, 400, "only allowed when 'stream' is enabled"),
    ({"stream": True, "stream_options": {"usage": True}}, 400, "Unknown parameter: 'stream_options.usage'."),
    ({"messages": [{"role": "user", "content": None}]}, 400, "got null"),
    ({"messages": [{"role": "user", "content": "x", "text": "x"}]}, 400, "Unknown parameter: 'messages[0].text'."),
    ({"messages": [{"role": "bot", "content": "x"}]}, 400, "Invalid value: 'bot'."),
    ({"messages": [{"role": "assistant", "tool_calls": [made("c" * 41)]}]}, 400, "maximum length 40"),
    ({"messages": [{"role": "assistant", "tool_calls": [made(name="look up")]}]}, 400, "match pattern"),
    ({"messages": [{"role": "assistant", "tool_calls": [made(arguments={})]}]}, 400, "expected a string"),
    ({"tools": []}, 400, "empty array"),
    ({"parallel_tool_calls": True}, 400, "only allowed when 'tools' are specified"),
    ({"tools": [tool(GOOD)]}, 400, "tools[0].function"),
    ({"tools": [nested({**GOOD, "required": []})]}, 400, "Missing 'a'"),
    ({"tools": [nested(GOOD)], "tool_choice": {"type": "function", "function": {"name": "x"}}}, 400, "not found"),
    ({"safety_identifier": "s" * 65}, 400, "maximum length 64"),
    ({"model": "gpt-5.2", "reasoning_effort": "huge"}, 400, "Invalid value: 'huge'."),
    (
        {
            "messages": [
                {
                    "role": "assistant",
                    "tool_calls": [{"id": "c", "type": "function", "function": {"name": "look", "arguments": "{}"}}],
                },
                {"role": "user", "content": "and?"},
            ]
        },
        400,
        "did not have response messages: c",
    ),
]


@pytest.mark.parametrize(("body", "status", "part"), CHATS)
async def test_chat_requests_are_as_strict(http: httpx2.AsyncClient, body: Obj, status: int, part: str) -> None:
    messages = [{"role": "user", "content": "hi"}]
    answer = await http.post("/v1/chat/completions", json={"model": "gpt-4.1", "messages": messages, **body})
    assert answer.status_code == status
    assert part in answer.json()["error"]["message"]
