"""How are the words of a person's name written, as parts of patterns that look for one?"""

from typing import Final

# Every part is bounded: linear on any text.
NAME_WORD: Final = r"[^\W\d_][^\W\d_'’.-]{0,30}(?:['’-][^\W\d_]{1,30}){0,2}"
"""In any case: only where the words before it say that a name follows."""
PROPER: Final = r"[^\W\d_a-zß-öø-ÿ](?:[^\W\d_]{1,30}|(?=['’]))(?:['’-][^\W\d_]{1,30}){0,2}"
"""With a capital letter."""
PARTICLES: Final = (
    "van",
    "von",
    "zu",
    "der",
    "den",
    "de",
    "da",
    "dos",
    "del",
    "di",
    "la",
    "le",
    "al",
    "el",
    "ter",
    "bin",
)
"""Small words that belong to the name behind them, wherever a name stands."""
_PARTICLE: Final = rf"(?:(?:{'|'.join(PARTICLES)}|do|ben)[ ]){{0,3}}"
PROPER_NAME: Final = rf"{PROPER}(?:[ ]{_PARTICLE}(?:{PROPER}|[A-Z]\.)){{0,3}}"
FULL_NAME: Final = rf"{PROPER}(?:[ ]{_PARTICLE}(?:{PROPER}|[A-Z]\.)){{1,3}}"
"""Two words at least: a single one with a capital may be any noun."""
