"""Where does a text hold a payment card's security code?"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from governance.digit_words import DIGIT_WORDS

# Every pattern is bounded: linear on any text.
_WORD: Final = rf"(?:{'|'.join(DIGIT_WORDS)})"
_LETTER: Final = re.compile(r"[A-Za-z]")
_CALLED: Final = re.compile(
    r"\b(?:cvv2?|cvc2?|cvn|cid|csc|(?:card )?(?:(?<!social )security|verification|check) (?:code|number|value)"
    r"|(?:three|3|last three|last 3)[ -]digits? (?:code|number|on the back|are|is)|code on the back"
    r"|(?:karten)?prüf(?:ziffer|nummer)n?|(?:karten)?sicherheitscode|código de (?:seguridad|verificación)"
    r"|code de (?:sécurité|vérification)|cryptogramme)\b"
    rf"[^0-9\n]{{0,20}}?(?:(?P<code>[0-9]{{3,4}}|[0-9](?: [0-9]){{2,3}})(?![0-9]|[ -][0-9])"
    rf"|\b(?P<said>{_WORD}(?:[ ,-]{{1,2}}{_WORD}){{2,3}})\b)",
    re.IGNORECASE,
)
_MONTH: Final = r"(?:0[1-9]|1[0-2])"
_EXPIRES: Final = (
    r"(?:exp(?:iry|ires|iration|ire)?\.?(?: date)?|valid (?:thru|until|to)|gültig bis|läuft ab|bis"
    r"|caduca(?: el)?|vence(?: el)?|caducidad|valable jusqu['’]au)"
)
_BEHIND_EXPIRY: Final = re.compile(
    rf"[\s,;|(]{{0,4}}{_EXPIRES}?[\s,;:|(]{{0,3}}{_MONTH}\s?[/.|-]?\s?(?:20)?[0-9]{{2}}[\s,;|)]{{1,4}}"
    r"(?:(?:and|und|y|et|the|code|código|crypto|cvv2?|cvc2?|sec(?:urity)?)\.?[\s:]{1,3}){0,3}(?P<code>[0-9]{3,4})(?![0-9])",
    re.IGNORECASE,
)
_ON_THE_STRIPE: Final = re.compile(r"[=D](?P<code>[0-9]{7,20})(?![0-9])")
"""What stands behind a card's number on its magnetic stripe (ISO/IEC 7813, track 2)."""


def find_security_codes(text: str, card_ends: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield where codes stand: what is called one, also in words, and what follows a card and its expiry.

    `card_ends`: where the text's card numbers end. A stripe's rest counts as a code: it holds one.
    """
    for found in _CALLED.finditer(text) if _LETTER.search(text) else ():
        yield found.span("code" if found["code"] else "said")
    for end in card_ends:
        for pattern in (_BEHIND_EXPIRY, _ON_THE_STRIPE):
            if behind := pattern.match(text, end):
                yield behind.span("code")
