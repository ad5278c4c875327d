"""How do we speak with a model over the Responses API? Stateless (`store=false`), streamed, without SDK retries."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta
from typing import Any

from openai import AsyncStream
from pydantic import ValidationError

from activities.map_model_error import told_name
from activities.model_clients import ModelClients
from activities.read_stream import read_stream
from contracts.errors import ModelFailed
from contracts.model_port import (
    Acted,
    Begun,
    Finished,
    FunctionCall,
    Message,
    ModelEvent,
    Observation,
    Prompt,
    PromptItem,
    Reasoning,
    TextDelta,
)
from contracts.pack import ModelTier


class OpenAIResponses:
    """A `ModelPort` over `POST /v1/responses`."""

    def __init__(self, clients: ModelClients) -> None:
        self._clients = clients

    async def stream(self, tier: ModelTier, prompt: Prompt, *, within: timedelta) -> AsyncGenerator[ModelEvent]:
        """Stream one answer within the tier's time and `within`, whichever is shorter. Raises ModelFailed."""
        # `responses.create` would copy the parameters key by key against their hints, 10 to 17 ms a call, and try each
        # event as one of fifty types, 5 ms an answer: ours are JSON already, and four kinds of events mean something.
        opening = self._clients.of(tier).post(
            "/responses", cast_to=object, body=request_body(tier, prompt), stream=True, stream_cls=AsyncStream[object]
        )
        begun = False
        async with aclosing(read_stream(opening, within=min(within, tier.timeout))) as events:
            async for event in events:
                if not begun:
                    begun = True
                    yield Begun()
                for known in translate_event(event):
                    yield known


def request_body(tier: ModelTier, prompt: Prompt) -> dict[str, Any]:
    """The parameters of `responses.create` for this prompt."""
    body: dict[str, Any] = {
        "model": tier.model,
        "instructions": prompt.instructions,
        "input": [input_item(item) for item in prompt.items if not _is_chats_own(item)],
        "max_output_tokens": tier.max_output_tokens,
        "store": False,
        "stream": True,
    }
    if prompt.tools:
        body |= {"tools": list(prompt.tools), "tool_choice": "auto", "parallel_tool_calls": True}
    if prompt.cache_key:
        body["prompt_cache_key"] = prompt.cache_key
    if prompt.safety_identifier:
        body["safety_identifier"] = prompt.safety_identifier
    if tier.reasoning_effort is not None:
        body["reasoning"] = {"effort": tier.reasoning_effort, "summary": "auto"}
        body["include"] = ["reasoning.encrypted_content"]
    return body


def _is_chats_own(item: PromptItem) -> bool:
    return isinstance(item, Reasoning) and not item.item


def input_item(item: PromptItem) -> dict[str, Any]:
    """One prompt item as the Responses API wants it."""
    match item:
        case Message(role="assistant", text=text):
            return {"type": "message", "role": "assistant", "content": text}
        case Message(role=role, text=text):
            return {"type": "message", "role": role, "content": [{"type": "input_text", "text": text}]}
        case FunctionCall():
            return {"type": "function_call", **item.model_dump()}
        case Observation():
            return {"type": "function_call_output", **item.model_dump()}
        case Reasoning(item=raw):
            return raw


def translate_event(event: object) -> list[ModelEvent]:
    """What an event of the stream means to us; most mean nothing.

    Raises ModelFailed on the provider's failure, and where an event that we need is not as its server says it is.
    """
    try:
        return _translated(event) if isinstance(event, dict) else []
    except (KeyError, TypeError, AttributeError, ValidationError) as error:
        raise ModelFailed(
            "model.broken", "the model's server sent an event of another shape", retryable=True
        ) from error


def _translated(event: dict[str, Any]) -> list[ModelEvent]:
    match event.get("type"):
        case "response.output_text.delta" | "response.refusal.delta":
            return [TextDelta(text=event["delta"])]
        case "response.output_item.done":
            return _finished_item(event["item"])
        case "response.completed" | "response.incomplete":
            return [_finished(event["response"])]
        case "response.failed":
            code = (event["response"].get("error") or {}).get("code", "unknown")
            busy = code == "rate_limit_exceeded"
            raise ModelFailed(
                "model.busy" if busy else "model.broken", f"the model failed: {told_name(code)}", retryable=True
            )
        case "error":
            raise ModelFailed("model.broken", f"the model failed: {told_name(event.get('code'))}", retryable=True)
        case _:
            return []


def _finished_item(item: dict[str, Any]) -> list[ModelEvent]:
    if item["type"] == "function_call":
        return [Acted(item=FunctionCall(call_id=item["call_id"], name=item["name"], arguments=item["arguments"]))]
    if item["type"] == "reasoning":
        kept = {key: item[key] for key in ("type", "id", "summary", "encrypted_content") if item.get(key) is not None}
        thought = "\n".join(part["text"] for part in item.get("summary") or ())
        return [Acted(item=Reasoning(item=kept), thought=thought)]
    return []


def _finished(response: dict[str, Any]) -> Finished:
    usage: dict[str, Any] = response.get("usage") or {}
    return Finished(
        input_tokens=usage.get("input_tokens") or 0,
        cached_tokens=(usage.get("input_tokens_details") or {}).get("cached_tokens") or 0,
        output_tokens=usage.get("output_tokens") or 0,
        reasoning_tokens=(usage.get("output_tokens_details") or {}).get("reasoning_tokens") or 0,
        incomplete=(response.get("incomplete_details") or {}).get("reason") or "",
    )
