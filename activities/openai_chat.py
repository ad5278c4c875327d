"""How do we speak with a model over the Chat Completions API, which nearly every other server offers?"""

import secrets
import string
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from openai.types import CompletionUsage
from openai.types.chat import ChatCompletionChunk
from openai.types.chat.chat_completion_chunk import ChoiceDelta, ChoiceDeltaToolCall

from activities.chat_messages import chat_messages, chat_tool
from activities.inline_thoughts import InlineThoughts
from activities.model_clients import ModelClients
from activities.read_stream import read_stream
from contracts.errors import ModelFailed
from contracts.model_port import Acted, Begun, Finished, FunctionCall, ModelEvent, Prompt, Reasoning, TextDelta
from contracts.pack import ModelTier

THOUGHTS: Final = ("reasoning_content", "reasoning")
"""Where reasoning servers put their thoughts: beside the content, in a field that OpenAI's API does not have."""
_CUT: Final = {"length": "max_output_tokens", "content_filter": "content_filter"}
_ALPHABET: Final = string.ascii_letters + string.digits
_ID_LENGTH: Final = 9
"""Characters of an id of our own: Mistral takes exactly nine letters and digits, everybody else takes them too."""


class OpenAIChat:
    """A `ModelPort` over `POST /v1/chat/completions`."""

    def __init__(self, clients: ModelClients) -> None:
        self._clients = clients

    async def stream(self, tier: ModelTier, prompt: Prompt, *, within: timedelta) -> AsyncGenerator[ModelEvent]:
        """Stream one answer within the tier's time and `within`, whichever is shorter. Raises ModelFailed."""
        body = chat_body(tier, prompt, openai=self._clients.speaks_with_openai(tier))
        # As extra body for the reason given in `openai_responses`; it stands in the place of what is typed here.
        opening = self._clients.of(tier).chat.completions.create(model="", messages=[], stream=True, extra_body=body)
        answer: ChatAnswer | None = None
        async with aclosing(read_stream(opening, within=min(within, tier.timeout))) as chunks:
            async for chunk in chunks:
                if answer is None:
                    answer = ChatAnswer(taken={item.call_id for item in prompt.items if isinstance(item, FunctionCall)})
                    yield Begun()
                for known in answer.take(chunk):
                    yield known
        for known in answer.finish() if answer else ():
            yield known


def chat_body(tier: ModelTier, prompt: Prompt, *, openai: bool) -> dict[str, Any]:
    """The parameters of `chat.completions.create`; servers other than OpenAI's are sent what they all know."""
    body: dict[str, Any] = {
        "model": tier.model,
        "messages": chat_messages(prompt),
        "max_completion_tokens": tier.max_output_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if prompt.tools:
        body |= {"tools": [chat_tool(tool) for tool in prompt.tools], "tool_choice": "auto"}
        body |= {"parallel_tool_calls": True}
    if tier.reasoning_effort is not None:
        body["reasoning_effort"] = tier.reasoning_effort
    if openai:
        body |= {"store": False}
        body |= {"prompt_cache_key": prompt.cache_key} if prompt.cache_key else {}
        body |= {"safety_identifier": prompt.safety_identifier} if prompt.safety_identifier else {}
    return body


@dataclass
class PartialCall:
    """A function call while its pieces arrive; `index` is its place in the answer."""

    index: int
    call_id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass
class ChatAnswer:
    """One answer while its chunks arrive: text goes on at once, calls and thoughts when it is complete."""

    words: InlineThoughts = field(default_factory=InlineThoughts)

    taken: set[str] = field(default_factory=set[str])
    calls: list[PartialCall] = field(default_factory=list[PartialCall])
    thought: str = ""
    ending: str | None = None
    usage: CompletionUsage | None = None

    def take(self, chunk: ChatCompletionChunk) -> list[ModelEvent]:
        """What a chunk means to us now."""
        self.usage = chunk.usage or self.usage
        if not chunk.choices:
            return []
        choice = chunk.choices[0]
        self.ending = choice.finish_reason or self.ending
        self.thought += _thought_of(choice.delta)
        for piece in choice.delta.tool_calls or ():
            self._add(piece)
        return _said(self.words.hear(choice.delta.content or "") or choice.delta.refusal or "")

    def _add(self, piece: ChoiceDeltaToolCall) -> None:
        """Join the pieces of a call by its index; its id and name come once, its arguments in many.

        Some servers give every call the same index, or none: another id with a name begins another call all the same.
        """
        name = (piece.function.name if piece.function else None) or ""
        call = self._call_at(getattr(piece, "index", None) or 0)
        if call.name and name and piece.id and piece.id != call.call_id:
            call = self._begin_call(call.index)
        call.call_id = call.call_id or piece.id or ""
        call.name = call.name or name
        call.arguments += (piece.function.arguments if piece.function else None) or ""

    def _call_at(self, index: int) -> PartialCall:
        return next((call for call in reversed(self.calls) if call.index == index), None) or self._begin_call(index)

    def _begin_call(self, index: int) -> PartialCall:
        self.calls.append(PartialCall(index))
        return self.calls[-1]

    def finish(self) -> list[ModelEvent]:
        """The thought, the calls in order and the end. Raises ModelFailed where the stream ended without an ending."""
        if self.ending is None:
            raise ModelFailed("model.broken_stream", "the model's stream ended early", retryable=True)
        acts = _said(self.words.finish())
        if thought := (self.thought + self.words.thought).strip():
            acts.append(Acted(item=Reasoning(item={}), thought=thought))
        if self.ending not in _CUT:
            acts += [Acted(item=self._whole(call)) for call in sorted(self.calls, key=lambda call: call.index)]
        return [*acts, _finished(self.usage, _CUT.get(self.ending, ""))]

    def _whole(self, call: PartialCall) -> FunctionCall:
        """The call under an id that no other call of the request has: some servers number them anew each time."""
        if not call.call_id or call.call_id in self.taken:
            call.call_id = "".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH))
        self.taken.add(call.call_id)
        return FunctionCall(call_id=call.call_id, name=call.name, arguments=call.arguments or "{}")


def _said(text: str) -> list[ModelEvent]:
    return [TextDelta(text=text)] if text else []


def _thought_of(delta: ChoiceDelta) -> str:
    extra = delta.model_extra or {}
    return next((text for name in THOUGHTS if isinstance(text := extra.get(name), str) and text), "")


def _finished(usage: CompletionUsage | None, incomplete: str) -> Finished:
    if usage is None:
        return Finished(incomplete=incomplete)
    cached = usage.prompt_tokens_details.cached_tokens if usage.prompt_tokens_details else 0
    reasoning = usage.completion_tokens_details.reasoning_tokens if usage.completion_tokens_details else 0
    return Finished(
        input_tokens=usage.prompt_tokens,
        cached_tokens=cached or 0,
        output_tokens=usage.completion_tokens,
        reasoning_tokens=reasoning or 0,
        incomplete=incomplete,
    )
