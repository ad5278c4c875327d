"""What does a pack leave unsaid in one of its languages?"""

from collections.abc import Iterator

from contracts.pack import Pack
from contracts.voice import Wording
from governance.language import NAMES
from governance.other_deeds import checked_language
from governance.read_languages import READ

_ENGLISH = "en"


def language_notes(pack: Pack) -> Iterator[str]:
    """Yield what customers get in another language than theirs; nothing of it keeps the pack from working."""
    for locale in pack.manifest.locales:
        language = locale.split("-")[0]
        if language not in READ:
            yield f"pack.yaml: note: {_unread(pack, locale)}"
        if language != _ENGLISH and (missing := _missing(pack, locale)):
            yield f"voice.yaml: note: {missing}"


def _unread(pack: Pack, locale: str) -> str:
    answered = checked_language(locale, pack.manifest.locales)
    told = f"replies in {_name(locale)} cannot be checked; "
    if answered not in READ:
        return told + "no model says anything, only flows and `wording` do: add a locale that can be"
    return told + f"models answer in {_name(answered)}, flows and `wording` speak {_name(locale)}"


def _missing(pack: Pack, locale: str) -> str:
    """Which of the runtime's words this locale lacks: they are said in the pack's first language, or in English."""
    own = pack.voice.wording.get(locale) or pack.voice.wording.get(locale.split("-")[0])
    if own is None:
        instead = pack.manifest.locales[0] if pack.manifest.locales[0] in pack.voice.wording else _ENGLISH
        return f"`wording` has nothing for {locale!r}: all of it is said in {_name(instead)}"
    missing = [name for name in Wording.model_fields if name not in own.model_fields_set]
    return f"`wording` for {locale!r} lacks {', '.join(missing)}: they are said in English" if missing else ""


def _name(locale: str) -> str:
    return NAMES.get(locale.split("-")[0], repr(locale))
