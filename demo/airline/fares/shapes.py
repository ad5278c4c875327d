"""What do the fare rules accept and answer?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from demo.airline.shapes import FareClass, FlightId, QuoteId, ReservationCode
from demo.systems.shapes import Answer, AsOf, Body, Money


class Disruption(Answer):
    """What the airline grants when it cancelled the flight."""

    rebooking_free: Annotated[bool, Field(description="No change fee, and light fares may be changed too.")]
    fare_cover: Annotated[Money, Field(description="Fare difference that the airline bears.")]
    points: Annotated[int, Field(ge=0, description="Points to credit once per disrupted reservation.")]


class FareRules(Answer):
    """The terms of one fare class."""

    as_of: AsOf
    fare_class: FareClass
    change_allowed: bool
    change_fee: Annotated[Money, Field(description="Per change; 0 where changes are free or not allowed.")]
    refundable: bool
    non_refundable_percent: Annotated[int, Field(ge=0, le=100, description="Share of the price that is kept.")]
    extra_bag_fee: Annotated[Money, Field(description="One extra checked bag, booked online.")]
    disruption: Disruption


class QuoteRequest(Body):
    """Ask what moving a reservation to a flight would cost."""

    reservation_code: ReservationCode
    flight_id: FlightId


class Quote(Answer):
    """What a change costs; valid until `expires_at` unless the fare changes before."""

    as_of: AsOf
    quote_id: QuoteId
    reservation_code: ReservationCode
    flight_id: FlightId
    fare_difference: Annotated[Money, Field(description="New fare minus price paid, never negative.")]
    change_fee: Annotated[Money, Field(description="Fee of the fare class; not due when waived.")]
    change_fee_waived: bool
    total_due: Annotated[Money, Field(description="fare_difference, plus change_fee unless waived.")]
    expires_at: datetime
