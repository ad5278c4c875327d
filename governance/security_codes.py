"""Where does a text hold a payment card's security code?"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from governance.digit_words import DIGIT_WORDS
from governance.personal import TOKEN

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
    r"(?:(?:and|und|y|et|the|code|código|crypto|cvv2?|cvc2?|sec(?:urity)?)\.?[\s:]{1,3}){0,3}"
    r"(?P<code>[0-9]{3,4})(?![0-9])",
    re.IGNORECASE,
)
_ON_THE_STRIPE: Final = re.compile(r"[=D](?P<code>[0-9]{7,20})(?![0-9])")
"""What stands behind a card's number on its magnetic stripe (ISO/IEC 7813, track 2)."""
_SECRET: Final = re.compile(
    r"\b(?:pin|password|passwort|kennwort|contraseña|mot de passe)(?: (?:code|number))?"
    r"(?: is| ist| lautet| es| est|:|=)[ ]?"
    r"[\"']?(?P<code>(?=[^\s\"']{0,30}[0-9])[^\s\"',;]{4,40})",
    re.IGNORECASE,
)
"""What opens somebody's account; a word without a digit says how it is ("my password is wrong")."""
_EXPIRY: Final = rf"{_EXPIRES}?[\s:]{{0,3}}{_MONTH}\s?[/.|-]\s?(?:20)?[0-9]{{2}}"
_EXPIRY_ALONE: Final = re.compile(rf"\W{{0,3}}{_EXPIRY}\W{{0,3}}", re.IGNORECASE)
# Four digits alone may confirm a write on a channel without buttons.
_CODE_ALONE: Final = re.compile(
    rf"\W{{0,3}}(?:{_EXPIRY}[\s,;|)]{{1,4}}(?:(?:and|und|y|et)\s)?(?P<behind>[0-9]{{3,4}})"
    rf"|(?P<code>[0-9]{{3}}))\W{{0,3}}",
    re.IGNORECASE,
)


def find_late_code(earlier: Sequence[str], text: str) -> tuple[int, int] | None:
    """Where a message holds nothing but the code of the card that the one before held, perhaps with its expiry.

    `earlier`: the messages before, oldest first, as they are kept. The expiry may have a message of its own between.
    """
    before = list(earlier[-2:])
    if len(before) > 1 and _EXPIRY_ALONE.fullmatch(before[-1]) is not None:
        before.pop()
    has_card = any(kind == "CARD" for one in before[-1:] for kind, _ in TOKEN.findall(one))
    found = _CODE_ALONE.fullmatch(text) if has_card else None
    return None if found is None else found.span("behind" if found["behind"] else "code")


def find_security_codes(text: str, card_ends: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield where codes stand: what is called one (PINs and passwords, too) and what follows a card and its expiry.

    `card_ends`: where the text's card numbers end. A stripe's rest counts as a code: it holds one.
    """
    if _LETTER.search(text) is not None:
        yield from (found.span("code" if found["code"] else "said") for found in _CALLED.finditer(text))
        yield from (found.span("code") for found in _SECRET.finditer(text))
    for end in card_ends:
        for pattern in (_BEHIND_EXPIRY, _ON_THE_STRIPE):
            if behind := pattern.match(text, end):
                yield behind.span("code")
