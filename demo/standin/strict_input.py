"""Which input items does OpenAI refuse?"""

from typing import Any

from openai.types.responses.easy_input_message_param import EasyInputMessageParam
from openai.types.responses.response_function_tool_call_param import ResponseFunctionToolCallParam
from openai.types.responses.response_input_param import FunctionCallOutput
from openai.types.responses.response_output_message_param import ResponseOutputMessageParam
from openai.types.responses.response_reasoning_item_param import ResponseReasoningItemParam
from pydantic import TypeAdapter, ValidationError

from demo.standin.sealed import is_sealed_here
from demo.standin.strict_schema import check_tool_name
from demo.standin.wire import Obj, Refused

_ID_BEGINS = {"message": "msg", "function_call": "fc", "reasoning": "rs"}
_TYPES: dict[str, Any] = {
    "message": EasyInputMessageParam,
    "output_message": ResponseOutputMessageParam,
    "function_call": ResponseFunctionToolCallParam,
    "function_call_output": FunctionCallOutput,
    "reasoning": ResponseReasoningItemParam,
}
_ADAPTERS: dict[str, TypeAdapter[Any]] = {name: TypeAdapter(kind) for name, kind in _TYPES.items()}
_INPUT_PARTS = ("input_text", "input_image", "input_file")
_OUTPUT_PARTS = ("output_text", "refusal")


def check_input(given: Any, *, stored: bool) -> list[Obj]:
    """The input as items, each with its `type`; `stored` says whether the request asked to store."""
    if isinstance(given, str):
        return [{"type": "message", "role": "user", "content": given}]
    if not isinstance(given, list):
        raise Refused("Missing required parameter: 'input'.", param="input", code="missing_required_parameter")
    items = [_check_item(item, f"input[{number}]") for number, item in enumerate(given)]
    _check_calls(items)
    _check_reasoning(items, stored)
    return items


def _check_item(item: Any, at: str) -> Obj:
    if not isinstance(item, dict):
        raise Refused(f"Invalid type for '{at}': expected an object.", param=at, code="invalid_type")
    kind = item.get("type") or "message"
    shape = "output_message" if kind == "message" and "id" in item else kind
    if shape not in _TYPES:
        listed = ", ".join(f"'{name}'" for name in _TYPES if name != "output_message")
        raise Refused(
            f"Invalid value: '{kind}'. Supported values are: {listed}.", param=f"{at}.type", code="invalid_value"
        )
    entry: Obj = {"type": kind, **item}
    if kind == "message":
        _check_message(entry, at)
    _check_keys(entry, shape, at)
    _check_ids(entry, kind, at)
    return entry


def _check_keys(item: Obj, shape: str, at: str) -> None:
    kind = _TYPES[shape]
    for key in item:
        if key not in kind.__annotations__:
            raise Refused(f"Unknown parameter: '{at}.{key}'.", param=f"{at}.{key}", code="unknown_parameter")
    if shape == "output_message":
        return  # its parts are checked one by one: clients send them back with fields of every package version
    try:
        _ADAPTERS[shape].validate_python(item)
    except ValidationError as wrong:
        raise _explain(wrong, at) from wrong


def _explain(wrong: ValidationError, at: str) -> Refused:
    """The first thing the package's type does not take, in OpenAI's words."""
    first = wrong.errors()[0]
    param = f"{at}.{first['loc'][0]}" if first["loc"] else at
    if first["type"] == "missing":
        return Refused(f"Missing required parameter: '{param}'.", param=param, code="missing_required_parameter")
    return Refused(f"Invalid value for '{param}': {first['msg']}.", param=param, code="invalid_type")


def _check_ids(item: Obj, kind: str, at: str) -> None:
    begin, own_id = _ID_BEGINS.get(kind), item.get("id")
    if begin and own_id is not None and not str(own_id).startswith(begin):
        message = f"Invalid '{at}.id': '{own_id}'. Expected an ID that begins with '{begin}'."
        raise Refused(message, param=f"{at}.id", code="invalid_value")
    call_id = item.get("call_id")
    if call_id is not None and not 1 <= len(call_id) <= 64:
        raise Refused(
            f"Invalid '{at}.call_id': expected a string of 1 to 64 characters, but got {len(call_id)}.",
            param=f"{at}.call_id",
            code="string_above_max_length",
        )
    if kind == "function_call":
        check_tool_name(item.get("name"), f"{at}.name")


def _check_message(item: Obj, at: str) -> None:
    content = item.get("content")
    if isinstance(content, str):
        return
    allowed = _OUTPUT_PARTS if item.get("role") == "assistant" else _INPUT_PARTS
    for number, part in enumerate(content or []):
        kind = part.get("type")
        if kind not in allowed:
            listed = " and ".join(f"'{name}'" for name in allowed)
            raise Refused(
                f"Invalid value: '{kind}'. Supported values are: {listed}.",
                param=f"{at}.content[{number}]",
                code="invalid_value",
            )


def _check_calls(items: list[Obj]) -> None:
    calls = [item["call_id"] for item in items if item["type"] == "function_call"]
    answers = [item["call_id"] for item in items if item["type"] == "function_call_output"]
    for call_id in answers:
        if call_id not in calls:
            raise Refused(f"No tool call found for function call output with call_id {call_id}.", param="input")
    for call_id in calls:
        if call_id not in answers:
            raise Refused(f"No tool output found for function call {call_id}.", param="input")
    for call_id in [*calls, *answers]:
        if calls.count(call_id) > 1 or answers.count(call_id) > 1:
            raise Refused(f"Duplicate item found with call_id {call_id}.", param="input", code="duplicate_item")


def _check_reasoning(items: list[Obj], stored: bool) -> None:
    for number, item in enumerate(items):
        if item["type"] != "reasoning":
            continue
        sealed = item.get("encrypted_content")
        if not sealed:
            hint = "" if stored else " Items are not persisted when `store` is set to false."
            raise Refused(
                f"Item with id '{item['id']}' not found.{hint} "
                "Try again with `store` set to true, or remove this item from your input.",
                status=404,
                param="input",
            )
        if not is_sealed_here(sealed):
            raise Refused(
                f"The encrypted content for item {item['id']} could not be verified.", code="invalid_encrypted_content"
            )
        if not _is_followed(items, number):
            raise Refused(
                f"Item '{item['id']}' of type 'reasoning' was provided without its required following item.",
                param="input",
            )


def _is_followed(items: list[Obj], number: int) -> bool:
    after = items[number + 1] if number + 1 < len(items) else {}
    said = after.get("type") == "message" and after.get("role") == "assistant"
    return said or after.get("type") in ("function_call", "reasoning")
