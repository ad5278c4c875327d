"""Which operations does the payment system offer?"""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from demo.airline.payments import charges, queries, refunds
from demo.airline.payments.shapes import Charge, Charged, Methods, OnePayment, Payments, Refund, Refunded
from demo.airline.shapes import CustomerId, PaymentId, ReservationCode
from demo.systems.conduct import IDEMPOTENCY_KEY, READ, WRITE, ReadCall, SystemRoute, WriteCall
from demo.systems.problems import declared

TITLE = "Northwind Air payments"
DESCRIPTION = "Stored cards, charges and refunds. Money is in minor units."
router = APIRouter(route_class=SystemRoute)


@router.get(
    "/methods",
    operation_id="list_payment_methods",
    summary="List a customer's stored cards",
    response_model=Methods,
    responses=declared(),
    openapi_extra=READ,
)
async def list_payment_methods(call: ReadCall, customer_id: Annotated[CustomerId, Query()]) -> Methods:
    """Brand and last four digits of the signed-in customer's own cards, the default one first."""
    return await queries.list_payment_methods(call, customer_id)


@router.post(
    "/payments",
    operation_id="charge_payment",
    summary="Charge a stored card with the total of a quote",
    response_model=Charged,
    responses=declared(s409="quote_stale (the detail names the new total), already_paid or idempotency_conflict."),
    openapi_extra=WRITE,
)
async def charge_payment(call: WriteCall, charge: Charge) -> Charged:
    """Capture exactly the quote's total_due on one of the customer's own cards; each quote is paid once."""
    return await charges.charge_payment(call, charge)


@router.post(
    "/payments/{payment_id}/refunds",
    operation_id="refund_payment",
    summary="Give money back",
    response_model=Refunded,
    responses=declared(s409="not_refundable or idempotency_conflict."),
    openapi_extra=WRITE,
)
async def refund_payment(call: WriteCall, payment_id: Annotated[PaymentId, Path()], refund: Refund) -> Refunded:
    """Refund a payment in full or in part, at most what was captured and not yet refunded."""
    return await refunds.refund_payment(call, payment_id, refund)


@router.get(
    "/payments/{payment_id}",
    operation_id="get_payment",
    summary="Read a payment",
    response_model=OnePayment,
    responses=declared(),
    openapi_extra=READ,
)
async def get_payment(call: ReadCall, payment_id: Annotated[PaymentId, Path()]) -> OnePayment:
    """One payment of the signed-in customer, with what was refunded."""
    return await queries.get_payment(call, payment_id)


@router.get(
    "/payments",
    operation_id="find_payment",
    summary="Find the payment made under an idempotency key",
    response_model=OnePayment,
    responses=declared(),
    openapi_extra=READ,
)
async def find_payment(
    call: ReadCall,
    idempotency_key: Annotated[
        str, Query(pattern=IDEMPOTENCY_KEY, description="The Idempotency-Key that charge_payment was sent with.")
    ],
) -> OnePayment:
    """The payment that a charge made, found by its key; 404 means that no charge took effect under it."""
    return await queries.find_payment(call, idempotency_key)


@router.get(
    "/reservations/{reservation_code}/payments",
    operation_id="list_payments",
    summary="List the payments of a reservation",
    response_model=Payments,
    responses=declared(),
    openapi_extra=READ,
)
async def list_payments(call: ReadCall, reservation_code: Annotated[ReservationCode, Path()]) -> Payments:
    """What the signed-in customer paid for a reservation, oldest first: what refund_payment may give back."""
    return await queries.list_payments(call, reservation_code)
