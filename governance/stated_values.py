"""What does a customer say about themselves: a name, an address, a date of birth?"""

import re
from collections.abc import Iterator
from typing import Final

from governance.personal import Span

_NAME_WORD: Final = r"[^\W\d_][^\W\d_'’.-]{0,30}(?:['’-][^\W\d_]{1,30}){0,2}"
_NAME: Final = re.compile(
    r"\b(?:my|the) (?:(?:full|first|last|family|given|middle) )?(?:sur)?names? (?:is|are|was)[ :]+"
    rf"(?P<value>{_NAME_WORD}(?: (?!and\b|but\b|or\b|with\b|my\b|code\b|the\b|is\b|for\b|please\b){_NAME_WORD}){{0,3}})"
    rf"|\b(?:last|first|sur|family) ?name[ :]+(?!is\b|was\b|on\b|and\b|of\b)(?P<short>{_NAME_WORD})",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(
    r"\b(?:i live (?:at|in)|my (?:(?:home|new|delivery|postal) )?address is|deliver(?: it| the bag| my bag)? to"
    r"|bring it to)[ :]+(?P<value>[^\n;?!]{4,120}?)(?=\.(?:\s(?!\d)|$)|[\n;?!]|$)",
    re.IGNORECASE,
)
_BIRTH: Final = re.compile(
    r"\b(?:i was born on|my (?:date of birth|birthday|dob) is|born on|dob:?)[ :]+"
    r"(?P<value>[0-9A-Za-z]{1,9}[ ./-][0-9A-Za-z]{1,9}[ ./,-]{1,2}[0-9]{2,4})",
    re.IGNORECASE,
)
_NO_NAMES: Final = frozenset(
    ("not", "on", "in", "the", "wrong", "misspelt", "misspelled", "spelled", "spelt", "different")
)


def find_stated(text: str) -> list[Span]:
    """Return the spans that a customer states about themselves ("my name is …", "I live at …"), in order."""
    spans = (*_names(text), *_places(text))
    return sorted(spans, key=lambda span: span.start)


def _names(text: str) -> Iterator[Span]:
    for found in _NAME.finditer(text):
        group = "value" if found["value"] else "short"
        if found[group].split()[0].casefold() not in _NO_NAMES:
            yield Span(found.start(group), found.end(group), "NAME")


def _places(text: str) -> Iterator[Span]:
    for pattern, kind in ((_ADDRESS, "ADDRESS"), (_BIRTH, "DOB")):
        for found in pattern.finditer(text):
            value = found["value"].rstrip(" ,")
            if any(char.isdecimal() for char in value):
                yield Span(found.start("value"), found.start("value") + len(value), kind)
