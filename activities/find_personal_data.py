"""Where does a text hold personal data that no record names? Offline: Presidio for phones, rules for the rest."""

from collections.abc import Sequence
from typing import Final

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpEngine, SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import PhoneRecognizer
from spacy.language import Language
from spacy.tokens import Doc

from contracts.personal import PersonalCode
from governance.detect import find_structured
from governance.personal import Span, first_of
from governance.stated_values import find_stated

_LANGUAGE: Final = "en"
_LEMMAS: Final = "handrail_lower_case_lemmas"
# Presidio scores a phone number without context words at exactly 0.4.
_THRESHOLD: Final = 0.4
_FEWEST_DIGITS: Final = 7
_KINDS: Final = {"PHONE_NUMBER": "PHONE"}
DEFAULT_REGIONS: Final = ("DE", "GB", "US", "FR", "PT")


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


class PersonalDataFinder:
    """Finds phones of these regions, cards, IBANs, emails, and what customers say about themselves.

    Make one when the process starts (seconds). `find` takes about 5 ms for 200 characters and holds the GIL, so it runs
    in a bounded process pool.
    """

    def __init__(self, regions: Sequence[str] = DEFAULT_REGIONS) -> None:
        phones = PhoneRecognizer(supported_regions=tuple(regions))
        engine: NlpEngine = BlankEngine()
        engine.load()
        self._analyzer = AnalyzerEngine(
            registry=RecognizerRegistry(recognizers=[phones], supported_languages=[_LANGUAGE]),
            nlp_engine=engine,
            supported_languages=[_LANGUAGE],
            default_score_threshold=_THRESHOLD,
        )

    def find(self, text: str, codes: Sequence[PersonalCode] = ()) -> list[Span]:
        """Return the spans in order, without overlaps; what is structured wins over what is guessed.

        `codes`: those of the company's pack.
        """
        if not text.strip():
            return []
        found = self._analyzer.analyze(text, language=_LANGUAGE, entities=list(_KINDS))
        phones = (Span(result.start, result.end, _KINDS[result.entity_type]) for result in found)
        guessed = (span for span in phones if _is_long(text, span))
        return first_of(find_structured(text, codes), find_stated(text), guessed)


def _is_long(text: str, span: Span) -> bool:
    """Whether a guessed phone has the digits of a whole one; some countries know numbers of five, as houses have."""
    return sum(char.isdecimal() for char in text[span.start : span.end]) >= _FEWEST_DIGITS
