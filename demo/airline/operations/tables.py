"""Which tables hold movements, notifications and bag cases?"""

from datetime import date, datetime

from sqlalchemy import DateTime, Identity, MetaData, Sequence, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_TIME = DateTime(timezone=True)


class OperationsTable(DeclarativeBase):
    """Tables of the schema airline_operations."""

    metadata = MetaData(schema="airline_operations")


CASE_NUMBERS = Sequence("case_numbers", start=12345, metadata=OperationsTable.metadata)


class MovementRow(OperationsTable):
    """What a flight does on one day."""

    __tablename__ = "movements"
    # Deferrable: rolling moves every day at once, and passes through duplicates on the way.
    __table_args__ = (UniqueConstraint("flight_number", "flight_date", deferrable=True, initially="IMMEDIATE"),)

    key: Mapped[int] = mapped_column(Identity(), primary_key=True)
    flight_number: Mapped[str]
    flight_date: Mapped[date]
    status: Mapped[str]
    reason: Mapped[str | None]
    scheduled_departure: Mapped[datetime] = mapped_column(_TIME)
    estimated_departure: Mapped[datetime | None] = mapped_column(_TIME)
    gate: Mapped[str | None]


class NotificationRow(OperationsTable):
    """What operations were told."""

    __tablename__ = "notifications"

    notification_id: Mapped[str] = mapped_column(primary_key=True)
    reservation_code: Mapped[str] = mapped_column(index=True)
    flight_number: Mapped[str]
    flight_date: Mapped[date]
    kind: Mapped[str]
    at: Mapped[datetime] = mapped_column(_TIME)


class CaseRow(OperationsTable):
    """A search for a bag; its result is known from `tracing_ready_at` on (real time)."""

    __tablename__ = "bag_cases"

    case_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(index=True)
    reservation_code: Mapped[str]
    bag_tag: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str]
    delivery_address: Mapped[str]
    location: Mapped[str]
    expected_delivery: Mapped[date]
    opened_at: Mapped[datetime] = mapped_column(_TIME)
    tracing_ready_at: Mapped[datetime] = mapped_column(_TIME)
