"""What does the model of a case answer? Exactly what the case says, whatever it is asked."""

import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from contracts.model_port import Acted, Finished, FunctionCall, ModelEvent, Prompt, TextDelta
from contracts.pack import ModelTier
from contracts.values import JsonObject


@dataclass(frozen=True)
class Call:
    """A tool call as a model writes it: a name and the JSON text of its arguments, whatever that text is."""

    tool: str
    text: str

    @classmethod
    def of(cls, tool: str, arguments: JsonObject) -> "Call":
        """A call with these arguments."""
        return cls(tool, json.dumps(arguments, ensure_ascii=False))

    @property
    def arguments(self) -> JsonObject:
        """The arguments as an object; ValueError where the text is none."""
        parsed = json.loads(self.text)
        if not isinstance(parsed, dict):
            raise ValueError(f"the arguments of {self.tool!r} are no object")
        return parsed


class ScriptedModel:
    """A `ModelPort` that says what it was told to say next, and keeps the last prompt it was given."""

    def __init__(self) -> None:
        self.prompt: Prompt | None = None
        self._text = ""
        self._calls: tuple[Call, ...] = ()
        self._made = 0

    def will_answer(self, calls: Sequence[Call] = (), text: str = "") -> None:
        """Set what the next call of the model brings."""
        self._calls, self._text = tuple(calls), text

    async def stream(self, tier: ModelTier, prompt: Prompt, *, within: timedelta) -> AsyncGenerator[ModelEvent]:
        """The answer that was set: its text, then its calls."""
        del tier, within
        self.prompt = prompt
        if self._text:
            yield TextDelta(text=self._text)
        for call in self._calls:
            self._made += 1
            yield Acted(item=FunctionCall(call_id=f"call_{self._made}", name=call.tool, arguments=call.text))
        yield Finished()
