"""Which passages does a pack's knowledge hold? Documents split by heading, citable as `document#n`."""

import re
from typing import Final

from pydantic import TypeAdapter

from contracts.knowledge import KnowledgeHeader, Passage
from storage.pack_folder import PackFolder

_HEADING: Final = re.compile(r"^##+ +(?P<heading>.+?)\s*$", re.MULTILINE)
_DOCUMENT_TITLE: Final = re.compile(r"\A\s*# .*\n?")
_NAME: Final = re.compile(r"knowledge/([a-z][a-z0-9_-]*)\.md")
_HEADER: Final = TypeAdapter(KnowledgeHeader)


def read_passages(folder: PackFolder) -> tuple[Passage, ...]:
    """Return every section of `knowledge/*.md`, numbered from 1 within its document; mistakes go to the folder."""
    passages: list[Passage] = []
    for file in folder.names("knowledge", ".md"):
        named = _NAME.fullmatch(file)
        if named is None:
            folder.wrong(file, "is not a document name; use small letters, digits, - and _")
            continue
        parsed = folder.parse_front_matter(file, _HEADER)
        if parsed is None:
            continue
        header, body, _ = parsed
        sections = _split(body, header.title)
        if not sections:
            folder.wrong(file, "has no text; write a section under a `## ` heading")
        if header.valid_from and header.valid_to and header.valid_to < header.valid_from:
            folder.wrong(file, "ends before it starts; correct valid_from or valid_to", "valid_to")
        passages.extend(
            Passage(
                id=f"{named[1]}#{number}",
                title=header.title,
                heading=heading,
                text=text,
                source=header.source,
                words=header.words,
                valid_from=header.valid_from,
                valid_to=header.valid_to,
            )
            for number, (heading, text) in enumerate(sections, start=1)
        )
    return tuple(passages)


def _split(body: str, title: str) -> list[tuple[str, str]]:
    body = _DOCUMENT_TITLE.sub("", body, count=1)
    starts = list(_HEADING.finditer(body))
    intro = body[: starts[0].start()] if starts else body
    sections = [(title, intro.strip())] if intro.strip() else []
    for position, start in enumerate(starts):
        end = starts[position + 1].start() if position + 1 < len(starts) else len(body)
        if text := body[start.end() : end].strip():
            sections.append((start["heading"], text))
    return sections
