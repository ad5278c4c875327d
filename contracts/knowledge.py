"""What does a company know? Passages of its documents, and prices and terms as facts."""

from datetime import date

from pydantic import Field

from contracts.template import say_money
from contracts.values import Frozen, Money


class Dated(Frozen):
    """What holds from one day to another, both included; without a day it holds since or for ever."""

    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid_on(self, day: date) -> bool:
        """Whether it may be shown and stated on this day."""
        starts = self.valid_from is None or self.valid_from <= day
        return starts and (self.valid_to is None or day <= self.valid_to)


class KnowledgeHeader(Dated):
    """The front matter of a knowledge document."""

    title: str
    source: str = Field(description="Where a reader finds it: a page of the company, a document's number")
    words: tuple[str, ...] = Field(default=(), description="Other words that customers use for its subject")


class Passage(Dated):
    """One section of a knowledge document, citable as `document#n` while its dates are valid."""

    id: str
    title: str
    heading: str
    text: str
    source: str
    words: tuple[str, ...] = ()


class Fact(Dated):
    """A price or term that replies may state."""

    text: str
    value: Money | int | float | str
    source: str

    @property
    def statement(self) -> str:
        """The fact in words with its value, as a model reads it: `Greatest weight of a checked bag: 23 kg`."""
        said = say_money(self.value.model_dump()) if isinstance(self.value, Money) else str(self.value)
        return f"{self.text}: {said}"
