"""Which intent does a message state, how surely, and is it one of the pack's at all? Pure: no Temporal, no I/O."""

import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from contracts.pack import IntentDef, Thresholds

_TOKEN: Final = re.compile(r"<[A-Z]+_\d+>")
_CODE: Final = re.compile(r"\b(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{4,}\b")
_FLIGHT: Final = re.compile(r"\b[a-z]{2} ?\d{3,4}\b")
_NUMBER: Final = re.compile(r"\d+(?:[.,:/-]\d+)*")
_WORD: Final = r"[^\W\d_]+"
_WORDS: Final = re.compile(_WORD)
_STAND_INS: Final = frozenset({"personalvalue", "flightnumber", "recordcode"})
_MAX_CHARS: Final = 1_000

Doubt = Literal["", "no_intents", "no_words", "few_known_words", "unlike_examples", "unsure"]


class IntentGuess(NamedTuple):
    """What a message states. `intent` is empty where the classifier abstains, and `doubt` says why.

    `likeliest` is the best intent even then. Confidence is the model's probability, 0 to 1.
    """

    intent: str
    confidence: float
    runner_up: str
    likeliest: str = ""
    doubt: Doubt = ""


class IntentClassifier:
    """Multinomial logistic regression over TF-IDF of words and characters, fitted to a pack's examples.

    Its probabilities are the model's own softmax: logistic regression minimises log loss, so they are calibrated as far
    as the examples go. A message that shares few words with the examples, or resembles none, is not guessed at.
    """

    def __init__(self, intents: Mapping[str, IntentDef], thresholds: Thresholds) -> None:
        self._thresholds = thresholds
        texts = [example for intent in intents.values() for example in intent.examples]
        labels = [name for name, intent in intents.items() for _ in intent.examples]
        self._ready = len(intents) > 1
        if not self._ready:
            return
        self._words = TfidfVectorizer(
            ngram_range=(1, 2), preprocessor=neutralise, token_pattern=_WORD, sublinear_tf=True
        )
        self._chars = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), preprocessor=neutralise, sublinear_tf=True, min_df=2
        )
        words, chars = self._words.fit_transform(texts), self._chars.fit_transform(texts)
        features = csr_matrix(hstack([words, chars]))
        self._examples = csr_matrix(normalize(features))
        names: list[str] = self._words.get_feature_names_out().tolist()
        self._weights: dict[str, float] = dict(zip(names, self._words.idf_.tolist(), strict=True))
        self._unknown_weight: float = max(self._weights.values())
        with threadpool_limits(limits=1):  # on matrices as small as these more threads wait for each other: 5 × slower
            self._model = LogisticRegression(C=10, tol=1e-3, max_iter=200, random_state=0).fit(features, labels)

    def predict(self, text: str) -> IntentGuess:
        """Return the intent that the text states, abstaining below the thresholds or where it is none of the pack's."""
        if not self._ready:
            return IntentGuess("", 0.0, "", doubt="no_intents")
        words = [word for word in _WORDS.findall(neutralise(text)) if word not in _STAND_INS]
        if not words:
            return IntentGuess("", 0.0, "", doubt="no_words")
        features = csr_matrix(hstack([self._words.transform([text]), self._chars.transform([text])]))
        chances: NDArray[np.float64] = self._model.predict_proba(features)[0]
        best, second = (int(place) for place in np.argsort(-chances, kind="stable")[:2])
        likeliest, confidence = str(self._model.classes_[best]), float(chances[best])
        doubt = self._doubt(words, features, confidence)
        runner_up = str(self._model.classes_[second])
        return IntentGuess("" if doubt else likeliest, confidence, runner_up, likeliest, doubt)

    def _doubt(self, words: list[str], features: csr_matrix, confidence: float) -> Doubt:
        if self._known_share(words) < self._thresholds.known_words:
            return "few_known_words"
        likeness = csr_matrix(self._examples.dot(csr_matrix(normalize(features)).transpose()))
        if float(likeness.toarray().max()) < self._thresholds.similarity:
            return "unlike_examples"
        return "unsure" if confidence < self._thresholds.intent_confidence else ""

    def _known_share(self, words: list[str]) -> float:
        """Share of the words that examples hold, each counted by how telling it is (its inverse document frequency)."""
        known = sum(self._weights[word] for word in words if word in self._weights)
        unknown = sum(self._unknown_weight for word in words if word not in self._weights)
        return known / (known + unknown)


def neutralise(text: str) -> str:
    """Return the text folded, with tokens, flight numbers, codes and numbers as words that say only what they are."""
    plain = _TOKEN.sub(" personalvalue ", text[:_MAX_CHARS]).casefold().replace("’", "'")
    plain = _FLIGHT.sub(" flightnumber ", plain)
    plain = _CODE.sub(" recordcode ", plain)
    return _NUMBER.sub(" number ", plain)
