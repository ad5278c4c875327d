"""Which operations does the loyalty programme offer?"""

from typing import Annotated

from fastapi import APIRouter, Path

from demo.airline.loyalty import points
from demo.airline.loyalty.shapes import Account, Credit, Credited, Recalculated, Recalculation
from demo.airline.shapes import CustomerId
from demo.systems.conduct import READ, WRITE, ReadCall, SystemRoute, WriteCall
from demo.systems.problems import declared

TITLE = "Northwind Air loyalty programme"
DESCRIPTION = "Tiers, points and what they entitle to."
router = APIRouter(route_class=SystemRoute)


@router.get(
    "/accounts/{customer_id}",
    operation_id="get_loyalty_account",
    summary="Read a customer's tier and points",
    response_model=Account,
    responses=declared(),
    openapi_extra=READ,
)
async def get_loyalty_account(call: ReadCall, customer_id: Annotated[CustomerId, Path()]) -> Account:
    """Tier, points, and whether change fees are waived."""
    return await points.get_loyalty_account(call, customer_id)


@router.post(
    "/accounts/{customer_id}/recalculations",
    operation_id="recalculate_points",
    summary="Recalculate the points of a reservation after a change",
    response_model=Recalculated,
    responses=declared(s409="idempotency_conflict."),
    openapi_extra=WRITE,
)
async def recalculate_points(
    call: WriteCall, customer_id: Annotated[CustomerId, Path()], recalculation: Recalculation
) -> Recalculated:
    """Bring the points that a reservation earns in line with its present price; a second time changes nothing."""
    return await points.recalculate_points(call, customer_id, recalculation)


@router.post(
    "/accounts/{customer_id}/credits",
    operation_id="credit_points",
    summary="Credit the points of a disruption",
    response_model=Credited,
    responses=declared(s409="already_credited, not_entitled, incomplete_record or idempotency_conflict."),
    openapi_extra=WRITE,
)
async def credit_points(call: WriteCall, customer_id: Annotated[CustomerId, Path()], credit: Credit) -> Credited:
    """Credit what the fare rules grant for a reservation whose flight the airline cancelled, once a reservation."""
    return await points.credit_points(call, customer_id, credit)
