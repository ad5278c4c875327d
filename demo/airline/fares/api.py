"""Which operations do the fare rules offer?"""

from typing import Annotated

from fastapi import APIRouter, Path

from demo.airline.fares import quotes
from demo.airline.fares.shapes import FareRules, Quote, QuoteRequest
from demo.airline.shapes import FareClass
from demo.systems.conduct import READ, ReadCall, SystemRoute
from demo.systems.problems import declared

TITLE = "Northwind Air fare rules"
DESCRIPTION = "Terms of the fare classes and quotes for changes. Money is in minor units."
router = APIRouter(route_class=SystemRoute)


@router.get(
    "/rules/{fare_class}",
    operation_id="get_fare_rules",
    summary="Read the terms of a fare class",
    response_model=FareRules,
    responses=declared(),
    openapi_extra=READ,
)
async def get_fare_rules(
    call: ReadCall, fare_class: Annotated[FareClass, Path(description="Fare class: light, classic or flex.")]
) -> FareRules:
    """Change and refund terms, bag fee, and what is granted when the airline cancels the flight."""
    return await quotes.get_fare_rules(call, fare_class)


@router.post(
    "/quotes",
    operation_id="quote_change",
    summary="Quote the price of moving a reservation to another flight",
    response_model=Quote,
    responses=declared(s409="not_changeable, no_seat_left or incomplete_record."),
    openapi_extra=READ,
)
async def quote_change(call: ReadCall, request: QuoteRequest) -> Quote:
    """What moving all passengers of a reservation to another flight would cost, valid for 15 minutes.

    Gold and platinum customers and disrupted reservations pay no change fee; for disrupted reservations the airline
    bears the fare difference up to the fare cover. Changes nothing in the reservation.
    """
    return await quotes.quote_change(call, request)
