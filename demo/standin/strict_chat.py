"""Which Chat Completions requests does OpenAI refuse?"""

from typing import Any

from openai.types.chat import ChatCompletionStreamOptionsParam
from openai.types.chat.completion_create_params import CompletionCreateParamsBase, CompletionCreateParamsStreaming

from demo.standin.models import can_reason, check_model
from demo.standin.strict import check_effort, check_limits, check_parameters, check_tools
from demo.standin.strict_schema import check_tool_name
from demo.standin.wire import Ask, Obj, Refused

ALLOWED = frozenset(CompletionCreateParamsBase.__annotations__) | frozenset(
    CompletionCreateParamsStreaming.__annotations__
)
_MESSAGE_KEYS = frozenset(
    {"role", "content", "name", "tool_calls", "tool_call_id", "refusal", "annotations", "audio", "function_call"}
)
_LONGEST_CALL_ID = 40
"""Characters; the Responses API takes 64."""


def accept_chat_request(body: Obj) -> Ask:
    """The chat request parsed into the same `Ask`, or `Refused` with OpenAI's status and error body."""
    check_parameters(body, ALLOWED)
    model = check_model(body.get("model"), status=404)
    _check_model_parameters(body, model)
    check_limits(body, "max_completion_tokens", least=1)
    items = _items_of(body.get("messages"))
    tools = check_tools(body.get("tools") or [], nested=True)
    _check_use_of_tools(body, [tool.name for tool in tools])
    return Ask(
        model=model,
        instructions="",
        items=tuple(items),
        tools=tuple(tools),
        body=body,
        stream=bool(body.get("stream")),
        max_output_tokens=body.get("max_completion_tokens") or body.get("max_tokens"),
        reasons=can_reason(model) and body.get("reasoning_effort") != "none",
    )


def _check_model_parameters(body: Obj, model: str) -> None:
    if can_reason(model) and body.get("max_tokens") is not None:
        raise Refused(
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
            param="max_tokens",
            code="unsupported_parameter",
        )
    effort = body.get("reasoning_effort")
    if not can_reason(model) and effort is not None:
        raise _unknown("reasoning_effort", "Unrecognized request argument supplied: reasoning_effort")
    check_effort(effort, "reasoning_effort")
    options: Obj = body.get("stream_options") or {}
    if options and not body.get("stream"):
        raise Refused(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.", param="stream_options"
        )
    for name in options:
        if name not in ChatCompletionStreamOptionsParam.__annotations__:
            raise _unknown(f"stream_options.{name}")


def _check_use_of_tools(body: Obj, names: list[str]) -> None:
    """Parameters about tools need tools, and an empty list is none."""
    if body.get("tools") == []:
        raise Refused(
            "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
            param="tools",
            code="empty_array",
        )
    for name in ("tool_choice", "parallel_tool_calls"):
        if body.get(name) is not None and not names:
            raise Refused(
                f"Invalid value for '{name}': '{name}' is only allowed when 'tools' are specified.", param=name
            )
    choice = body.get("tool_choice")
    if isinstance(choice, dict) and (choice.get("function") or {}).get("name") not in names:
        raise Refused("Tool choice is not found in 'tools' parameter.", param="tool_choice")


def _items_of(messages: Any) -> list[Obj]:
    """The messages as items of the Responses API; each call must be answered before anything else is said."""
    if not isinstance(messages, list) or not messages:
        raise Refused("Missing required parameter: 'messages'.", param="messages", code="missing_required_parameter")
    items: list[Obj] = []
    waiting: list[str] = []
    for number, message in enumerate(messages):
        _check_message(message, f"messages[{number}]")
        if message["role"] != "tool" and waiting:
            break
        waiting = _take_message(message, f"messages[{number}]", waiting, items)
    if waiting:
        raise Refused(
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            f"'tool_call_id'. The following tool_call_ids did not have response messages: {', '.join(waiting)}",
            param="messages",
        )
    return items


def _check_message(message: Any, at: str) -> None:
    if not isinstance(message, dict):
        raise Refused(f"Invalid type for '{at}': expected an object.", param=at, code="invalid_type")
    role = message.get("role")
    if role not in ("developer", "system", "user", "assistant", "tool"):
        raise Refused(
            f"Invalid value: '{role}'. Supported values are: 'system', 'assistant', 'user', 'tool', and 'developer'.",
            param=f"{at}.role",
            code="invalid_value",
        )
    for key in message:
        if key not in _MESSAGE_KEYS:
            raise _unknown(f"{at}.{key}")
    content = message.get("content")
    if content is None and not (role == "assistant" and message.get("tool_calls")):
        raise Refused(
            f"Invalid value for 'content': expected a string, got null. ({at}.content)", param=f"{at}.content"
        )
    if not isinstance(content, str | list | None):
        raise Refused(f"Invalid type for '{at}.content': expected a string.", param=at, code="invalid_type")


def _take_message(message: Obj, at: str, waiting: list[str], items: list[Obj]) -> list[str]:
    """Turn one message into items; returns the tool calls that still wait for their answers."""
    role, content = message["role"], message.get("content")
    if role == "tool":
        call_id = str(message.get("tool_call_id"))
        if call_id not in waiting:
            raise Refused(
                "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
                "'tool_calls'.",
                param=f"{at}.role",
            )
        items.append({"type": "function_call_output", "call_id": call_id, "output": content})
        return [other for other in waiting if other != call_id]
    if content:
        items.append({"type": "message", "role": role, "content": content})
    calls = [
        _take_call(call, f"{at}.tool_calls[{number}]") for number, call in enumerate(message.get("tool_calls") or [])
    ]
    items += calls
    return [call["call_id"] for call in calls]


def _take_call(call: Any, at: str) -> Obj:
    """A call of an earlier answer, as it is sent back."""
    function: Any = call.get("function") if isinstance(call, dict) and call.get("type") == "function" else None
    if not isinstance(function, dict):
        raise Refused(f"Missing required parameter: '{at}.function'.", param=at, code="missing_required_parameter")
    for key in (
        *(key for key in call if key not in ("id", "type", "function")),
        *(set(function) - {"name", "arguments"}),
    ):
        raise _unknown(f"{at}.{key}")
    check_tool_name(function.get("name"), f"{at}.function.name")
    if not isinstance(function.get("arguments"), str):
        raise Refused(f"Invalid type for '{at}.function.arguments': expected a string.", param=at, code="invalid_type")
    call_id = call.get("id")
    if not isinstance(call_id, str) or not 1 <= len(call_id) <= _LONGEST_CALL_ID:
        raise Refused(
            f"Invalid '{at}.id': string too long. Expected a string with maximum length {_LONGEST_CALL_ID}, "
            f"but got a string with length {len(call_id or '')} instead.",
            param=f"{at}.id",
            code="string_above_max_length",
        )
    return {"type": "function_call", "call_id": call_id, **function}


def _unknown(param: str, message: str = "") -> Refused:
    return Refused(message or f"Unknown parameter: '{param}'.", param=param, code="unknown_parameter")
