"""Where does a text hold an email address, as machines write it or as people do?"""

import re
from collections.abc import Iterator
from typing import Final

from governance.personal import Span, first_of

# Bounded and possessive: linear on any text.
_EMAIL: Final = re.compile(
    r"(?<![^\W_])(?<![.+-])(?<![^\W_][_'])[^\W_](?:[\w.+'-]|%(?!40)){0,63}+(?:@|%40)(?:[^\W_](?:[\w-]{0,62})\.){1,8}"
    r"[^\W\d_]{2,24}(?![^\W\d_])"
)
_POINT: Final = r"(?:dot|punkt|punto|point)"
_AT: Final = r"\s{0,2}(?:[(\[{<]\s?(?:at|ät|@|arroba|arobase|chez)\s?[)\]}>])\s{0,2}"
_DOT: Final = rf"(?:\.|\s{{0,2}}[(\[{{<]\s?{_POINT}\s?[)\]}}>]\s{{0,2}}|\s{_POINT}\s)"
_SAYS_AT: Final = re.compile(r"\b(?:at|ät|arroba|arobase|chez)\b|[(\[{<]@", re.IGNORECASE)
_SPELT: Final = re.compile(
    rf"(?<![\w.+-])(?:[^\W_][\w+-]{{0,30}}\s{_POINT}\s){{0,3}}[^\W_][\w.+-]{{0,63}}"
    rf"(?:{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,4}}"
    rf"|\s(?:at|ät|arroba|arobase)\s[\w-]{{1,63}}(?:\s{_POINT}\s[\w-]{{1,63}}){{1,4}})(?!\w)",
    re.IGNORECASE,
)
# What follows is an address for certain, so that its parts may stand apart and its end may be missing.
_PROVIDER: Final = (
    r"(?:gmail|googlemail|hotmail|outlook|yahoo|icloud|gmx|web|t-online|orange|wanadoo|laposte|live|msn|aol"
    r"|proton(?:mail)?)"
)
_END: Final = rf"(?:\s?(?:[.,]|{_POINT})\s?(?:com|de|net|org|fr|es|it|pt|se|ch|at|co\.uk|uk|me))"
_AT_PROVIDER: Final = re.compile(
    rf"(?<![\w.+-])[^\W_][\w.+'-]{{0,63}}"
    rf"(?:[ \t]?@\s?{_PROVIDER}\b{_END}?|\s(?:at|ät|arroba|arobase|chez)\s{_PROVIDER}{_END})(?!\w)",
    re.IGNORECASE,
)
# One blank or line's end beside the sign; with blanks on both sides what stands before it has to look like a mailbox.
_APART: Final = re.compile(
    r"(?<![\w.+-])(?:[^\W_][\w.+'-]{0,63}(?:@\s{1,2}|\s@)|[^\W_][\w+'-]{0,40}[.0-9][\w.+'-]{0,40}\s@\s)"
    r"(?:[^\W_][\w-]{0,62}\.){1,4}[^\W\d_]{2,24}(?!\w)"
)


def find_emails(text: str) -> list[Span]:
    """Return addresses: whole ones first, then those spelt out ("anna at example dot org") or parted by blanks."""
    return first_of(*_ways(text))


def _ways(text: str) -> Iterator[Iterator[Span]]:
    has_sign, says_at = "@" in text, _SAYS_AT.search(text) is not None
    if has_sign or "%40" in text:
        yield _found(_EMAIL, text)
    if says_at:
        yield _found(_SPELT, text)
    if has_sign or says_at:
        yield _found(_AT_PROVIDER, text)
    if has_sign:
        yield _found(_APART, text)


def _found(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    return (Span(*found.span(), "EMAIL") for found in pattern.finditer(text))
