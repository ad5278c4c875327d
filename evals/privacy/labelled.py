"""Which texts with labelled personal values are there to measure against, and which of our kinds are their labels?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, TypeAdapter

from evals.datasets import dataset
from governance.personal import Span

LABELS = {
    "CREDIT_CARD": "CARD",
    "PHONE_NUMBER": "PHONE",
    "EMAIL_ADDRESS": "EMAIL",
    "IBAN_CODE": "IBAN",
    "US_SSN": "NATIONAL_ID",
    "US_DRIVER_LICENSE": "NATIONAL_ID",
    "IP_ADDRESS": "IP",
    "PERSON": "NAME",
    "STREET_ADDRESS": "ADDRESS",
    "GPE": "ADDRESS",
    "ZIP_CODE": "ADDRESS",
    "DATE_TIME": "DOB",
}
"""Types that have a kind of ours. The others (titles, ages, groups, companies, sites) tell nobody apart."""
BY_THEIR_SHAPE = (
    "CREDIT_CARD",
    "PHONE_NUMBER",
    "EMAIL_ADDRESS",
    "IBAN_CODE",
    "US_SSN",
    "US_DRIVER_LICENSE",
    "IP_ADDRESS",
)


class _Label(BaseModel):
    model_config = ConfigDict(frozen=True)
    entity_type: str
    entity_value: str
    start_position: int
    end_position: int


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True)
    full_text: str
    spans: tuple[_Label, ...]


@dataclass(frozen=True)
class Labelled:
    """A text and its labelled spans (type of the data set, span with our kind)."""

    text: str
    spans: tuple[tuple[str, Span], ...]


def read_labelled() -> list[Labelled]:
    """Every text. Raises FileNotFoundError, which says how to get them."""
    rows = TypeAdapter(list[_Row]).validate_json(dataset("presidio_synth_v2.json").read_bytes())
    return [Labelled(row.full_text, tuple(_spans(row.spans))) for row in rows]


def _spans(labels: Iterable[_Label]) -> Iterator[tuple[str, Span]]:
    for label in sorted(labels, key=lambda one: one.start_position):
        kind = LABELS.get(label.entity_type, "")
        yield label.entity_type, Span(label.start_position, label.end_position, kind)


def is_covered(text: str, wanted: Span, found: Iterable[Span]) -> bool:
    """Whether every letter and digit of a labelled span lies in found spans (of its kind, where they have one)."""
    hidden = {place for span in found if span.kind == wanted.kind for place in range(span.start, span.end)}
    return all(place in hidden for place in range(wanted.start, wanted.end) if text[place].isalnum())


def is_right(found: Span, labelled: Labelled) -> bool:
    """Whether a found span lies on a labelled one of its kind."""
    return any(
        found.kind == span.kind and found.start < span.end and span.start < found.end for _, span in labelled.spans
    )
