"""What can a reply hold besides words? Pictures, videos, forms and links of the pack, and answers to choose from."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from contracts.model import Contract

MediaKind = Literal["image", "video", "form", "link"]


class ShownMedia(Contract):
    """One item of the pack's media.yaml, as it is shown. `text` says the same in words, for who cannot see it."""

    kind: MediaKind
    name: str
    title: str
    url: str
    text: str


class Buttons(Contract):
    """Answers that the customer may give by choosing one: what is chosen is sent as their message."""

    kind: Literal["buttons"] = "buttons"
    choices: tuple[str, ...]


ReplyPart = Annotated[ShownMedia | Buttons, Field(discriminator="kind")]
_PARTS: TypeAdapter[tuple[ReplyPart, ...]] = TypeAdapter(tuple[ReplyPart, ...])


def parse_parts(stored: Any) -> tuple[ReplyPart, ...]:
    """The parts of a stored reply or of an event. Raises ValidationError for what is none."""
    return _PARTS.validate_python(stored)
