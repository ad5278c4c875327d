"""How do the same answers travel over the Chat Completions API?"""

import json
import secrets
from collections.abc import Iterator
from typing import Any

from openai.types.chat.completion_create_params import CompletionCreateParamsBase, CompletionCreateParamsStreaming

from demo.standin.models import can_reason, check_model
from demo.standin.response import Draft, pieces_of
from demo.standin.strict import check_parameters, check_tools
from demo.standin.wire import Ask, Obj, Refused

ALLOWED = frozenset(CompletionCreateParamsBase.__annotations__) | frozenset(
    CompletionCreateParamsStreaming.__annotations__
)


def accept_chat_request(body: Obj) -> Ask:
    """The chat request parsed into the same `Ask`, or `Refused` with OpenAI's status and error body."""
    check_parameters(body, ALLOWED)
    model = check_model(body.get("model"), status=404)
    _check_model_parameters(body, model)
    items = _items_of(body.get("messages"))
    tools = check_tools(body.get("tools") or [], nested=True)
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
    if not can_reason(model) and body.get("reasoning_effort") is not None:
        raise Refused(
            "Unrecognized request argument supplied: reasoning_effort",
            param="reasoning_effort",
            code="unknown_parameter",
        )
    if body.get("stream_options") and not body.get("stream"):
        raise Refused(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.", param="stream_options"
        )


def _items_of(messages: Any) -> list[Obj]:
    if not isinstance(messages, list) or not messages:
        raise Refused("Missing required parameter: 'messages'.", param="messages", code="missing_required_parameter")
    items: list[Obj] = []
    waiting: list[str] = []
    for number, message in enumerate(messages):
        if message.get("role") != "tool" and waiting:
            break
        waiting = _take_message(message, f"messages[{number}]", waiting, items)
    if waiting:
        raise Refused(
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            f"'tool_call_id'. The following tool_call_ids did not have response messages: {', '.join(waiting)}",
            param="messages",
        )
    return items


def _take_message(message: Obj, at: str, waiting: list[str], items: list[Obj]) -> list[str]:
    """Turn one message into items; returns the tool calls that still wait for their answers."""
    role = message.get("role")
    if role not in ("developer", "system", "user", "assistant", "tool"):
        raise Refused(
            f"Invalid value: '{role}'. Supported values are: 'system', 'assistant', 'user', 'tool', and 'developer'.",
            param=f"{at}.role",
            code="invalid_value",
        )
    content = message.get("content")
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
    calls: list[Obj] = message.get("tool_calls") or []
    for call in calls:
        items.append({"type": "function_call", "call_id": call["id"], **call["function"]})
    return [call["id"] for call in calls]


def write_completion(draft: Draft) -> Obj:
    """The whole answer as a ChatCompletion object."""
    text, refusal, calls = _parts(draft)
    message: Obj = {"role": "assistant", "content": text or None, "refusal": refusal or None, "annotations": []}
    if calls:
        message["tool_calls"] = calls
    choice: Obj = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(draft, calls)}
    return {**_head(draft, "chat.completion"), "choices": [choice], "usage": _usage(draft)}


def stream_chunks(draft: Draft) -> Iterator[Obj]:
    """The answer as ChatCompletionChunk objects; the last one carries the usage when the request asks for it."""
    head = _head(draft, "chat.completion.chunk")
    text, refusal, calls = _parts(draft)
    deltas: list[Obj] = [{"role": "assistant", "content": "", "refusal": None}]
    deltas += [{"content": piece} for piece in pieces_of(text)]
    deltas += [{"refusal": piece} for piece in pieces_of(refusal)]
    for index, call in enumerate(calls):
        start: Obj = {**call, "function": {"name": call["function"]["name"], "arguments": ""}}
        deltas.append({"tool_calls": [{"index": index, **start}]})
        pieces = pieces_of(call["function"]["arguments"])
        deltas += [{"tool_calls": [{"index": index, "function": {"arguments": piece}}]} for piece in pieces]
    for delta in deltas:
        yield {**head, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}]}
    end: Obj = {"index": 0, "delta": {}, "logprobs": None, "finish_reason": _finish(draft, calls)}
    yield {**head, "choices": [end]}
    if (draft.ask.body.get("stream_options") or {}).get("include_usage"):
        yield {**head, "choices": [], "usage": _usage(draft)}


def _head(draft: Draft, kind: str) -> Obj:
    completion_id = draft.response_id.replace("resp_", "chatcmpl-")
    return {
        "id": completion_id,
        "object": kind,
        "created": draft.created_at,
        "model": draft.ask.model,
        "service_tier": "default",
        "system_fingerprint": "fp_standin" + secrets.token_hex(2),
    }


def _parts(draft: Draft) -> tuple[str, str, list[Obj]]:
    parts = [part for item in draft.items if item["type"] == "message" for part in item["content"]]
    calls: list[Obj] = [
        {
            "id": item["call_id"],
            "type": "function",
            "function": {"name": item["name"], "arguments": item["arguments"]},
        }
        for item in draft.items
        if item["type"] == "function_call"
    ]
    return "".join(p.get("text", "") for p in parts), "".join(p.get("refusal", "") for p in parts), calls


def _finish(draft: Draft, calls: list[Obj]) -> str:
    return "length" if draft.cut else "tool_calls" if calls else "stop"


def _usage(draft: Draft) -> Obj:
    usage = draft.usage
    return {
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.output,
        "total_tokens": usage.prompt + usage.output,
        "prompt_tokens_details": {"cached_tokens": usage.cached, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning, "audio_tokens": 0},
    }


def write_event(chunk: Obj) -> str:
    """A chunk as one server-sent event."""
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"
