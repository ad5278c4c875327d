"""Do labelled texts show a detector that misses, or that finds what is none? On a few of our own."""

from collections.abc import Sequence
from dataclasses import replace

from evals.privacy.detection import AIMS, measure_detection, measure_known_values
from evals.privacy.labelled import Labelled
from evals.privacy.rewritten import WAYS, other_order, rewrite
from governance.detect import find_structured
from governance.personal import Span


def labelled(text: str, **values: str) -> Labelled:
    kinds = {"CREDIT_CARD": "CARD", "PHONE_NUMBER": "PHONE", "PERSON": "NAME"}
    places = [(label, text.index(value), value) for label, value in values.items()]
    return Labelled(text, tuple((label, Span(at, at + len(value), kinds[label])) for label, at, value in places))


TEXTS = [
    labelled("my card 4242.4242.4242.4242", CREDIT_CARD="4242.4242.4242.4242"),
    labelled("I'm Müller Anna, call 668 5702", PERSON="Müller Anna", PHONE_NUMBER="668 5702"),
]


def test_what_is_found_whole_counts() -> None:
    figures = measure_detection(TEXTS, find_structured, aims=AIMS)
    assert figures["recall_credit_card"].met
    assert figures["recall_phone"].met
    assert figures["precision"].met
    assert figures["recall_person"].value == 0


def test_a_broken_detector_misses_its_aims() -> None:
    def half(text: str) -> Sequence[Span]:
        return [replace(span, end=span.end - 1) for span in find_structured(text)]

    def eager(text: str) -> Sequence[Span]:
        return [*find_structured(text), Span(0, 2, "CARD")]

    assert measure_detection(TEXTS, half, aims=AIMS)["recall_credit_card"].met is False
    assert measure_detection(TEXTS, eager, aims=AIMS)["precision"].met is False


def test_values_of_a_record_are_found_however_they_are_written() -> None:
    figures = measure_known_values(TEXTS)
    assert {key: figure.value for key, figure in figures.items()} == {
        "recall_known_values": 1,
        "recall_known_values_written_otherwise": 1,
    }


def test_a_rewritten_text_keeps_its_labels_in_place() -> None:
    for way in (*WAYS.values(), other_order):
        written = rewrite(TEXTS[1], way)
        values = [written.text[span.start : span.end] for _, span in written.spans]
        assert values == [way("Müller Anna"), way("668 5702")]
