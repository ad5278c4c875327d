"""How does a reply read on a channel that shows nothing but text, such as SMS and email?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.errors import NotReady
from contracts.pack import ChannelLimits
from contracts.reply_parts import Buttons, ReplyPart, parse_parts
from contracts.template import fill_text
from contracts.voice import Wording
from governance.sentences import split_sentences
from storage.requests import RequestRow
from workers.gateway.service import Service

_COUNT_ROOM: Final = len(" (99/99)")


@dataclass(frozen=True)
class ChannelForm:
    """What the request's channel carries, and the pack's words for what it cannot show. No limits: nothing is known."""

    channel: str
    limits: ChannelLimits | None
    wording: Wording

    @property
    def is_thin(self) -> bool:
        """Whether it carries text alone."""
        return self.limits is not None and not self.limits.buttons

    def reply(self, data: dict[str, Any]) -> dict[str, Any]:
        """A reply's data as this channel shows it, once its tokens are revealed.

        Where there is more than text, notice and parts stand beside the words. Where there is not, `text` is all of it,
        and `messages` are the pieces, in order, that the channel carries.
        """
        if not self.is_thin or self.limits is None:
            return data
        text = self._as_text(str(data.get("notice", "")), str(data["text"]), parse_parts(data.get("parts", ())))
        whole = {name: value for name, value in data.items() if name not in ("notice", "parts")}
        return {**whole, "text": text, "messages": split_text(text, self.limits.max_length)}

    def _as_text(self, notice: str, text: str, parts: Sequence[ReplyPart]) -> str:
        paragraphs = [notice, text, *(self._part_as_text(part, text) for part in parts)]
        return ("\n\n" if self.channel == "email" else "\n").join(paragraph for paragraph in paragraphs if paragraph)

    def _part_as_text(self, part: ReplyPart, said: str) -> str:
        """Media as their words, with an address on the company's site; choices as words that were not said."""
        if not isinstance(part, Buttons):
            elsewhere = part.url.startswith("https://") and part.url not in part.text
            return f"{part.text} {part.url}" if elsewhere else part.text
        if all(choice.casefold() in said.casefold() for choice in part.choices):
            return ""
        return fill_text(self.wording.choices, {"choices": " / ".join(part.choices)})


async def channel_form(service: Service, connection: AsyncConnection, row: RequestRow) -> ChannelForm:
    """The form of the request's channel, by its version of the pack."""
    try:
        pack = await service.packs.version(connection, row.pack_digest)
    except NotReady:
        return ChannelForm(row.channel, None, Wording())
    limits = pack.manifest.channels.get(row.channel)  # type: ignore[call-overload]
    return ChannelForm(row.channel, limits, pack.wording(row.locale))


def split_text(text: str, most: int) -> list[str]:
    """Cut a text into pieces of at most `most` characters, at lines and sentences, else at words.

    Several pieces are counted, `(1/2)`, so that they can be read in order. Joined without counts they are the text,
    save for white space.
    """
    if len(text) <= most:
        return [text]
    room = max(most - _COUNT_ROOM, 1)
    pieces = [""]
    for part in (piece for sentence in split_sentences(text) for piece in _fitting(sentence, room)):
        if len((pieces[-1] + part).rstrip()) > room:
            pieces.append("")
        pieces[-1] += part
    told = [piece.strip() for piece in pieces if piece.strip()]
    return [f"{piece} ({n}/{len(told)})" for n, piece in enumerate(told, start=1)]


def _fitting(sentence: str, room: int) -> list[str]:
    """A sentence that fits, or its parts that do: cut behind the last space, or anywhere in a word without end."""
    parts: list[str] = []
    while len(sentence.rstrip()) > room:
        space = sentence.rfind(" ", 1, room)
        cut = space + 1 if space > 0 else room
        parts.append(sentence[:cut])
        sentence = sentence[cut:]
    return [*parts, sentence]
