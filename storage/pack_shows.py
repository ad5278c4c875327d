"""May a pack show what it declares? Its media are named where they exist, and say nothing that a reply may not."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from contracts.flow import AskStep, SayStep, Step
from contracts.pack import MediaItem, Pack
from governance.evidence import KnownText, gather_evidence
from governance.reply_parts import LONGEST_CHOICE
from governance.validate_reply import validate_sentence
from storage.pack_folder import PackFolder

_ANY_DAY: Final = date(2026, 1, 1)


def check_media(pack: Pack, folder: PackFolder) -> None:
    """Note what a reply could not show as a mistake of the folder."""
    for name, item in pack.media.items():
        for field in ("title", "text"):
            if told := _mistake(getattr(item, field), item, pack):
                folder.wrong("media.yaml", f"{name}: {told}", name, field)
    for locale, wording in pack.voice.wording.items():
        if long := [choice for choice in wording.clarify_choices if len(choice) > LONGEST_CHOICE]:
            told = f"{long[0]!r} is longer than a button: at most {LONGEST_CHOICE} characters"
            folder.wrong("voice.yaml", told, "wording", locale, "clarify_choices")


def media_mistakes(step: Step, pack: Pack) -> Iterator[str]:
    """What a step of a flow shows that media.yaml does not have."""
    for name in step.show if isinstance(step, AskStep | SayStep) else ():
        if name not in pack.media:
            yield f"no item {name!r} in media.yaml; add it or correct the name"


def _mistake(words: str, item: MediaItem, pack: Pack) -> str:
    """What the reply checks find in the words, which are the company's own: figures in them are not asked for."""
    own = KnownText(source="media.yaml", text=f"{item.title}. {item.text}")
    verdict = validate_sentence(words, "", gather_evidence(today=_ANY_DAY, texts=[own]), pack.voice)
    if not verdict.released:
        return f"{verdict.code}: {verdict.detail}"
    return "write plain words here; the address stands in `url`" if verdict.text != words else ""
