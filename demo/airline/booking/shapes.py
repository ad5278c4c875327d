"""What does the booking engine accept and answer?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from demo.airline.shapes import (
    Airport,
    BagTag,
    CustomerId,
    FareClass,
    FlightId,
    FlightNumber,
    PaymentId,
    QuoteId,
    ReservationCode,
)
from demo.systems.shapes import Answer, AsOf, Body, Money, refuse_unprintable

FlightStatus = Literal["scheduled", "delayed", "cancelled"]
ReservationStatus = Literal["confirmed", "cancelled", "disrupted"]
BagStatus = Literal["booked", "checked", "delivered", "mishandled"]


class Flight(Answer):
    """A flight on sale."""

    flight_id: FlightId
    flight_number: FlightNumber
    origin: Airport
    destination: Airport
    departs_at: Annotated[datetime, Field(description="Scheduled departure (UTC).")]
    arrives_at: Annotated[datetime, Field(description="Scheduled arrival (UTC).")]
    status: FlightStatus
    seats_left: Annotated[int, Field(ge=0, description="Seats that can still be sold.")]
    fare: Annotated[Money, Field(description="Classic fare for one passenger.")]


class Flights(Answer):
    """The flights of one route on one day, earliest first."""

    as_of: AsOf
    flights: list[Flight]


class Seat(Answer):
    """A free seat."""

    seat: Annotated[str, Field(pattern=r"^[0-9]{1,2}[A-F]$")]
    cabin: Literal["economy", "premium"]
    kind: Literal["window", "middle", "aisle"]


class Seats(Answer):
    """The free seats of one flight, front to back."""

    as_of: AsOf
    flight_id: FlightId
    seats_left: Annotated[int, Field(ge=0)]
    seats: list[Seat]


class Passenger(Answer):
    """A person who travels on a reservation; the last name is null where the record lacks it."""

    first_name: str
    last_name: str | None


class Bag(Answer):
    """A checked bag."""

    bag_tag: BagTag
    status: BagStatus


class Reservation(Answer):
    """A reservation with its flight, its passengers and its bags; `fare_class` is null where the record lacks it."""

    reservation_code: ReservationCode
    customer_id: CustomerId
    status: Annotated[ReservationStatus, Field(description="disrupted: the airline cancelled the flight.")]
    fare_class: FareClass | None
    flight_id: FlightId
    flight_number: FlightNumber
    origin: Airport
    destination: Airport
    departs_at: datetime
    arrives_at: datetime
    flight_status: Annotated[
        FlightStatus, Field(description="As booking knows it; get_flight_status of operations is authoritative.")
    ]
    price_paid: Annotated[Money, Field(description="Fares paid so far for all passengers, without fees.")]
    passengers: Annotated[list[Passenger], Field(min_length=1)]
    bags: list[Bag]
    purchased_at: datetime


class OneReservation(Answer):
    """One reservation and how old the answer is."""

    as_of: AsOf
    reservation: Reservation


class Reservations(Answer):
    """The reservations of one customer, next departure first."""

    as_of: AsOf
    reservations: list[Reservation]


class Lookup(Body):
    """What a visitor states to be identified."""

    reservation_code: ReservationCode
    last_name: Annotated[
        str,
        AfterValidator(refuse_unprintable),
        Field(min_length=1, max_length=80, description="Last name of a passenger, in any case."),
    ]


class Change(Body):
    """Move a reservation to another flight at a quoted price."""

    flight_id: FlightId
    quote_id: QuoteId
    payment_id: Annotated[
        PaymentId | None,
        Field(description="Captured payment of the quote's total_due; null when nothing is due."),
    ]


class Changed(Answer):
    """The reservation as it stands after the change, with its new ticket."""

    reservation: Reservation
    ticket_number: Annotated[str, Field(pattern=r"^[0-9]{3}-[0-9]{10}$")]


class Cancellation(Body):
    """Cancel on these terms only."""

    expected_refund: Annotated[
        Money | None,
        Field(description="What the customer was told they get back; under other rules nothing is done."),
    ] = None


class Cancelled(Answer):
    """The cancelled reservation and what its fare rules give back."""

    reservation: Reservation
    refundable: Annotated[Money, Field(description="May be refunded: price paid minus the non-refundable part.")]
    non_refundable: Money
