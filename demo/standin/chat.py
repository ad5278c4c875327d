"""How do the same answers travel over the Chat Completions API?"""

import json
import secrets
from collections.abc import Iterator

from demo.standin.models import thinks_aloud
from demo.standin.response import Draft, pieces_of
from demo.standin.wire import Obj


def write_completion(draft: Draft) -> Obj:
    """The whole answer as a ChatCompletion object."""
    text, refusal, calls = _parts(draft)
    message: Obj = {"role": "assistant", "content": text or None, "refusal": refusal or None, "annotations": []}
    if thoughts := _thoughts(draft):
        message["reasoning_content"] = thoughts
    if calls:
        message["tool_calls"] = calls
    choice: Obj = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(draft, calls)}
    return {**_head(draft, "chat.completion"), "choices": [choice], "usage": _usage(draft)}


def stream_chunks(draft: Draft) -> Iterator[Obj]:
    """The answer as ChatCompletionChunk objects; the last one carries the usage when the request asks for it."""
    head = _head(draft, "chat.completion.chunk")
    text, refusal, calls = _parts(draft)
    deltas: list[Obj] = [{"role": "assistant", "content": "", "refusal": None}]
    deltas += [{"reasoning_content": piece} for piece in pieces_of(_thoughts(draft))]
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


def _thoughts(draft: Draft) -> str:
    """What a model that thinks aloud has thought; OpenAI's own keep it to themselves."""
    return draft.thought if thinks_aloud(draft.ask.model) else ""


def _finish(draft: Draft, calls: list[Obj]) -> str:
    if draft.filtered:
        return "content_filter"
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
