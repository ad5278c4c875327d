"""Do pipelines of spaCy and models of GLiNER name people, and say what is missing?"""

from pathlib import Path
from typing import Any

import pytest
import spacy
from presidio_analyzer.predefined_recognizers.ner import gliner_recognizer

from activities.names_gliner import MODEL, GlinerNames
from activities.names_spacy import SCORE, SpacyNames
from contracts.errors import NotReady

TEXT = "Yesterday Charlotte Weber of Acme flew to Hamburg."


@pytest.fixture
def pipeline(tmp_path: Path) -> str:
    """A pipeline in a folder, as `spacy download` leaves one: it knows one person, one place and one company."""
    nlp = spacy.blank("en")
    ruler: Any = nlp.add_pipe("entity_ruler")
    ruler.add_patterns(
        [
            {"label": "PERSON", "pattern": "Charlotte Weber"},
            {"label": "GPE", "pattern": "Hamburg"},
            {"label": "ORG", "pattern": "Acme"},
        ]
    )
    nlp.to_disk(tmp_path / "names")
    return str(tmp_path / "names")


def test_a_pipeline_of_spacy_names_people_only(pipeline: str) -> None:
    (span,) = SpacyNames(pipeline).find(TEXT)
    assert (TEXT[span.start : span.end], span.score) == ("Charlotte Weber", SCORE)


def test_a_pipeline_that_is_not_there_is_told() -> None:
    with pytest.raises(NotReady, match=r"'no_such_pipeline' of HANDRAIL_NAMES_MODEL.*spacy download"):
        SpacyNames("no_such_pipeline")


def test_a_pipeline_that_names_nothing_is_refused(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(NotReady, match="names nothing"):
        SpacyNames(str(tmp_path / "blank"))


class FakeGLiNER:
    """GLiNER 0.2.29 as Presidio calls it: the same names of arguments, and entities in the same form."""

    loaded: str = ""

    @classmethod
    def from_pretrained(
        cls,
        model_id: str,
        model_dir: str | None = None,
        local_files_only: bool = False,
        map_location: str = "cpu",
        load_onnx_model: bool | None = False,
        onnx_model_file: str | None = "model.onnx",
    ) -> "FakeGLiNER":
        """Load it."""
        if model_id == "unreachable":
            raise OSError("no network")
        cls.loaded = model_id
        return cls()

    def predict_entities(
        self,
        text: str,
        labels: list[str],
        flat_ner: bool = True,
        threshold: float = 0.5,
        multi_label: bool = False,
    ) -> list[dict[str, Any]]:
        """What it names."""
        assert labels == ["person"]
        at = text.find("Charlotte Weber")
        person = {"start": at, "end": at + 15, "text": "Charlotte Weber", "label": "person", "score": 0.97}
        return [person] if at >= 0 else []


def test_gliner_is_asked_through_presidio_also_over_long_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gliner_recognizer, "GLiNER", FakeGLiNER)
    names = GlinerNames(MODEL, 0.5)
    assert FakeGLiNER.loaded == MODEL
    text = "word " * 200 + TEXT
    (span,) = names.find(text)
    assert (text[span.start : span.end], span.score) == ("Charlotte Weber", 0.97)
    assert names.find("nobody is here") == []


def test_gliner_or_its_model_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gliner_recognizer, "GLiNER", FakeGLiNER)
    with pytest.raises(NotReady, match="'unreachable' of HANDRAIL_NAMES_MODEL"):
        GlinerNames("unreachable", 0.5)
    monkeypatch.setattr(gliner_recognizer, "GLiNER", None)
    with pytest.raises(NotReady, match="pip install gliner"):
        GlinerNames(MODEL, 0.5)
