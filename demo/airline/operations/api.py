"""Which operations do flight operations offer?"""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Path, Query

from demo.airline.operations import bags, movements
from demo.airline.operations.shapes import (
    BagCase,
    BagReport,
    CaseOpened,
    FlightMovement,
    Notification,
    Notified,
)
from demo.airline.shapes import CaseId, FlightNumber
from demo.systems.conduct import READ, WRITE, ReadCall, SystemRoute, WriteCall
from demo.systems.problems import declared

TITLE = "Northwind Air flight operations"
DESCRIPTION = "Flight status as the operations centre knows it, a few minutes old, and the tracing of bags."
router = APIRouter(route_class=SystemRoute)


@router.get(
    "/flights/{flight_number}/status",
    operation_id="get_flight_status",
    summary="Read a flight's status on a day",
    response_model=FlightMovement,
    responses=declared(),
    openapi_extra=READ,
)
async def get_flight_status(
    call: ReadCall,
    flight_number: Annotated[FlightNumber, Path()],
    date: Annotated[dt.date, Query(description="Day of departure (UTC), YYYY-MM-DD.")],
) -> FlightMovement:
    """Whether a flight is on time, delayed or cancelled, and why; authoritative over booking's view."""
    return await movements.get_flight_status(call, flight_number, date)


@router.post(
    "/notifications",
    operation_id="notify_operations",
    summary="Tell operations that a passenger was moved",
    response_model=Notified,
    responses=declared(s409="idempotency_conflict."),
    openapi_extra=WRITE,
)
async def notify_operations(call: WriteCall, notification: Notification) -> Notified:
    """Tell flight operations to which flight a reservation was moved, after the change."""
    return await movements.notify_operations(call, notification)


@router.post(
    "/bag-cases",
    operation_id="open_bag_case",
    summary="Open a case for a missing bag",
    response_model=CaseOpened,
    responses=declared(s409="case_exists (the detail names it), not_flown or idempotency_conflict."),
    openapi_extra=WRITE,
)
async def open_bag_case(call: WriteCall, report: BagReport) -> CaseOpened:
    """Have a checked bag of a flown reservation searched for; the result comes about a day later."""
    return await bags.open_bag_case(call, report)


@router.get(
    "/bag-cases/{case_id}",
    operation_id="get_bag_case",
    summary="Read how far the search for a bag is",
    response_model=BagCase,
    responses=declared(),
    openapi_extra=READ,
)
async def get_bag_case(call: ReadCall, case_id: Annotated[CaseId, Path()]) -> BagCase:
    """Status of a bag case; location and day of delivery once the bag is found."""
    return await bags.get_bag_case(call, case_id)
