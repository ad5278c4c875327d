"""What do people write about themselves and theirs: names, addresses, dates of birth?"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from governance.birthdays import find_birthdays
from governance.form_fields import find_form_fields
from governance.letters import find_addressees, find_in_letters, find_signer
from governance.name_words import NAME_WORD, PROPER
from governance.personal import Span, first_of
from governance.stated_in_tongues import find_in_tongues
from governance.streets import find_streets

_STOP: Final = r"(?!(?:and|but|or|with|my|code|the|is|for|please|from|on|in|at|i|to|of)\b)"
_NAME: Final = re.compile(
    r"\b(?:my|the|his|her|our|their)(?: [a-z]{2,12}(?:['’]s)?)? (?:(?:full|first|last|family|given|middle) )?"
    rf"(?:sur)?names?(?: is| are| was|['’]s)[ :]+(?P<value>{NAME_WORD}(?: {_STOP}{NAME_WORD}){{0,3}})"
    rf"|\b(?:last|first|sur|family) ?name(?:['’]s)?[ :]+(?!is\b|was\b|on\b|and\b|of\b)(?P<short>{NAME_WORD})"
    r"|\bname on (?:the |my )?(?:card|account|booking|reservation|ticket|passport)(?: is|:) "
    rf"(?P<on>{NAME_WORD}(?: {_STOP}{NAME_WORD}){{0,3}})"
    rf"|\b(?:i['’]?m|i am) called (?P<called>{NAME_WORD}(?: {_STOP}{NAME_WORD}){{0,3}})"
    rf"|\b(?:this is|it['’]?s) (?P<speaks>{NAME_WORD}(?: {NAME_WORD}){{0,2}}) speaking\b"
    rf"|^[ >]{{0,3}}name is (?P<bare>{NAME_WORD}(?: {_STOP}{NAME_WORD}){{0,3}})",
    re.IGNORECASE | re.MULTILINE,
)
# Two words with capitals: "I am Anna Keller" is a name, "I am Happy" and "this is urgent" are none.
_INTRODUCED: Final = re.compile(
    r"\b(?:[Ii] am|[Ii]['’]?m(?: called)?|[Tt]his is|[Mm]y name['’]?s|[Ii] go by|[Rr]egards,?\n?|[Ss]igned,?)[ \n]"
    rf"(?:(?:Mrs?|Ms|Miss|Dr|Prof)\.? )?(?P<value>{PROPER}(?: {PROPER}){{1,3}})(?!\w)"
)
_OWN: Final = re.compile(
    rf"\bmy (?:(?:full|first) )?name(?: is|['’]s) (?P<value>{NAME_WORD}(?: {_STOP}{NAME_WORD}){{0,3}})", re.IGNORECASE
)
_ADDRESS: Final = re.compile(
    r"\b(?:(?:i|we) (?:now |still )?live (?:at|in)|(?:i|we)(?:['’]ve| have)? (?:just )?moved to"
    r"|(?:i|we) (?:reside|stay) at|(?:my|our) (?:(?:home|new|old|delivery|postal|billing|shipping|current) )?address"
    r"(?: is|:| has changed to)|(?:deliver|send|ship|bring|post)(?: it| them| (?:the|my) [a-z]{1,12})? to"
    r"(?! (?:gate|terminal|room|seat|row|counter|desk|hall|flight|number|my|his|her|your|this|that|these)\b))[ :]+"
    r"(?P<value>[^\n;?!]{4,120}?)(?=\.(?:\s(?!\d)|$)|[\n;?!]|$)",
    re.IGNORECASE,
)
_NO_NAMES: Final = frozenset(
    ("not", "on", "in", "the", "wrong", "misspelt", "misspelled", "spelled", "spelt", "different")
)
_SURNAME: Final = 4
"""Letters: a shorter last word may be any."""


def find_stated(text: str) -> list[Span]:
    """Return the spans of what people state ("my name is …"), sign, fill into forms, and write in an address's shape.

    In English, German, French and Spanish; in order.
    """
    introduced = [*find_in_tongues(text), *find_form_fields(text)]
    named = [span for span in introduced if span.kind == "NAME"]
    placed = [span for span in introduced if span.kind == "ADDRESS"]
    streets = list(find_streets(text))
    names = [*_names(text), *find_in_letters(text), *named]
    return first_of(
        names,
        _surnames(text, names),
        _joined([*placed, *_places(text), *streets]),
        find_addressees(text, streets),
        find_birthdays(text),
    )


def without_author(text: str, spans: Sequence[Span]) -> list[Span]:
    """The spans but for the names by which the author introduces themselves or signs: a colleague may say theirs."""
    introduced = (Span(*found.span("value"), "NAME") for found in (*_INTRODUCED.finditer(text), *_OWN.finditer(text)))
    own = [*introduced, *find_signer(text)]
    return [
        span
        for span in spans
        if span.kind != "NAME" or not any(one.start <= span.start and span.end <= one.end for one in own)
    ]


def _names(text: str) -> Iterator[Span]:
    for found in _NAME.finditer(text):
        group = next(name for name, value in found.groupdict().items() if value)
        if found[group].split()[0].casefold() not in _NO_NAMES:
            yield Span(found.start(group), found.end(group), "NAME")
    for found in _INTRODUCED.finditer(text):
        yield Span(*found.span("value"), "NAME")


def _places(text: str) -> Iterator[Span]:
    for found in _ADDRESS.finditer(text):
        value = found["value"].rstrip(" ,")
        if any(char.isdecimal() for char in value):
            yield Span(found.start("value"), found.start("value") + len(value), "ADDRESS")


def _surnames(text: str, names: Sequence[Span]) -> Iterator[Span]:
    """Where the last word of a full name stands once more alone: below a signature, in a company's name."""
    for whole in {text[span.start : span.end] for span in names}:
        *others, last = whole.split()
        if others and len(last) >= _SURNAME and whole.istitle():
            for found in re.finditer(rf"(?<!\w){re.escape(last)}(?!\w)", text):
                yield Span(*found.span(), "NAME")


def _joined(places: Sequence[Span]) -> list[Span]:
    """Spans of one address as one: what introduces it may end with the line, and its shape begins with the street."""
    joined: list[Span] = []
    for span in sorted(places, key=lambda one: one.start):
        if joined and span.start <= joined[-1].end:
            joined[-1] = replace(joined[-1], end=max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined
