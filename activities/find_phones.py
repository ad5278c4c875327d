"""Which stretches of a text are phone numbers? Presidio, offline."""

from collections.abc import Sequence
from typing import Final

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpEngine, SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import PhoneRecognizer
from spacy.language import Language
from spacy.tokens import Doc

from governance.personal import Span
from governance.phones import is_called_otherwise

_LANGUAGE: Final = "en"
_LEMMAS: Final = "handrail_lower_case_lemmas"
# Presidio scores a phone number without context words at exactly 0.4.
_THRESHOLD: Final = 0.4
_FEWEST_DIGITS: Final = 7
_KINDS: Final = {"PHONE_NUMBER": "PHONE"}


@Language.component(_LEMMAS)
def lower_case_lemmas(doc: Doc) -> Doc:
    """Give each word its lower case as lemma: without lemmas Presidio finds no context words."""
    for token in doc:
        token.lemma_ = token.lower_
    return doc


class BlankEngine(SpacyNlpEngine):
    """spaCy without a model: splits words, names nothing, downloads nothing."""

    def __init__(self) -> None:
        super().__init__(models=[{"lang_code": _LANGUAGE, "model_name": "blank"}])

    def load(self) -> None:
        blank = spacy.blank(_LANGUAGE)
        blank.add_pipe(_LEMMAS)
        self.nlp = {_LANGUAGE: blank}


class PhoneFinder:
    """Finds the phone numbers of these regions. Make one when the process starts (seconds)."""

    def __init__(self, regions: Sequence[str]) -> None:
        phones = PhoneRecognizer(supported_regions=tuple(regions))
        engine: NlpEngine = BlankEngine()
        engine.load()
        self._analyzer = AnalyzerEngine(
            registry=RecognizerRegistry(recognizers=[phones], supported_languages=[_LANGUAGE]),
            nlp_engine=engine,
            supported_languages=[_LANGUAGE],
            default_score_threshold=_THRESHOLD,
        )

    def find(self, text: str) -> list[Span]:
        """Return the spans that have the digits of a whole number, and are not called a booking's or the like."""
        found = self._analyzer.analyze(text, language=_LANGUAGE, entities=list(_KINDS))
        phones = (Span(result.start, result.end, _KINDS[result.entity_type]) for result in found)
        return [span for span in phones if _is_long(text, span) and not is_called_otherwise(text, span.start)]


def _is_long(text: str, span: Span) -> bool:
    """Whether a guessed phone has the digits of a whole one; some countries know numbers of five, as houses have."""
    return sum(char.isdecimal() for char in text[span.start : span.end]) >= _FEWEST_DIGITS
