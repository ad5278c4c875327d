"""Which operations do the customer records offer?"""

from typing import Annotated

from fastapi import APIRouter, Path

from demo.airline.customers import letters, queries
from demo.airline.customers.shapes import Note, Noted, OneCustomer, OneTimeCode, Sent
from demo.airline.shapes import CustomerId
from demo.systems.conduct import READ, WRITE, ReadCall, SystemRoute, WriteCall
from demo.systems.problems import declared

TITLE = "Northwind Air customer records"
DESCRIPTION = "Who the customers are, with whom they travel, and what was noted for them."
router = APIRouter(route_class=SystemRoute)


@router.get(
    "/customers/{customer_id}",
    operation_id="get_customer",
    summary="Read a customer's record",
    response_model=OneCustomer,
    responses=declared(),
    openapi_extra=READ,
)
async def get_customer(call: ReadCall, customer_id: Annotated[CustomerId, Path()]) -> OneCustomer:
    """Name, contact details and companions of the signed-in customer or of a companion."""
    return await queries.get_customer(call, customer_id)


@router.post(
    "/customers/{customer_id}/codes",
    operation_id="send_one_time_code",
    summary="Send a one-time code to the customer's address on file",
    response_model=Sent,
    responses=declared(s409="idempotency_conflict."),
    openapi_extra=WRITE,
)
async def send_one_time_code(call: WriteCall, customer_id: Annotated[CustomerId, Path()], code: OneTimeCode) -> Sent:
    """Mail the code and what it allows to the signed-in customer's own address; nobody can name another address."""
    return await letters.send_one_time_code(call, customer_id, code)


@router.post(
    "/customers/{customer_id}/notes",
    operation_id="add_customer_note",
    summary="Note on the record what was done",
    response_model=Noted,
    responses=declared(s409="idempotency_conflict."),
    openapi_extra=WRITE,
)
async def add_customer_note(call: WriteCall, customer_id: Annotated[CustomerId, Path()], note: Note) -> Noted:
    """Add a remark to the record for whoever serves the customer next."""
    return await queries.add_customer_note(call, customer_id, note)
