"""Which words of a message are personal because of what was said before it, and what does that change before it?"""

import re
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.learn_values import learn_values
from contracts.pack import Pack
from governance.asked_values import CODE, find_asked, kinds_asked, may_answer, split_names
from governance.common_words import trade_words
from governance.personal import Span, first_of
from storage.entries import last_reply
from storage.inbox import latest_bodies
from storage.vault import Vault

_SAID: Final = frozenset({"NAME", "ADDRESS", "DOB"})
"""Kinds that their words alone do not show: the same words may stand in earlier messages, where nothing told them."""
_FEW: Final = 5
"""Words of a message that names a record and its holder, and says no more."""


async def with_asked(
    connection: AsyncConnection, request_id: str | None, pack: Pack, text: str, spans: list[Span], *, visitor: bool
) -> list[Span]:
    """The spans, and those of a name, an address or a date of birth that the request's last reply asked for.

    Only a short message is held against the reply. Flows, models and people at the desk ask alike, and a visitor who
    writes a record's code gives its holder's name beside it, or in the next message, without being asked.
    A name is found word by word then, so that the last one can be looked for, and beside a code in any text of a
    visitor. `request_id` is None where nothing was said before.
    """
    has_code = visitor and _holds_a_code(pack, text)
    asked = await _asked(connection, request_id, pack, text, visitor=visitor, has_code=has_code)
    apart = split_names(text, spans) if has_code or "NAME" in asked else spans
    return first_of(apart, find_asked(text, asked, apart, trade_words(pack))) if asked else apart


async def _asked(
    connection: AsyncConnection, request_id: str | None, pack: Pack, text: str, *, visitor: bool, has_code: bool
) -> frozenset[str]:
    """The kinds that a message may answer, where it may be an answer at all."""
    if not may_answer(text):
        return frozenset()
    asked = kinds_asked(await last_reply(connection, request_id)) if request_id else frozenset[str]()
    if not visitor or "NAME" in asked:
        return asked
    before = await latest_bodies(connection, request_id, 1) if request_id else []
    beside = (has_code and _is_brief(text)) or any(_is_brief(one) and _holds_a_code(pack, one) for one in before)
    return asked | {"NAME", CODE} if beside else asked


def _is_brief(text: str) -> bool:
    return len(text.split()) <= _FEW


def _holds_a_code(pack: Pack, text: str) -> bool:
    """Whether one of the words is a code by which visitors say which record is theirs.

    A code has digits or is written in capitals: `keller` is a name, though it has six letters.
    """
    authentication, words = pack.manifest.authentication, [word.strip(".,;:!?()") for word in text.split()]
    if authentication is None:
        return False
    tool = pack.tools[authentication.tool]
    private = {name for name, argument in tool.overlay.parameters.items() if argument.pii}
    patterns = [slot.pattern for name, slot in authentication.slots.items() if name not in private and slot.pattern]
    codes = [word.upper() for word in words if word.isupper() or any(char.isdecimal() for char in word)]
    return any(re.fullmatch(pattern, code) is not None for pattern in patterns for code in codes)


async def learn_said(connection: AsyncConnection, vault: Vault, request_id: str, text: str, spans: list[Span]) -> None:
    """Names, addresses and birthdays of this message are known from now on: they leave earlier messages, too."""
    said = [(span.kind, span.value or text[span.start : span.end]) for span in spans if span.kind in _SAID]
    await learn_values(connection, vault, request_id, said, source="message")
