"""Is a written answer a plain yes, a plain no, or neither?"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, Literal

WrittenDecision = Literal["yes", "no", "neither"]

_WORD: Final = re.compile(r"[a-z0-9']+")
_CODE: Final = re.compile(r"(?<![\w.,:-])(\d{4})(?![\w:-]|[.,]\d)")
_MAX_WORDS: Final = 8
_YES: Final = frozenset(
    ("yes", "yep", "yeah", "yup", "ok", "okay", "sure", "confirm", "confirmed", "agreed", "absolutely", "definitely")
)
_YES_PHRASES: Final = ("go ahead", "do it", "please do", "sounds good", "that's fine", "that is fine", "i confirm")
_NO: Final = frozenset(("no", "nope", "nah", "decline", "declined", "nevermind"))
_NO_PHRASES: Final = (
    *("do not", "don't", "not now", "rather not", "no thanks", "no thank you"),
    *("never mind", "forget it", "forget about it", "leave it", "keep it as it is", "changed my mind"),
)
_NO_PHRASE: Final = re.compile(f"(?<= )({'|'.join(_NO_PHRASES)})(?= )")
_NEGATED: Final = r"(?<= )(?:do not|don't|rather not|not)"
_NEGATED_YES: Final = re.compile(rf"{_NEGATED} (?:want|do|go ahead)(?= )")
_NEGATED_NO: Final = re.compile(rf"{_NEGATED} (?:leave|forget|keep|changed?|decline)(?= )")
_ASKED: Final = re.compile(
    r"^ is | is (?:it|that|this|all|i|you) | do (?:i|you) "
    rf"|^ (?:and |so )?(?:it|this|that|all|you) (?:{'|'.join(sorted(_YES))}) "
)
"""A question also where nobody writes the question mark: `is that ok`, `that ok`, `you sure`."""
_CRY: Final = frozenset(("oh", "no"))
# Words that go with either answer and change neither.
_FILLERS: Final = frozenset(
    (
        *("please", "thanks", "thank", "you", "it", "this", "that", "that's", "is", "i", "i'd", "do", "go", "ahead"),
        *("fine", "good", "sounds", "great", "perfect", "now", "right", "correct", "very", "much", "with", "and"),
        "all",
    )
)
_NO_FILLERS: Final = frozenset(
    (
        *("thanks", "thank", "you", "please", "i", "i'd", "i've", "do", "it", "that", "this", "now", "not", "don't"),
        *("rather", "want", "keep", "as", "is", "then", "hm", "hmm", "um", "uh", "oh", "well", "actually", "sorry"),
    )
)


def read_decision(text: str) -> WrittenDecision:
    """Return yes or no only where the whole message says nothing else; a question, a condition, a doubt is neither."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    words = _WORD.findall(folded)
    if not words or len(words) > _MAX_WORDS or "?" in folded or "¿" in folded:
        return "neither"
    if any(char.isalpha() and not char.isascii() for char in folded):
        return "neither"
    line = f" {' '.join(words)} "
    if _ASKED.search(line) is not None:
        return "neither"
    if _says_yes(words, line):
        return "yes"
    return "no" if _says_no(words, line) else "neither"


def _says_yes(words: Sequence[str], line: str) -> bool:
    agrees = not _YES.isdisjoint(words) or _has_yes_phrase(line)
    return agrees and _YES.union(_FILLERS).issuperset(words)


def _says_no(words: Sequence[str], line: str) -> bool:
    """Whether it refuses, and says nothing behind that which takes it back: `no, actually I want that`."""
    besides = _NO_PHRASE.sub(" ", _NEGATED_YES.sub(" ", line))
    refuses = not _NO.isdisjoint(words) or besides != line
    if not refuses or not _YES.isdisjoint(words) or _NEGATED_NO.search(line) is not None:
        return False
    if " oh " in line and _CRY.issuperset(words):  # "Oh no!" bewails
        return False
    wishes = " want " in besides or _has_yes_phrase(besides)
    return not wishes and _NO.union(_NO_FILLERS).issuperset(besides.split())


def _has_yes_phrase(line: str) -> bool:
    return any(f" {phrase} " in line for phrase in _YES_PHRASES)


def read_code(text: str) -> str | None:
    """Return the four-digit code of a message that holds exactly one, else None."""
    codes = _CODE.findall(unicodedata.normalize("NFKC", text))
    return codes[0] if len(codes) == 1 else None
