"""What do we ask of a language model that finds people's names, and what does it send back?"""

from collections.abc import Sequence
from typing import Annotated, Protocol

from pydantic import Field

from contracts.model import Contract


class NameSpan(Contract):
    """Characters `start` to `end` (exclusive) of a text name a person, as a model believes with this score."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    score: Annotated[float, Field(ge=0, le=1)]


class NamePort(Protocol):
    """Finds the names of people in one text. Raises ModelFailed, retryable or not, where it cannot say."""

    async def find(self, text: str) -> Sequence[NameSpan]:
        """The spans, in any order; they may overlap."""
        ...


class LocalNames(Protocol):
    """A model in this process: it blocks, holds the GIL, and runs in a process of its own."""

    def find(self, text: str) -> Sequence[NameSpan]:
        """The spans, in any order; they may overlap."""
        ...
