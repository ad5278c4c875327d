"""Which people does the free text of a company's answer name, beside those whom the answer declares?"""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Final

import structlog
from pydantic import JsonValue

from activities.find_names import NameFinder
from contracts.tool import ToolContract
from governance.detect import find_structured
from governance.extract_facts import is_typed
from governance.personal import TOKEN
from governance.pointers import find_texts

log = structlog.get_logger(__name__)

WITHHELD: Final = "[not shown: it could not be searched for names]"
"""What stands for a company's free text that was not searched, where the operator requires that it is."""
_LONGEST: Final = 4_000
"""Characters that a model gets at once: as long as the longest message."""
_MOST: Final = 5
"""Pieces of one answer, each that long; of a longer one nothing is searched."""

type Names = tuple[str, ...] | None
"""Names that were found; None where free text must not be kept, since nobody could search it."""


async def find_names_in_result(finder: NameFinder | None, contract: ToolContract, body: JsonValue) -> Names:
    """The names in what no pointer of the contract declares personal.

    It is called before a transaction begins: no request's row stays locked while a model is waited for.
    """
    if finder is None:
        return ()
    pieces = list(_pieces(_prose_of(contract, body)))
    if len(pieces) > _MOST:
        log.warning("names_not_searched", code="too_long")
        return None if finder.required else ()
    found = await asyncio.gather(*(finder.find(piece, find_structured(piece)) for piece in pieces))
    if finder.required and any(spans is None for spans in found):
        return None
    named = (piece[span.start : span.end] for piece, spans in zip(pieces, found, strict=True) for span in spans or ())
    return tuple(dict.fromkeys(named))


def withhold_prose(tree: JsonValue) -> JsonValue:
    """The same JSON without its free text."""
    if isinstance(tree, dict):
        return {key: withhold_prose(item) for key, item in tree.items()}
    if isinstance(tree, list):
        return [withhold_prose(item) for item in tree]
    return WITHHELD if is_prose(tree) else tree


def is_prose(value: JsonValue) -> bool:
    """Whether it is free text that may name somebody: no id, code, date, figure or token."""
    return isinstance(value, str) and not is_typed(value) and TOKEN.fullmatch(value) is None


def _prose_of(contract: ToolContract, body: JsonValue) -> list[str]:
    declared = {way for one in contract.overlay.personal for way, _ in find_texts(body, one.pointer)}
    return [text for way, text in find_texts(body, "") if way not in declared and is_prose(text)]


def _pieces(texts: Iterable[str]) -> Iterator[str]:
    """The texts with blank lines between them, in pieces that a model takes; a longer one is cut at a blank."""
    piece = ""
    for text in texts:
        if piece and len(piece) + len(text) + 2 > _LONGEST:
            yield piece
            piece = ""
        piece = f"{piece}\n\n{text}" if piece else text
        while len(piece) > _LONGEST:
            end = piece.rfind(" ", _LONGEST // 2, _LONGEST)
            end = end if end > 0 else _LONGEST
            yield piece[:end]
            piece = piece[end:]
    if piece:
        yield piece
