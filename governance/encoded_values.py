"""Where does a text hold a card, an IBAN or a mail address in base64 or hex?"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from governance.personal import Span

_LONGEST: Final = 512
_BASE64: Final = re.compile(rf"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/_-]{{14,{_LONGEST}}}={{0,2}}(?![A-Za-z0-9+/=_-])")
_HEX: Final = re.compile(rf"(?<![A-Za-z0-9])(?:[0-9A-Fa-f]{{2}}){{12,{_LONGEST // 2}}}(?![A-Za-z0-9])")
_LETTER: Final = re.compile(r"[A-Za-z]")
_TELLING: Final = frozenset({"CARD", "IBAN", "EMAIL"})


def find_encoded(text: str, find: Callable[[str], Iterable[Span]]) -> Iterator[Span]:
    """Yield each word that decodes to something in which `find` sees a card, an IBAN or a mail address.

    The whole word is the span, and what was found its value.
    """
    for pattern, decode in ((_HEX, bytes.fromhex), (_BASE64, _from_base64)):
        for found in pattern.finditer(text):
            plain = _decoded(found[0], decode) if _LETTER.search(found[0]) or pattern is _HEX else ""
            first = next((span for span in find(plain) if span.kind in _TELLING), None) if plain else None
            if first is not None:
                yield Span(*found.span(), first.kind, plain[first.start : first.end])


def _from_base64(word: str) -> bytes:
    standard = word.rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)


def _decoded(word: str, decode: Callable[[str], bytes]) -> str:
    """The text that a word encodes; empty where it encodes none."""
    try:
        plain = decode(word).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    return plain if plain.isprintable() else ""
