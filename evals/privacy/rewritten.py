"""How else do people write what stands in their record? Ways to write a value that must be found all the same."""

import unicodedata
from collections.abc import Callable, Mapping

from evals.privacy.labelled import Labelled
from governance.personal import Span

_LATIN = "aceiopxyACEOPXHKMTB"
_CYRILLIC = str.maketrans(_LATIN, "асеіорхуАСЕОРХНКМТВ")


def without_accents(value: str) -> str:
    """`Müller` as `Muller`."""
    return "".join(char for char in unicodedata.normalize("NFKD", value) if not unicodedata.combining(char))


def other_order(value: str) -> str:
    """The words of a name in reverse; a number or an address stays."""
    return " ".join(reversed(value.split()))


WAYS: Mapping[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "lower case": str.lower,
    "no accents": without_accents,
    "wide spacing": lambda value: "  ".join(value.split()),
    "look-alike letters": lambda value: value.translate(_CYRILLIC),
    "zero-width joints": lambda value: value[:2] + "\u200b" + value[2:],
}


def rewrite(labelled: Labelled, way: Callable[[str], str], kind: str | None = None) -> Labelled:
    """The same text with every labelled value (of one kind, where given) written another way."""
    text, spans, done = "", list[tuple[str, Span]](), 0
    for label, span in labelled.spans:
        text += labelled.text[done : span.start]
        value = labelled.text[span.start : span.end]
        written = way(value) if kind in (None, span.kind) else value
        spans.append((label, Span(len(text), len(text) + len(written), span.kind)))
        text, done = text + written, span.end
    return Labelled(text + labelled.text[done:], tuple(spans))
