"""Which people does a spaCy pipeline name in a text?"""

import warnings
from collections.abc import Sequence
from typing import Final

import spacy
from spacy.language import Language

from contracts.errors import NotReady
from contracts.name_port import NameSpan

PEOPLE: Final = frozenset({"PERSON", "PER", "persName"})
"""What spaCy's own pipelines call a person: OntoNotes, WikiNER, NKJP (Polish)."""
SCORE: Final = 0.85
"""spaCy gives its entities no score; Presidio takes this one for all of them (`NerModelConfiguration`)."""
# They name nobody, and take half of the time.
_NOT_NEEDED: Final = ("parser", "lemmatizer", "senter")


class SpacyNames:
    """A `LocalNames` over an installed pipeline, such as `en_core_web_md`, or one in a folder."""

    def __init__(self, model: str) -> None:
        self._nlp = _load(model)

    def find(self, text: str) -> Sequence[NameSpan]:
        """The people that the pipeline's entities name."""
        named = (entity for entity in self._nlp(text).ents if entity.label_ in PEOPLE)
        return [NameSpan(start=entity.start_char, end=entity.end_char, score=SCORE) for entity in named]


def _load(model: str) -> Language:
    """The pipeline without what names nobody. Raises NotReady where it is not there, or names nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # parts that are left out; versions are the operator's
            nlp = spacy.load(model, exclude=_NOT_NEEDED)
    except (OSError, ValueError, ImportError) as error:
        raise NotReady(
            f"The spaCy pipeline {model!r} of HANDRAIL_NAMES_MODEL cannot be loaded ({type(error).__name__}): install "
            f"it (`python -m spacy download {model}`), or give its folder."
        ) from error
    if not any("doc.ents" in nlp.get_pipe_meta(name).assigns for name in nlp.pipe_names):
        raise NotReady(f"The spaCy pipeline {model!r} names nothing: give one with `ner` to HANDRAIL_NAMES_MODEL.")
    return nlp
