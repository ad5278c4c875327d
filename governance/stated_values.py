"""What does a customer say about themselves: a name, an address, a date of birth?"""

import re
from collections.abc import Iterator
from typing import Final

from governance.personal import Span, first_of

_NAME_WORD: Final = r"[^\W\d_][^\W\d_'’.-]{0,30}(?:['’-][^\W\d_]{1,30}){0,2}"
_STOP: Final = r"(?!(?:and|but|or|with|my|code|the|is|for|please|from|on|in|at|i|to|of)\b)"
_NAME: Final = re.compile(
    r"\b(?:my|the|his|her|our|their)(?: [a-z]{2,12}(?:['’]s)?)? (?:(?:full|first|last|family|given|middle) )?"
    rf"(?:sur)?names? (?:is|are|was)[ :]+(?P<value>{_NAME_WORD}(?: {_STOP}{_NAME_WORD}){{0,3}})"
    rf"|\b(?:last|first|sur|family) ?name[ :]+(?!is\b|was\b|on\b|and\b|of\b)(?P<short>{_NAME_WORD})"
    rf"|^[ >]{{0,3}}(?:full |my )?name: {{0,3}}(?P<field>{_NAME_WORD}(?: {_STOP}{_NAME_WORD}){{0,3}})",
    re.IGNORECASE | re.MULTILINE,
)
_PROPER: Final = r"[^\W\d_a-z](?:[^\W\d_]{1,30}|(?=['’]))(?:['’-][^\W\d_]{1,30}){0,2}"
# Two words with capitals: "I am Anna Keller" is a name, "I am Happy" and "this is urgent" are none.
_INTRODUCED: Final = re.compile(
    r"\b(?:[Ii] am|[Ii]['’]?m(?: called)?|[Tt]his is|[Mm]y name['’]?s|[Ii] go by|[Rr]egards,?\n?|[Ss]igned,?)[ \n]"
    rf"(?:(?:Mrs?|Ms|Miss|Dr|Prof)\.? )?(?P<value>{_PROPER}(?: {_PROPER}){{1,3}})"
)
_ADDRESS: Final = re.compile(
    r"\b(?:(?:i|we) (?:now |still )?live (?:at|in)|(?:i|we)(?:['’]ve| have)? (?:just )?moved to"
    r"|(?:i|we) (?:reside|stay) at|(?:my|our) (?:(?:home|new|old|delivery|postal|billing|shipping|current) )?address"
    r"(?: is|:| has changed to)|(?:deliver|send|ship|bring|post)(?: it| them| (?:the|my) [a-z]{1,12})? to)[ :]+"
    r"(?P<value>[^\n;?!]{4,120}?)(?=\.(?:\s(?!\d)|$)|[\n;?!]|$)",
    re.IGNORECASE,
)
_BIRTH: Final = re.compile(
    r"\b(?:(?:i|he|she) was born(?: on)?|date of birth|birth ?date|birthday|dob|born on)(?: is|:)?(?: the)?[ :]+"
    r"(?P<value>[0-9A-Za-z]{1,9}(?: of)?[ ./-][0-9A-Za-z]{1,9}[ ./,-]{1,2}[0-9]{2,4})(?!\w)",
    re.IGNORECASE,
)
_NO_NAMES: Final = frozenset(
    ("not", "on", "in", "the", "wrong", "misspelt", "misspelled", "spelled", "spelt", "different")
)


def find_stated(text: str) -> list[Span]:
    """Return the spans that a customer states about themselves ("my name is …", "I live at …"), in order."""
    return first_of(_names(text), _places(text))


def _names(text: str) -> Iterator[Span]:
    for found in _NAME.finditer(text):
        group = next(name for name in ("value", "short", "field") if found[name])
        if found[group].split()[0].casefold() not in _NO_NAMES:
            yield Span(found.start(group), found.end(group), "NAME")
    for found in _INTRODUCED.finditer(text):
        yield Span(*found.span("value"), "NAME")


def _places(text: str) -> Iterator[Span]:
    for pattern, kind in ((_ADDRESS, "ADDRESS"), (_BIRTH, "DOB")):
        for found in pattern.finditer(text):
            value = found["value"].rstrip(" ,")
            if any(char.isdecimal() for char in value):
                yield Span(found.start("value"), found.start("value") + len(value), kind)
