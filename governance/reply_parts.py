"""Which pictures, forms and choices does a reply name, and may they be shown?

A model names them by marks in its text: `[[show:bag_tag]]`, `[[buttons:Yes | No]]`. A mark is never said.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from contracts.pack import MediaItem, Voice
from contracts.reply_parts import Buttons, ReplyPart, ShownMedia
from contracts.verdict import Finding, FindingKind, ReplyVerdict
from governance.evidence import Evidence
from governance.validate_reply import validate_sentence

MOST_MEDIA: Final = 3
MOST_CHOICES: Final = 6
LONGEST_CHOICE: Final = 40
"""Characters of one choice: what fits on a button."""
LONGEST_MARK: Final = 400
_MARK: Final = re.compile(r"\[\[(?P<what>show|buttons):(?P<of>[^\[\]\n]{1,390})\]\]")
_OPEN: Final = "[["


class PartReader:
    """Takes the marks out of a text that is still being written. What may become a mark is held back until it is one.

    The result does not depend on how the text was cut into chunks.
    """

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> tuple[str, tuple[str, ...]]:
        """The words that are sure to be words, and the marks that are whole, as they were written."""
        self._held += piece
        words: list[str] = []
        marks: list[str] = []
        while (begin := self._held.find(_OPEN)) >= 0:
            words.append(self._held[:begin])
            end = _end_of(self._held, begin)
            if end is None:
                self._held = self._held[begin:]
                return "".join(words), tuple(marks)
            marks.append(self._held[begin:end])
            self._held = self._held[end:]
        kept = "[" if self._held.endswith("[") else ""
        words.append(self._held[: len(self._held) - len(kept)])
        self._held = kept
        return "".join(words), tuple(marks)

    def finish(self) -> tuple[str, tuple[str, ...]]:
        """What is left: words, or a mark without an end."""
        rest, self._held = self._held, ""
        return ("", (rest,)) if rest.startswith(_OPEN) else (rest, ())


def _end_of(text: str, begin: int) -> int | None:
    """Where the mark that begins here ends: behind its brackets, at the end of its line, or where it is too long."""
    closed, line = text.find("]]", begin), text.find("\n", begin)
    if closed >= 0 and (line < 0 or closed < line) and closed - begin <= LONGEST_MARK:
        return closed + 2
    if line >= 0:
        return line
    return begin + LONGEST_MARK if len(text) - begin > LONGEST_MARK else None


@dataclass(frozen=True, slots=True)
class PartsJudged:
    """The parts that a reply may show, or why it may not go out as it is."""

    parts: tuple[ReplyPart, ...] = ()
    refused: ReplyVerdict | None = None


def judge_mark(
    mark: str,
    so_far: tuple[ReplyPart, ...],
    said: str,
    *,
    media: Mapping[str, MediaItem],
    evidence: Evidence,
    voice: Voice,
) -> PartsJudged:
    """The parts of a reply with this mark's among them. A choice is checked as a sentence of the reply is.

    Refused are what the pack does not declare, what is no mark, and more than a screen carries.
    """
    found = _MARK.fullmatch(mark)
    if found is None:
        return _refuse("bad_part", "Show things as [[show:name]] and choices as [[buttons:first | second]].", mark)
    if found["what"] == "show":
        return _judge_media(found["of"].strip(), so_far, media)
    choices = tuple(dict.fromkeys(" ".join(choice.split()) for choice in found["of"].split("|") if choice.strip()))
    return _judge_choices(choices, so_far, said, evidence, voice)


def show_media(names: Iterable[str], media: Mapping[str, MediaItem]) -> tuple[ShownMedia, ...]:
    """The named items as they are shown. Raises KeyError for one that the pack does not declare."""
    return tuple(
        ShownMedia(
            kind=media[name].kind, name=name, title=media[name].title, url=media[name].url, text=media[name].text
        )
        for name in names
    )


def _judge_media(name: str, so_far: tuple[ReplyPart, ...], media: Mapping[str, MediaItem]) -> PartsJudged:
    if name not in media:
        known = ", ".join(sorted(media)) or "nothing"
        return _refuse("unknown_media", f"Nothing of this name can be shown; there is: {known}.", name)
    shown = [part for part in so_far if isinstance(part, ShownMedia)]
    if any(part.name == name for part in shown):
        return PartsJudged(so_far)
    if len(shown) == MOST_MEDIA:
        return _refuse("too_many_parts", f"Show at most {MOST_MEDIA} things in one reply.", name)
    return PartsJudged((*so_far, *show_media((name,), media)))


def _judge_choices(
    choices: tuple[str, ...], so_far: tuple[ReplyPart, ...], said: str, evidence: Evidence, voice: Voice
) -> PartsJudged:
    if any(isinstance(part, Buttons) for part in so_far):
        return _refuse("too_many_parts", "Offer choices once in a reply, at its end.", "buttons")
    if not 2 <= len(choices) <= MOST_CHOICES or any(len(choice) > LONGEST_CHOICE for choice in choices):
        told = f"Offer 2 to {MOST_CHOICES} different choices of at most {LONGEST_CHOICE} characters."
        return _refuse("bad_part", told, "buttons")
    for choice in choices:
        verdict = validate_sentence(choice, said, evidence, voice)
        if not verdict.released:
            return PartsJudged(refused=verdict)
        if verdict.text != choice:
            return _refuse("bad_part", "A choice is plain words, without markup or links.", choice)
    return PartsJudged((*so_far, Buttons(choices=choices)))


def _refuse(code: str, detail: str, text: str, kind: FindingKind = "markup") -> PartsJudged:
    finding = Finding(kind=kind, text=text[:80])
    return PartsJudged(refused=ReplyVerdict(outcome="repair", code=code, detail=detail, findings=(finding,)))
