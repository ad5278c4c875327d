"""What do the cards accept and answer?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from demo.bank.shapes import CardId, CustomerId
from demo.systems.shapes import Answer, AsOf, Body

LAST4 = r"^[0-9]{4}$"
Why = Annotated[Literal["lost", "stolen", "suspicious", "other"], Field(description="Why it is frozen.")]


class Card(Answer):
    """A card; only its last four digits are kept."""

    card_id: CardId
    owner: Annotated[CustomerId, Field(description="Whose card it is.")]
    brand: Literal["visa", "girocard"]
    last4: Annotated[str, Field(pattern=LAST4)]
    status: Literal["active", "frozen"]


class Cards(Answer):
    """A customer's cards."""

    as_of: AsOf
    cards: list[Card]


class Freeze(Body):
    """Stop a card at once."""

    reason: Why


class CardState(Answer):
    """A card as it is now."""

    card_id: CardId
    last4: Annotated[str, Field(pattern=LAST4)]
    status: Literal["active", "frozen"]
