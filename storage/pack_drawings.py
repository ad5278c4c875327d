"""May a drawing of the pack's own be shown? Shapes and words alone: nothing runs, nothing is loaded."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree import ElementTree

from contracts.pack import DeclaredMedia, MediaItem
from storage.pack_folder import PackFolder

LARGEST: Final = 64_000
"""Bytes of a drawing: it is kept with each version of the pack."""
DIGITS: Final = 16
"""Of the SHA-256 of a drawing's bytes, in hex: what its address names."""
_SVG: Final = "{http://www.w3.org/2000/svg}"
_SHAPES: Final = "path rect circle ellipse line polyline polygon text tspan"
_ELEMENTS: Final = frozenset(f"svg g title desc defs {_SHAPES} linearGradient radialGradient stop clipPath".split())
_NOT_DRAWN: Final = re.compile(r"<[!?]")
_LOADS: Final = re.compile(r"url\((?!#)|[a-z]+:", re.IGNORECASE)


def read_drawings(folder: PackFolder, declared: Mapping[str, DeclaredMedia]) -> dict[str, str]:
    """Return the drawings that media.yaml names, by item; note what is missing or may not be shown as mistakes."""
    found: dict[str, str] = {}
    for name, item in declared.items():
        if item.file is None:
            continue
        text = folder.text(item.file)
        if item.file not in folder.contents:
            folder.wrong("media.yaml", f"{name}: {item.file!r} is missing; put the drawing there", name, "file")
        elif text is not None:
            found[name] = text
            for told in drawing_mistakes(text):
                folder.wrong(item.file, told)
    return found


def place_media(declared: Mapping[str, DeclaredMedia], pack: str, drawings: Mapping[str, str]) -> dict[str, MediaItem]:
    """Return the items with where they are: a drawing of the pack's own at a path that the gateway serves.

    The path names the drawing's bytes: what a reply showed stays what it was, whichever versions become active.
    """
    return {
        name: MediaItem(
            kind=item.kind,
            title=item.title,
            url=item.url or drawing_path(pack, item.file or "", drawings.get(name, "")),
            text=item.text,
        )
        for name, item in declared.items()
    }


def drawing_mistakes(text: str) -> Iterator[str]:
    """What in the text of an SVG keeps it from being shown; nothing for one that is shapes and words alone."""
    if len(text.encode()) > LARGEST:
        yield f"is larger than {LARGEST} bytes; draw it with fewer shapes"
        return
    if _NOT_DRAWN.search(text):
        yield "has a declaration or a comment (`<!` or `<?`); leave it out"
        return
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        yield f"is no XML: {error}"
        return
    if root.tag != f"{_SVG}svg":
        yield 'is no drawing; its first element is `<svg xmlns="http://www.w3.org/2000/svg">`'
    for element in root.iter():
        yield from _mistakes_of(element)


def drawing_path(pack: str, file: str, text: str) -> str:
    """Where the gateway serves this text of a file of the pack."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
    return f"/media/{pack}/{digest}/{file.removeprefix('media/')}"


def _mistakes_of(element: ElementTree.Element) -> Iterator[str]:
    name = element.tag.removeprefix(_SVG)
    if name not in _ELEMENTS:
        yield f"<{name}> is not shown; there are: {', '.join(sorted(_ELEMENTS))}"
    for attribute, value in element.attrib.items():
        if attribute.startswith(("on", "{")) or attribute in ("href", "style") or _LOADS.search(value):
            yield f"the attribute {attribute!r} of <{name}> may run or load something; leave it out"
