"""Is a written answer a plain yes, a plain no, or neither?"""

import re
import unicodedata
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
    says_yes = not _YES.isdisjoint(words) or any(f" {phrase} " in line for phrase in _YES_PHRASES)
    besides = _NO_PHRASE.sub(" ", line)
    says_no = not _NO.isdisjoint(words) or besides != line
    if says_yes and _YES.union(_FILLERS).issuperset(words):
        return "yes"
    if says_no and _NO.union(_NO_FILLERS).issuperset(besides.split()) and _YES.isdisjoint(words):
        return "no"
    return "neither"


def read_code(text: str) -> str | None:
    """Return the four-digit code of a message that holds exactly one, else None."""
    codes = _CODE.findall(unicodedata.normalize("NFKC", text))
    return codes[0] if len(codes) == 1 else None
