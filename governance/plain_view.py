"""How does a text read when its digits and letters of other widths and scripts are plain ones, place for place?"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_ESCAPED_GAP: Final = re.compile(r"%(?:2[0-9BbCcDdFf]|3[A-Fa-f]|0[9AaDd])")


def plain_view(text: str) -> str:
    """Return the text with every digit of any script, and every letter or mark of another width, as its ASCII form.

    The escapes of blanks and marks in an address (`%20`, `%3D`) are blanks. Each character keeps its place, so that
    a span of the view is one of the text.
    """
    if "%" in text:
        text = _ESCAPED_GAP.sub("   ", text)
    return text if text.isascii() else "".join(map(_plain, text))


@lru_cache(maxsize=4_096)
def _plain(char: str) -> str:
    if char.isascii():
        return char
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    compatible = unicodedata.normalize("NFKC", char)
    return compatible if len(compatible) == 1 and compatible.isascii() and compatible.isprintable() else char
