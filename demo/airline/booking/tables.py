"""Which tables hold flights on sale and reservations?"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, MetaData, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_TIME = DateTime(timezone=True)


class BookingTable(DeclarativeBase):
    """Tables of the schema airline_booking."""

    metadata = MetaData(schema="airline_booking")


class FlightRow(BookingTable):
    """A flight on sale; its id is a number of our own, so that the day may roll."""

    __tablename__ = "flights"
    __table_args__ = (
        # Deferrable: rolling moves every day at once, and passes through duplicates on the way.
        UniqueConstraint("flight_number", "flight_date", deferrable=True, initially="IMMEDIATE"),
        CheckConstraint("seats_left >= 0", name="no_seat_sold_twice"),
    )

    key: Mapped[int] = mapped_column(Identity(), primary_key=True)
    flight_number: Mapped[str]
    flight_date: Mapped[date]
    origin: Mapped[str]
    destination: Mapped[str]
    departs_at: Mapped[datetime] = mapped_column(_TIME)
    arrives_at: Mapped[datetime] = mapped_column(_TIME)
    status: Mapped[str]
    seats_left: Mapped[int]
    fare_minor: Mapped[int]

    @property
    def flight_id(self) -> str:
        """The id that the world sees."""
        return f"{self.flight_number}-{self.flight_date.isoformat()}"


class ReservationRow(BookingTable):
    """A reservation. `flight_status` is set where booking's view lags behind; `disrupted_at` stays after rebooking."""

    __tablename__ = "reservations"

    reservation_code: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(index=True)
    flight_key: Mapped[int] = mapped_column(ForeignKey(FlightRow.key), index=True)
    status: Mapped[str]
    fare_class: Mapped[str | None]
    flight_status: Mapped[str | None]
    price_minor: Mapped[int]
    purchased_at: Mapped[datetime] = mapped_column(_TIME)
    disrupted_at: Mapped[datetime | None] = mapped_column(_TIME)
    ticket_number: Mapped[str]


class PassengerRow(BookingTable):
    """A passenger of a reservation."""

    __tablename__ = "passengers"

    reservation_code: Mapped[str] = mapped_column(ForeignKey(ReservationRow.reservation_code), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    first_name: Mapped[str]
    last_name: Mapped[str | None]


class BagRow(BookingTable):
    """A checked bag of a reservation."""

    __tablename__ = "bags"

    bag_tag: Mapped[str] = mapped_column(primary_key=True)
    reservation_code: Mapped[str] = mapped_column(ForeignKey(ReservationRow.reservation_code), index=True)
    status: Mapped[str]


class LookupRow(BookingTable):
    """Failed attempts to identify oneself for a code, whether the code exists or not."""

    __tablename__ = "lookups"

    reservation_code: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    locked_until: Mapped[datetime | None] = mapped_column(_TIME)
