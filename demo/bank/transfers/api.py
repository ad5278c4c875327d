"""Which operations do the transfers offer?"""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from demo.bank.shapes import CustomerId, Iban, OrderId, PayeeId
from demo.bank.transfers import payees, payments, standing
from demo.bank.transfers.shapes import (
    NewPayee,
    NewStandingOrder,
    NewTransfer,
    OneTransfer,
    Payees,
    PayeeState,
    StandingOrders,
    StandingOrderState,
    Transferred,
)
from demo.systems.conduct import IDEMPOTENCY_KEY, READ, WRITE, ReadCall, SystemRoute, WriteCall
from demo.systems.problems import declared

TITLE = "Aldermere Bank transfers"
DESCRIPTION = "Payees, transfers and standing orders. Money is in minor units."
router = APIRouter(route_class=SystemRoute)


@router.get(
    "/payees",
    operation_id="list_payees",
    summary="List a customer's payees",
    response_model=Payees,
    responses=declared(),
    openapi_extra=READ,
)
async def list_payees(call: ReadCall, customer_id: Annotated[CustomerId, Query()]) -> Payees:
    """Whom the signed-in customer pays: name, IBAN, and whether the payee is active or closed."""
    return await payees.list_payees(call, customer_id)


@router.post(
    "/payees",
    operation_id="add_payee",
    summary="Add a payee",
    response_model=PayeeState,
    responses=declared(s409="payee_exists (the detail names it) or idempotency_conflict."),
    openapi_extra=WRITE,
)
async def add_payee(call: WriteCall, payee: NewPayee) -> PayeeState:
    """Add somebody to the signed-in customer's payees, by name and IBAN."""
    return await payees.add_payee(call, payee)


@router.post(
    "/payees/{payee_id}/closure",
    operation_id="close_payee",
    summary="Close a payee",
    response_model=PayeeState,
    responses=declared(s409="payee_closed or idempotency_conflict."),
    openapi_extra=WRITE,
)
async def close_payee(call: WriteCall, payee_id: Annotated[PayeeId, Path()]) -> PayeeState:
    """Close a payee, so that nothing is paid to it any more; it can be opened again."""
    return await payees.set_status(call, payee_id, "closed")


@router.post(
    "/payees/{payee_id}/reopening",
    operation_id="reopen_payee",
    summary="Open a closed payee again",
    response_model=PayeeState,
    responses=declared(s409="payee_active or idempotency_conflict."),
    openapi_extra=WRITE,
)
async def reopen_payee(call: WriteCall, payee_id: Annotated[PayeeId, Path()]) -> PayeeState:
    """Open a payee that was closed, so that it can be paid again."""
    return await payees.set_status(call, payee_id, "active")


@router.post(
    "/transfers",
    operation_id="make_transfer",
    summary="Transfer money to a payee",
    response_model=Transferred,
    responses=declared(
        s409="limit_exceeded (the detail says what is left), insufficient_funds, payee_closed, account_not_open or "
        "idempotency_conflict."
    ),
    openapi_extra=WRITE,
)
async def make_transfer(call: WriteCall, transfer: NewTransfer) -> Transferred:
    """Move money at once from an account to one of the customer's active payees; it cannot be called back."""
    return await payments.make_transfer(call, transfer)


@router.get(
    "/transfers",
    operation_id="find_transfer",
    summary="Find the transfer made under an idempotency key",
    response_model=OneTransfer,
    responses=declared(),
    openapi_extra=READ,
)
async def find_transfer(
    call: ReadCall,
    idempotency_key: Annotated[
        str, Query(pattern=IDEMPOTENCY_KEY, description="The Idempotency-Key that make_transfer was sent with.")
    ],
) -> OneTransfer:
    """The transfer that was made, found by its key; 404 means that none took effect under it."""
    return await payments.find_transfer(call, idempotency_key)


@router.get(
    "/standing-orders",
    operation_id="list_standing_orders",
    summary="List an account's standing orders",
    response_model=StandingOrders,
    responses=declared(),
    openapi_extra=READ,
)
async def list_standing_orders(call: ReadCall, iban: Annotated[Iban, Query()]) -> StandingOrders:
    """What is paid from an account every month, and what was until it was cancelled."""
    return await standing.list_standing_orders(call, iban)


@router.post(
    "/standing-orders",
    operation_id="create_standing_order",
    summary="Set up a standing order",
    response_model=StandingOrderState,
    responses=declared(s409="payee_closed, account_not_open or idempotency_conflict."),
    openapi_extra=WRITE,
)
async def create_standing_order(call: WriteCall, order: NewStandingOrder) -> StandingOrderState:
    """Pay one of the customer's active payees the same amount on the same day of every month."""
    return await standing.create_standing_order(call, order)


@router.post(
    "/standing-orders/{standing_order_id}/cancellation",
    operation_id="cancel_standing_order",
    summary="Cancel a standing order",
    response_model=StandingOrderState,
    responses=declared(s409="already_cancelled or idempotency_conflict."),
    openapi_extra=WRITE,
)
async def cancel_standing_order(call: WriteCall, standing_order_id: Annotated[OrderId, Path()]) -> StandingOrderState:
    """End a standing order; what was paid stays paid."""
    return await standing.cancel_standing_order(call, standing_order_id)
