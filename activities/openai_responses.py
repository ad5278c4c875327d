"""How do we speak with a model over the Responses API? Stateless (`store=false`), streamed, without SDK retries."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import timedelta
from typing import Any, cast

from openai.types.responses import ResponseStreamEvent

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
        # Typed parameters would be copied key by key against their hints, 10 to 17 ms a call: ours are JSON already.
        opening = self._clients.of(tier).responses.create(stream=True, extra_body=request_body(tier, prompt))
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


def translate_event(event: ResponseStreamEvent) -> list[ModelEvent]:
    """What an event of the stream means to us; most mean nothing. Raises ModelFailed on the provider's failure."""
    match event.type:
        case "response.output_text.delta":
            return [TextDelta(text=event.delta)]
        case "response.refusal.delta":
            return [TextDelta(text=event.delta)]
        case "response.output_item.done":
            return _finished_item(event.item)
        case "response.completed" | "response.incomplete":
            return [_finished(event.response)]
        case "response.failed":
            code = event.response.error.code if event.response.error else "unknown"
            busy = code == "rate_limit_exceeded"
            raise ModelFailed("model.busy" if busy else "model.broken", f"the model failed: {code}", retryable=True)
        case "error":
            raise ModelFailed("model.broken", f"the model failed: {event.code}", retryable=True)
        case _:
            return []


def _finished_item(item: Any) -> list[ModelEvent]:
    if item.type == "function_call":
        return [Acted(item=FunctionCall(call_id=item.call_id, name=item.name, arguments=item.arguments))]
    if item.type == "reasoning":
        raw = cast("Mapping[str, Any]", item.model_dump(mode="json", exclude_none=True))
        kept = {key: raw[key] for key in ("type", "id", "summary", "encrypted_content") if key in raw}
        thought = "\n".join(part.text for part in item.summary)
        return [Acted(item=Reasoning(item=kept), thought=thought)]
    return []


def _finished(response: Any) -> Finished:
    usage = response.usage
    reason = response.incomplete_details.reason if response.incomplete_details else ""
    if usage is None:
        return Finished(incomplete=reason or "")
    return Finished(
        input_tokens=usage.input_tokens,
        cached_tokens=usage.input_tokens_details.cached_tokens if usage.input_tokens_details else 0,
        output_tokens=usage.output_tokens,
        reasoning_tokens=usage.output_tokens_details.reasoning_tokens if usage.output_tokens_details else 0,
        incomplete=reason or "",
    )
