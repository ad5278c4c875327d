"""What is odd about a message that comes in? Flags inform; nothing is dropped silently."""

import re
import unicodedata
from typing import Final

from contracts.model import Contract
from governance.dangers import dangers_in

# Zero-width, bidirectional controls, tags, variation selectors beyond emoji's: nothing that a reader sees.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_BIDI: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL: Final = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_JOINER: Final = "\u200d"

_INSTRUCTION: Final = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|rules?|prompts?|guidelines?|polic(?:y|ies))\b"
    r"|\b(?:system prompt|developer message|jailbreak|developer mode)\b"
    r"|\byou are (?:now|no longer)\b.{0,40}\b(?:ai|assistant|agent|model|bot|admin)\b"
    r"|\b(?:reveal|print|repeat|show)\b.{0,30}\b(?:your|the) (?:instructions|prompt|rules)\b"
    r"|\bas (?:an? )?(?:admin|administrator|developer|supervisor|manager)\b"
    r"|<\|?(?:system|im_start|im_end|endoftext)\b|\[/?(?:INST|SYSTEM)\]",
    re.IGNORECASE,
)
_ENCODED: Final = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{60,}={0,2}")


class Screening(Contract):
    """The cleaned text, what was noticed, and why the message is refused before anything else (empty: it is not)."""

    text: str
    flags: tuple[str, ...] = ()
    refused: str = ""

    @property
    def to_person(self) -> bool:
        """Whether a person answers at once."""
        return "self_harm" in self.flags or "emergency" in self.flags


def screen(text: str) -> Screening:
    """Refuse NUL and lone surrogates, strip what nobody sees, flag instructions, encodings, emergencies. Linear."""
    if "\x00" in text:
        return Screening(text="", refused="nul_character")
    if any("\ud800" <= char <= "\udfff" for char in text):
        return Screening(text="", refused="lone_surrogate")
    clean = _CONTROL.sub("", strip_invisible(text))
    if not clean.strip():
        return Screening(text="", refused="empty")
    seen = unicodedata.normalize("NFKC", clean).replace("’", "'")
    checks = {
        "invisible": strip_invisible(text) != text,
        "bidi": _BIDI.search(text) is not None,
        "control": _CONTROL.search(text) is not None,
        "instruction": any(_INSTRUCTION.search(line) for line in seen.splitlines()),
        "encoded": _ENCODED.search(seen) is not None,
    }
    return Screening(text=clean, flags=(*(flag for flag, holds in checks.items() if holds), *dangers_in(seen)))


def strip_invisible(text: str) -> str:
    """Return the text without characters that no reader sees; a joiner between two emoji stays."""
    if text.isascii():
        return text
    return _INVISIBLE.sub(lambda found: found[0] if _joins_emoji(text, found.start()) else "", text)


def visible_places(text: str) -> list[int]:
    """Return where the characters of `strip_invisible` stand in the text."""
    gone = {found.start() for found in _INVISIBLE.finditer(text) if not _joins_emoji(text, found.start())}
    return [place for place in range(len(text)) if place not in gone]


def _joins_emoji(text: str, place: int) -> bool:
    if text[place] != _JOINER or not 0 < place < len(text) - 1:
        return False
    before, after = text[place - 1], text[place + 1]
    return (before == "\ufe0f" or unicodedata.category(before) in ("So", "Sk")) and unicodedata.category(after) == "So"
