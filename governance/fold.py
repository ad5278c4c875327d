"""Which letters, whatever their case, accents, width or script, does a text consist of?"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# Letters of other scripts that look like Latin ones, after case folding (a part of Unicode's confusables.txt).
_LOOKALIKES: Final = dict(
    [
        *zip("аеіјорсухѕԁԛԝһкмтнвғ", "aeijopcyxsdqwhkmthbf", strict=True),
        *zip("αεικνορτυχωηβρ", "aeikvoptuxwnbp", strict=True),
        *zip("ıøłđħŧɡ", "ioldhtg", strict=True),
    ]
)
_SPELT: Final = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}


@dataclass(frozen=True, slots=True)
class Folded:
    """A text's letters and digits, folded and without anything between them, and where each stands in the text."""

    letters: str
    places: tuple[int, ...]


@lru_cache(maxsize=4_096)
def _fold_character(char: str) -> str:
    plain = unicodedata.normalize("NFKD", char).casefold()
    if (digit := unicodedata.digit(char, None)) is not None:
        return str(digit)
    folded = (_SPELT.get(part) or _LOOKALIKES.get(part, part) for part in plain)
    return "".join(part for part in "".join(folded) if part.isalnum())


def fold(text: str) -> Folded:
    """Return the folded letters and digits of a text with their places; spaces, marks and punctuation are dropped."""
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for part in _fold_character(char):
            letters.append(part)
            places.append(place)
    return Folded("".join(letters), tuple(places))
