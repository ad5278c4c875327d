"""How are flights, seats and reservations read?"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from demo.airline.booking.for_others import is_flight
from demo.airline.booking.seats import free_seats
from demo.airline.booking.shapes import (
    Bag,
    Flight,
    Flights,
    OneReservation,
    Passenger,
    Reservation,
    Reservations,
    Seats,
)
from demo.airline.booking.tables import BagRow, FlightRow, PassengerRow, ReservationRow
from demo.airline.ownership import may_reach, require_customer
from demo.systems.conduct import Call
from demo.systems.problems import not_found
from demo.systems.shapes import euros


async def search_flights(call: Call, origin: str, destination: str, day: date) -> Flights:
    """Flights of the route on that day that can still be taken, and those that were cancelled."""
    rows = await call.session.scalars(
        select(FlightRow)
        .where(FlightRow.origin == origin, FlightRow.destination == destination, FlightRow.flight_date == day)
        .where((FlightRow.departs_at > call.world.clock.now()) | (FlightRow.status == "cancelled"))
        .order_by(FlightRow.departs_at)
    )
    return Flights(as_of=call.as_of, flights=[_flight(row) for row in rows])


def _flight(row: FlightRow) -> Flight:
    return Flight.model_validate(
        {
            "flight_id": row.flight_id,
            "flight_number": row.flight_number,
            "origin": row.origin,
            "destination": row.destination,
            "departs_at": row.departs_at,
            "arrives_at": row.arrives_at,
            "status": row.status,
            "seats_left": row.seats_left,
            "fare": euros(row.fare_minor),
        }
    )


async def list_seats(call: Call, flight_id: str) -> Seats:
    """The free seats of a flight; not_found for an unknown one."""
    row = await call.session.scalar(select(FlightRow).where(is_flight(flight_id)))
    if row is None:
        raise not_found("flight", flight_id, "/flight_id")
    seats = free_seats(row.flight_number, row.seats_left)
    return Seats(as_of=call.as_of, flight_id=row.flight_id, seats_left=row.seats_left, seats=seats)


async def list_reservations(call: Call, customer_id: str) -> Reservations:
    """A customer's reservations: those to come first, in order of departure, then those flown."""
    await require_customer(call, customer_id)
    now = call.world.clock.now()
    wanted = _with_flights().where(ReservationRow.customer_id == customer_id)
    rows = await call.session.execute(wanted.order_by(FlightRow.departs_at < now, FlightRow.departs_at))
    return Reservations(as_of=call.as_of, reservations=await describe(call.session, rows.all()))


async def get_reservation(call: Call, reservation_code: str) -> OneReservation:
    """One reservation; not_found unless the caller may reach it."""
    rows = await call.session.execute(_with_flights().where(ReservationRow.reservation_code == reservation_code))
    row = rows.one_or_none()
    if row is None or not await may_reach(call, owner=row[0].customer_id, reservation_code=reservation_code):
        raise not_found("reservation", reservation_code, "/reservation_code")
    return OneReservation(as_of=call.as_of, reservation=(await describe(call.session, [row]))[0])


def _with_flights() -> Select[ReservationRow, FlightRow]:
    return select(ReservationRow, FlightRow).join(FlightRow, FlightRow.key == ReservationRow.flight_key)


async def describe(session: AsyncSession, rows: Sequence[Any]) -> list[Reservation]:
    """Reservations as the world sees them, from rows of (reservation, flight), in their order."""
    codes = [reservation.reservation_code for reservation, _ in rows]
    passengers: dict[str, list[Passenger]] = defaultdict(list)
    bags: dict[str, list[Bag]] = defaultdict(list)
    people = select(PassengerRow).where(PassengerRow.reservation_code.in_(codes)).order_by(PassengerRow.position)
    for person in await session.scalars(people):
        named = Passenger(first_name=person.first_name, last_name=person.last_name)
        passengers[person.reservation_code].append(named)
    for bag in await session.scalars(select(BagRow).where(BagRow.reservation_code.in_(codes)).order_by(BagRow.bag_tag)):
        bags[bag.reservation_code].append(Bag.model_validate({"bag_tag": bag.bag_tag, "status": bag.status}))
    return [
        _reservation(reservation, flight, passengers[reservation.reservation_code], bags[reservation.reservation_code])
        for reservation, flight in rows
    ]


def _reservation(row: ReservationRow, flight: FlightRow, passengers: list[Passenger], bags: list[Bag]) -> Reservation:
    return Reservation.model_validate(
        {
            "reservation_code": row.reservation_code,
            "customer_id": row.customer_id,
            "status": row.status,
            "fare_class": row.fare_class,
            "flight_id": flight.flight_id,
            "flight_number": flight.flight_number,
            "origin": flight.origin,
            "destination": flight.destination,
            "departs_at": flight.departs_at,
            "arrives_at": flight.arrives_at,
            "flight_status": row.flight_status or flight.status,
            "price_paid": euros(row.price_minor),
            "passengers": passengers,
            "bags": bags,
            "purchased_at": row.purchased_at,
        }
    )
