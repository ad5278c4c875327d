"""Which people does a GLiNER model name in a text? Through Presidio, which cuts long texts for it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from presidio_analyzer.predefined_recognizers import GLiNERRecognizer

from contracts.errors import NotReady
from contracts.name_port import NameSpan

MODEL: Final = "urchade/gliner_multi_pii-v1"
"""Presidio's default: several languages, made for personal data. Its hub gives it once; else a folder is named."""
_PERSON: Final = "PERSON"


class GlinerNames:
    """A `LocalNames` over GLiNER on the CPU; `least` is the score from which on it tells of a name."""

    def __init__(self, model: str, least: float) -> None:
        self._recognizer = _load(model, least)

    def find(self, text: str) -> Sequence[NameSpan]:
        """The people that the model names, with its scores."""
        found = self._recognizer.analyze(text, [_PERSON])
        return [NameSpan(start=one.start, end=one.end, score=min(max(one.score, 0.0), 1.0)) for one in found]


def _load(model: str, least: float) -> GLiNERRecognizer:
    """The recogniser with its model. Raises NotReady where the library or the model is not there."""
    is_folder = Path(model).is_dir()
    try:
        return GLiNERRecognizer(
            entity_mapping={"person": _PERSON},
            model_name=model,
            threshold=least,
            map_location="cpu",
            local_files_only=is_folder,
        )
    except ImportError as error:
        raise NotReady("HANDRAIL_NAMES=gliner needs the library of that name: `pip install gliner`.") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise NotReady(
            f"The GLiNER model {model!r} of HANDRAIL_NAMES_MODEL cannot be loaded ({type(error).__name__}): give its "
            "folder, or let this machine reach its hub once."
        ) from error
