"""What does a company know? Passages of its documents, and prices and terms as facts."""

from datetime import date

from pydantic import Field

from contracts.template import say_money
from contracts.values import Frozen, Money


class KnowledgeHeader(Frozen):
    """The front matter of a knowledge document."""

    title: str
    source: str = Field(description="Where a reader finds it: a page of the company, a document's number")
    words: tuple[str, ...] = Field(default=(), description="Other words that customers use for its subject")
    valid_from: date | None = None
    valid_to: date | None = None


class Passage(Frozen):
    """One section of a knowledge document, citable as `document#n` while its dates are valid."""

    id: str
    title: str
    heading: str
    text: str
    source: str
    words: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid_on(self, day: date) -> bool:
        """Whether the passage may be shown on this day; both ends are included."""
        starts = self.valid_from is None or self.valid_from <= day
        return starts and (self.valid_to is None or day <= self.valid_to)


class Fact(Frozen):
    """A price or term that replies may state."""

    text: str
    value: Money | int | float | str
    source: str
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def statement(self) -> str:
        """The fact in words with its value, as a model reads it: `Greatest weight of a checked bag: 23 kg`."""
        said = say_money(self.value.model_dump()) if isinstance(self.value, Money) else str(self.value)
        return f"{self.text}: {said}"

    def is_valid_on(self, day: date) -> bool:
        """Whether the fact may be stated on this day; both ends are included."""
        starts = self.valid_from is None or self.valid_from <= day
        return starts and (self.valid_to is None or day <= self.valid_to)
