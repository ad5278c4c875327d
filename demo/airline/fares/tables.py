"""Which tables hold fare rules and quotes?"""

from datetime import date, datetime

from sqlalchemy import DateTime, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class FaresTable(DeclarativeBase):
    """Tables of the schema airline_fares."""

    metadata = MetaData(schema="airline_fares")


class RuleRow(FaresTable):
    """The terms of a fare class; `surcharge_minor` is added to a flight's classic fare for each passenger."""

    __tablename__ = "rules"

    fare_class: Mapped[str] = mapped_column(primary_key=True)
    surcharge_minor: Mapped[int]
    change_allowed: Mapped[bool]
    change_fee_minor: Mapped[int]
    refundable: Mapped[bool]
    non_refundable_percent: Mapped[int]
    extra_bag_fee_minor: Mapped[int]
    fare_cover_minor: Mapped[int]
    disruption_points: Mapped[int]


class QuoteRow(FaresTable):
    """A price given for a change; the flight's day is kept apart from its number, so that the day may roll."""

    __tablename__ = "quotes"

    quote_id: Mapped[str] = mapped_column(primary_key=True)
    reservation_code: Mapped[str] = mapped_column(index=True)
    flight_number: Mapped[str]
    flight_date: Mapped[date]
    fare_difference_minor: Mapped[int]
    total_minor: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used: Mapped[bool]
