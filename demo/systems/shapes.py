"""Which values do all demo companies share in what they accept and answer?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

AsOf = Annotated[datetime, Field(description="How old this answer is: the moment its data was current (UTC).")]


def refuse_unprintable(text: str) -> str:
    """Give the text back unless it holds a control character or half a surrogate pair, which no record may hold."""
    if any((ord(c) < 32 and c not in "\n\t") or 0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise PydanticCustomError("unprintable", "the text holds a control character; send plain text")
    return text


class Answer(BaseModel):
    """What a system answers: closed, so that it can be held against its contract."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Body(BaseModel):
    """What a system accepts: closed and strict, so that a string never passes for a number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Money(BaseModel):
    """An amount in minor units (cents) with its currency."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    amount: Annotated[int, Field(ge=0, le=100_000_000, description="Minor units: 4500 is 45.00 EUR.")]
    currency: Literal["EUR"]


def euros(minor: int) -> Money:
    """The money of so many cents."""
    return Money(amount=minor, currency="EUR")


def in_words(minor: int) -> str:
    """An amount as an error message names it: `45.00 EUR`."""
    return f"{minor // 100}.{minor % 100:02d} EUR"
