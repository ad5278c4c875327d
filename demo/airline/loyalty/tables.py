"""Which tables hold tiers and points?"""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, Index, MetaData, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class LoyaltyTable(DeclarativeBase):
    """Tables of the schema airline_loyalty."""

    metadata = MetaData(schema="airline_loyalty")


class AccountRow(LoyaltyTable):
    """A customer's standing."""

    __tablename__ = "accounts"
    __table_args__ = (CheckConstraint("points >= 0", name="points_not_negative"),)

    customer_id: Mapped[str] = mapped_column(primary_key=True)
    tier: Mapped[str]
    points: Mapped[int]


class EntryRow(LoyaltyTable):
    """Points earned by a flight (`earned`, moved by recalculation) or granted for a disruption (`disruption`)."""

    __tablename__ = "entries"
    __table_args__ = (
        Index(
            "one_disruption_a_reservation", "reservation_code", unique=True, postgresql_where=text("kind <> 'earned'")
        ),
    )

    entry: Mapped[int] = mapped_column(Identity(), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey(AccountRow.customer_id), index=True)
    reservation_code: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    points: Mapped[int]
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
