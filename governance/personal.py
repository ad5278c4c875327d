"""How are personal values found again, replaced by tokens, and tokens by values?"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from pydantic import JsonValue

# The kind, then the number: `<NAME_1>`. Kinds are upper-case words.
TOKEN: Final = re.compile(r"<([A-Z]{2,20}(?:_[A-Z]{2,20})?)_([1-9]\d{0,5})>")
_TOKEN_LIKE: Final = re.compile(r"<(?=\s{0,3}/?\s{0,3}[A-Za-z][A-Za-z_ ]{1,45}[_ -]\s{0,3}\d)")
_ANGLES: Final = str.maketrans("＜﹤‹〈❮⟨", "<<<<<<")


@dataclass(frozen=True, slots=True)
class KnownValue:
    """A value that is known to be personal, such as a field of the customer's record."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (exclusive) of a text hold a personal value of this kind."""

    start: int
    end: int
    kind: str
    value: str = ""
    """The known value as recorded, where one was matched; otherwise empty: the text itself is the value."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A tree with tokens replaced by values, and the tokens that stand for nothing."""

    tree: JsonValue
    unknown: tuple[str, ...] = ()


def render_token(kind: str, number: int) -> str:
    """Return the token `<KIND_n>`. Raises ValueError when it would not be read back as one."""
    token = f"<{kind}_{number}>"
    if TOKEN.fullmatch(token) is None:
        raise ValueError(f"{token!r} is not a token; kinds are upper-case words, numbers start at 1")
    return token


def parse_token(text: str) -> tuple[str, int] | None:
    """Return kind and number when the whole text is a token."""
    found = TOKEN.fullmatch(text)
    return (found[1], int(found[2])) if found else None


def resolve_tokens(tree: JsonValue, values: Mapping[str, str]) -> Resolved:
    """Replace every scalar that is wholly a known token; text with tokens inside is left alone.

    A token that is not in `values` is reported: forged, or of another request.
    """
    unknown: list[str] = []

    def resolve(here: JsonValue) -> JsonValue:
        if isinstance(here, dict):
            return {key: resolve(item) for key, item in here.items()}
        if isinstance(here, list):
            return [resolve(item) for item in here]
        if not isinstance(here, str) or TOKEN.fullmatch(here) is None:
            return here
        if here not in values:
            unknown.append(here)
            return here
        return values[here]

    return Resolved(resolve(tree), tuple(dict.fromkeys(unknown)))


def fill_tokens(text: str, values: Mapping[str, str]) -> str:
    """Return the text with every known token as its value, also inside other words; unknown ones stay."""
    return TOKEN.sub(lambda found: values.get(found[0], found[0]), text) if "<" in text else text


def neutralise_forged_tokens(text: str) -> str:
    """Return text that a customer typed with every token-like `<CARD_1>` opened by `‹`, so that none resolves."""
    return _TOKEN_LIKE.sub("‹", text.translate(_ANGLES) if _has_odd_angles(text) else text)


def _has_odd_angles(text: str) -> bool:
    return any(angle in text for angle in "＜﹤〈❮⟨")


def kinds_hidden(text: str, safe: str, spans: Iterable[Span]) -> list[str]:
    """Return the kinds of what `safe` hides of a text: what was found in it, and known values that became tokens."""
    typed = {found[0] for found in TOKEN.finditer(text)}
    known = {found[1] for found in TOKEN.finditer(safe) if found[0] not in typed}
    return sorted({span.kind for span in spans} | known)


def replace_spans(text: str, replacements: Iterable[tuple[Span, str]]) -> str:
    """Return the text with each span replaced; of overlapping spans the earlier, then the longer one counts."""
    parts: list[str] = []
    done = 0
    for span, replacement in sorted(replacements, key=lambda pair: (pair[0].start, -pair[0].end)):
        if span.start >= done:
            parts += (text[done : span.start], replacement)
            done = span.end
    return "".join((*parts, text[done:]))


def outside_tokens(text: str, spans: Sequence[Span]) -> list[Span]:
    """Return the spans that touch no token: somebody may live in `Address 2`."""
    taken = [token.span() for token in TOKEN.finditer(text)] if spans and "<" in text else []
    return [span for span in spans if all(span.end <= start or span.start >= end for start, end in taken)]


def blank_out(text: str, spans: Iterable[Span], mark: str) -> str:
    """Return the text with every letter of the spans as `mark`, a single one, so that every place stays."""
    letters = list(text)
    for span in spans:
        letters[span.start : span.end] = mark * (span.end - span.start)
    return "".join(letters)


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """Return spans that do not overlap, in order: known values first, then longer ones."""
    return _apart(sorted(spans, key=lambda one: (not one.value, one.start - one.end, one.start)))


def first_of(*sources: Iterable[Span]) -> list[Span]:
    """Return spans that do not overlap, in order: those of an earlier source win, of one source the longer ones."""
    ordered = (sorted(source, key=lambda one: (one.start - one.end, one.start)) for source in sources)
    return _apart(chain.from_iterable(ordered))


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Of spans that overlap the one that comes first; in the order of the text."""
    chosen: list[Span] = []
    for span in spans:
        at = bisect_left(chosen, span.start, key=lambda one: one.start)
        if (at == 0 or chosen[at - 1].end <= span.start) and (at == len(chosen) or span.end <= chosen[at].start):
            chosen.insert(at, span)
    return chosen
