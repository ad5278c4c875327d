"""What may the other systems ask of booking?"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from demo.airline.booking.tables import BagRow, FlightRow, PassengerRow, ReservationRow


@dataclass(frozen=True, slots=True)
class Sold:
    """A reservation as the other systems need it: owner, class, price, and the flight it is for."""

    reservation_code: str
    customer_id: str
    status: str
    fare_class: str | None
    price_minor: int
    was_disrupted: bool
    passengers: int
    flight_id: str
    origin: str
    destination: str
    departs_at: datetime

    @property
    def is_disrupted(self) -> bool:
        """The airline cancelled the flight, and the passengers were not moved yet."""
        return self.status == "disrupted"


@dataclass(frozen=True, slots=True)
class OnSale:
    """A flight as the other systems need it."""

    flight_id: str
    origin: str
    destination: str
    departs_at: datetime
    status: str
    seats_left: int
    fare_minor: int


def is_flight(flight_id: str) -> ColumnElement[bool]:
    """The condition that finds a flight by the id that the world sees; false for an impossible date."""
    number, _, day = flight_id.partition("-")
    try:
        return (FlightRow.flight_number == number) & (FlightRow.flight_date == date.fromisoformat(day))
    except ValueError:
        return FlightRow.key < 0


async def find_sold(session: AsyncSession, reservation_code: str) -> Sold | None:
    """The reservation, or None."""
    passengers = (
        select(func.count())
        .select_from(PassengerRow)
        .where(PassengerRow.reservation_code == reservation_code)
        .scalar_subquery()
    )
    found = await session.execute(
        select(ReservationRow, FlightRow, passengers)
        .join(FlightRow, FlightRow.key == ReservationRow.flight_key)
        .where(ReservationRow.reservation_code == reservation_code)
    )
    row = found.one_or_none()
    if row is None:
        return None
    reservation, flight, count = row
    return Sold(
        reservation_code=reservation.reservation_code,
        customer_id=reservation.customer_id,
        status=reservation.status,
        fare_class=reservation.fare_class,
        price_minor=reservation.price_minor,
        was_disrupted=reservation.disrupted_at is not None,
        passengers=count,
        flight_id=flight.flight_id,
        origin=flight.origin,
        destination=flight.destination,
        departs_at=flight.departs_at,
    )


async def find_on_sale(session: AsyncSession, flight_id: str) -> OnSale | None:
    """The flight, or None."""
    row = await session.scalar(select(FlightRow).where(is_flight(flight_id)))
    return as_on_sale(row) if row else None


def as_on_sale(row: FlightRow) -> OnSale:
    """The flight's row as the other systems need it."""
    return OnSale(
        flight_id=row.flight_id,
        origin=row.origin,
        destination=row.destination,
        departs_at=row.departs_at,
        status=row.status,
        seats_left=row.seats_left,
        fare_minor=row.fare_minor,
    )


async def has_bag(session: AsyncSession, reservation_code: str, bag_tag: str) -> bool:
    """Whether the bag was checked on the reservation."""
    where = (BagRow.bag_tag == bag_tag) & (BagRow.reservation_code == reservation_code)
    return await session.scalar(select(BagRow.bag_tag).where(where)) is not None


async def raise_fare(session: AsyncSession, flight_id: str, by_minor: int) -> int | None:
    """Raise a flight's classic fare by so many cents; gives the new fare, or None for an unknown flight."""
    row = await session.scalar(select(FlightRow).where(is_flight(flight_id)).with_for_update())
    if row is None:
        return None
    row.fare_minor = max(0, row.fare_minor + by_minor)
    return row.fare_minor
