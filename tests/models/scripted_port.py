"""Which model answers as a test says: after how long, with what, or with which failure?"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import timedelta

from contracts.errors import ModelFailed
from contracts.model_port import Begun, Finished, ModelEvent, Prompt, TextDelta
from contracts.pack import ModelTier

NEVER = 60.0
"""Seconds: longer than any test waits."""


@dataclass(frozen=True)
class Course:
    """One answer: silence in seconds, then words, or a failure in their place, and silence again before its end."""

    silence: float = 0.0
    text: str = "Hello."
    failure: ModelFailed | None = None
    rest: float = 0.0


@dataclass
class ScriptedPort:
    """A `ModelPort` that plays its courses, one a stream, the last one again and again."""

    courses: list[Course]
    asked: int = 0
    said: asyncio.Event = field(default_factory=asyncio.Event)
    """Words of some course have been heard."""
    closed: list[int] = field(default_factory=list[int])
    """The streams that have ended, by their number from 0."""

    async def stream(self, tier: ModelTier, prompt: Prompt, *, within: timedelta) -> AsyncGenerator[ModelEvent]:
        """Play the next course."""
        number, self.asked = self.asked, self.asked + 1
        course = self.courses[min(number, len(self.courses) - 1)]
        try:
            await asyncio.sleep(course.silence)
            if course.failure is not None:
                raise course.failure
            yield Begun()
            yield TextDelta(text=course.text)
            self.said.set()
            await asyncio.sleep(course.rest)
            yield Finished()
        finally:
            self.closed.append(number)


def failing(code: str = "model.broken", retry_after: float | None = None) -> Course:
    """A course that fails at once."""
    return Course(failure=ModelFailed(code, "as the test says", retryable=True, retry_after=retry_after))
