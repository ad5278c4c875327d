"""Which table holds the cards?"""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class CardsTable(DeclarativeBase):
    """Tables of the schema bank_cards."""

    metadata = MetaData(schema="bank_cards")


class CardRow(CardsTable):
    """A card of one customer; only its last four digits are kept."""

    __tablename__ = "cards"

    card_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(index=True)
    iban: Mapped[str]
    brand: Mapped[str]
    last4: Mapped[str]
    status: Mapped[str]
    frozen_for: Mapped[str | None]
