"""What does Presidio find by itself, without a language model? All its recognisers for English, as they come."""

from collections.abc import Callable, Sequence

from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

from activities.find_phones import BlankEngine
from evals.privacy.labelled import LABELS
from governance.personal import Span

_THRESHOLD = 0.4
"""A phone without a word for it scores exactly this: a higher one drops all of them."""


def presidio_alone() -> Callable[[str], Sequence[Span]]:
    """A function that gives Presidio's spans, in our kinds where there is one."""
    engine = BlankEngine()
    engine.load()
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])

    def find(text: str) -> list[Span]:
        found = analyzer.analyze(text, language="en", score_threshold=_THRESHOLD)
        return [Span(one.start, one.end, LABELS.get(one.entity_type, one.entity_type)) for one in found]

    return find
