"""Which operations does the booking engine offer?"""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query

from demo.airline.booking import cancellations, changes, lookups, queries
from demo.airline.booking.shapes import (
    Cancellation,
    Cancelled,
    Change,
    Changed,
    Flights,
    Lookup,
    OneReservation,
    Reservations,
    Seats,
)
from demo.airline.shapes import CustomerId, DepartureCode, DestinationCode, FlightId, ReservationCode
from demo.systems.conduct import READ, WRITE, ReadCall, SystemRoute, WriteCall
from demo.systems.problems import declared

TITLE = "Northwind Air booking engine"
DESCRIPTION = "Flights on sale, seats, and reservations. Times are UTC; money is in minor units."
router = APIRouter(route_class=SystemRoute)
NO_TERMS = Cancellation()


@router.get(
    "/flights",
    operation_id="search_flights",
    summary="Find the flights of a route on a day",
    response_model=Flights,
    responses=declared(),
    openapi_extra=READ,
)
async def search_flights(
    call: ReadCall,
    origin: Annotated[DepartureCode, Query(description="Departure airport: IATA code, three letters, such as FRA.")],
    destination: Annotated[DestinationCode, Query(description="Destination airport: IATA code, such as LIS.")],
    date: Annotated[dt.date, Query(description="Day of departure (UTC), YYYY-MM-DD.")],
) -> Flights:
    """Flights of one route on one day with status, seats left and classic fare, earliest first.

    Flights that have departed are left out; cancelled ones are listed as such. An empty list means no flight that day.
    """
    return await queries.search_flights(call, origin, destination, date)


@router.get(
    "/flights/{flight_id}/seats",
    operation_id="list_seats",
    summary="List the free seats of a flight",
    response_model=Seats,
    responses=declared(),
    openapi_extra=READ,
)
async def list_seats(call: ReadCall, flight_id: Annotated[FlightId, Path()]) -> Seats:
    """Free seats of one flight, front to back, with cabin and kind."""
    return await queries.list_seats(call, flight_id)


@router.get(
    "/reservations",
    operation_id="list_reservations",
    summary="List a customer's reservations",
    response_model=Reservations,
    responses=declared(),
    openapi_extra=READ,
)
async def list_reservations(call: ReadCall, customer_id: Annotated[CustomerId, Query()]) -> Reservations:
    """All reservations of the signed-in customer or of a companion, next departure first."""
    return await queries.list_reservations(call, customer_id)


@router.get(
    "/reservations/{reservation_code}",
    operation_id="get_reservation",
    summary="Read a reservation",
    response_model=OneReservation,
    responses=declared(),
    openapi_extra=READ,
)
async def get_reservation(call: ReadCall, reservation_code: Annotated[ReservationCode, Path()]) -> OneReservation:
    """One reservation with flight, price paid, passengers and bags."""
    return await queries.get_reservation(call, reservation_code)


@router.post(
    "/reservations/lookup",
    operation_id="find_reservation",
    summary="Identify a visitor by reservation code and last name",
    response_model=OneReservation,
    responses=declared(s429="Five failures locked this code for a quarter of an hour."),
    openapi_extra=READ,
)
async def find_reservation(call: ReadCall, lookup: Lookup) -> OneReservation:
    """The reservation whose code and passenger's last name both match.

    A wrong code and a wrong name look the same (404). Five failures lock the code (429).
    """
    return await lookups.find_reservation(call, lookup)


@router.post(
    "/reservations/{reservation_code}/changes",
    operation_id="change_flight",
    summary="Move a reservation to another flight",
    response_model=Changed,
    responses=declared(s409="quote_stale, no_seat_left, not_changeable, payment_required or idempotency_conflict."),
    openapi_extra=WRITE,
)
async def change_flight(
    call: WriteCall, reservation_code: Annotated[ReservationCode, Path()], change: Change
) -> Changed:
    """Move all passengers of a reservation to another flight of the same route and issue a new ticket.

    Needs a valid quote for exactly this reservation and flight and, where its total_due is above zero, the captured
    payment of that quote. A captured payment holds the quoted price.
    """
    return await changes.change_flight(call, reservation_code, change)


@router.post(
    "/reservations/{reservation_code}/cancellation",
    operation_id="cancel_reservation",
    summary="Cancel a reservation",
    response_model=Cancelled,
    responses=declared(
        s409="already_cancelled, not_cancellable, refund_changed (the detail names the new amount), incomplete_record "
        "or idempotency_conflict."
    ),
    openapi_extra=WRITE,
)
async def cancel_reservation(
    call: WriteCall,
    reservation_code: Annotated[ReservationCode, Path()],
    cancellation: Annotated[Cancellation, Body()] = NO_TERMS,
) -> Cancelled:
    """Cancel a reservation, free its seats, and say which part of the price may be refunded.

    The refund itself is refund_payment of the payment system.
    """
    return await cancellations.cancel_reservation(call, reservation_code, cancellation)
