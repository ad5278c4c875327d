"""What do we ask of a model, and what does it send back? One port, whatever the API behind it."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Literal, Protocol

from contracts.model import Contract
from contracts.pack import ModelTier
from contracts.values import JsonObject


class Message(Contract):
    """Words of the transcript: the customer's (`user`), ours (`assistant`) or the runtime's (`developer`)."""

    role: Literal["user", "assistant", "developer"]
    text: str


class FunctionCall(Contract):
    """A tool call that the model made; `arguments` is its JSON text, unparsed."""

    call_id: str
    name: str
    arguments: str


class Observation(Contract):
    """What a tool call came to, as JSON text."""

    call_id: str
    output: str


class Reasoning(Contract):
    """A reasoning item, opaque to us, that the provider wants back unchanged; empty where it wants nothing back."""

    item: JsonObject


PromptItem = Message | FunctionCall | Observation | Reasoning


class Prompt(Contract):
    """One model call: the stable part first, so that prompt caches hit."""

    instructions: str
    items: tuple[PromptItem, ...]
    tools: tuple[JsonObject, ...] = ()
    cache_key: str = ""
    safety_identifier: str = ""

    @property
    def size(self) -> int:
        """Characters of the prompt, tools left out: what a call costs that was cut before its usage came."""
        return len(self.instructions) + sum(len(str(item.model_dump())) for item in self.items)

    @property
    def bytes(self) -> int:
        """Bytes of all that is sent, tools included."""
        return len(self.model_dump_json().encode())


class Begun(Contract):
    """The first sign of an answer, whatever it says; `asks`: how often the model was asked until it came."""

    asks: int = 1


class TextDelta(Contract):
    """A piece of the reply."""

    text: str


class Acted(Contract):
    """The model finished a function call, a reasoning item or a summary of its thoughts."""

    item: FunctionCall | Reasoning
    thought: str = ""


class Finished(Contract):
    """The answer is complete. Tokens as billed, 0 where the provider does not say; `incomplete`: why it was cut."""

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    incomplete: str = ""


ModelEvent = Begun | TextDelta | Acted | Finished


class ModelPort(Protocol):
    """A model behind some API. Raises `ModelFailed`, whose `retryable` and `retry_after` say what to do."""

    def stream(self, tier: ModelTier, prompt: Prompt, *, within: timedelta) -> AsyncGenerator[ModelEvent]:
        """Stream one answer: the first event is `Begun`, the last `Finished`. All of it within `within`."""
        ...
