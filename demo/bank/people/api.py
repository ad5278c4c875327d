"""Which operations do the customer records offer?"""

from typing import Annotated

from fastapi import APIRouter, Path

from demo.bank.people import queries
from demo.bank.people.shapes import NewNote, Noted, OneCustomer, StaffNotes
from demo.bank.shapes import CustomerId
from demo.systems.conduct import READ, WRITE, ReadCall, SystemRoute, WriteCall
from demo.systems.problems import declared

TITLE = "Aldermere Bank customer records"
DESCRIPTION = "Who the customers are, for whom they may act, and what staff noted."
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
    """Name and contact details of the signed-in customer, and the parties for whom they may act."""
    return await queries.get_customer(call, customer_id)


@router.get(
    "/customers/{customer_id}/notes",
    operation_id="list_staff_notes",
    summary="Read what staff noted",
    response_model=StaffNotes,
    responses=declared(),
    openapi_extra=READ,
)
async def list_staff_notes(call: ReadCall, customer_id: Annotated[CustomerId, Path()]) -> StaffNotes:
    """The latest notes on the signed-in customer's record, newest first, as staff wrote them."""
    return await queries.list_staff_notes(call, customer_id)


@router.post(
    "/customers/{customer_id}/notes",
    operation_id="add_note",
    summary="Note what was done",
    response_model=Noted,
    responses=declared(s409="idempotency_conflict."),
    openapi_extra=WRITE,
)
async def add_note(call: WriteCall, customer_id: Annotated[CustomerId, Path()], note: NewNote) -> Noted:
    """Add a note to the record for whoever serves the customer next."""
    return await queries.add_note(call, customer_id, note)
