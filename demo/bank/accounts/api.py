"""Which operations do the accounts offer?"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Header, Path, Query

from demo.bank.accounts import orders, queries
from demo.bank.accounts.shapes import (
    MONTH,
    Accounts,
    CopyOrder,
    CopyOrdered,
    Language,
    LimitRaised,
    Limits,
    Lines,
    OneAccount,
    RaisedLimit,
    Statement,
)
from demo.bank.shapes import CustomerId, Iban
from demo.systems.conduct import READ, WRITE, ReadCall, SystemRoute, WriteCall
from demo.systems.problems import declared

TITLE = "Aldermere Bank accounts"
DESCRIPTION = "Accounts, their bookings and statements, and the daily limit. Money is in minor units."
router = APIRouter(route_class=SystemRoute)


@router.get(
    "/accounts",
    operation_id="list_accounts",
    summary="List a customer's accounts",
    response_model=Accounts,
    responses=declared(),
    openapi_extra=READ,
)
async def list_accounts(call: ReadCall, customer_id: Annotated[CustomerId, Query()]) -> Accounts:
    """Accounts of the signed-in customer, and those held with or for others, with balances."""
    return await queries.list_accounts(call, customer_id)


@router.get(
    "/accounts/{iban}",
    operation_id="get_account",
    summary="Read one account",
    response_model=OneAccount,
    responses=declared(),
    openapi_extra=READ,
)
async def get_account(call: ReadCall, iban: Annotated[Iban, Path()]) -> OneAccount:
    """Kind, status and balance of an account for which the signed-in customer may act."""
    return await queries.get_account(call, iban)


@router.get(
    "/accounts/{iban}/lines",
    operation_id="list_transactions",
    summary="List an account's bookings",
    response_model=Lines,
    responses=declared(),
    openapi_extra=READ,
)
async def list_transactions(
    call: ReadCall,
    iban: Annotated[Iban, Path()],
    since: Annotated[date | None, Query(description="First day, such as 2026-11-01.")] = None,
    until: Annotated[date | None, Query(description="Last day, such as 2026-11-21.")] = None,
) -> Lines:
    """The newest 50 bookings; counterparty and purpose are what third parties wrote."""
    return await queries.list_transactions(call, iban, since, until)


@router.get(
    "/accounts/{iban}/statement",
    operation_id="get_statement",
    summary="Read a month's statement",
    response_model=Statement,
    responses=declared(),
    openapi_extra=READ,
)
async def get_statement(
    call: ReadCall,
    iban: Annotated[Iban, Path()],
    month: Annotated[str, Query(pattern=MONTH, description="A month, such as 2026-10.")],
    statement_language: Annotated[
        Language, Header(alias="Statement-Language", description="In which language the statement is titled.")
    ] = "en",
) -> Statement:
    """What came in and went out of an account in a month, in figures."""
    return await queries.get_statement(call, iban, month, statement_language)


@router.post(
    "/accounts/{iban}/statement-copies",
    operation_id="order_statement_copy",
    summary="Order a copy of a statement",
    response_model=CopyOrdered,
    responses=declared(s409="idempotency_conflict."),
    openapi_extra=WRITE,
)
async def order_statement_copy(
    call: WriteCall, iban: Annotated[Iban, Path()], order: Annotated[CopyOrder, Form()]
) -> CopyOrdered:
    """Send a copy of a past month's statement to the online inbox, or by post for 2.50 EUR."""
    return await orders.order_statement_copy(call, iban, order)


@router.get(
    "/accounts/{iban}/limits",
    operation_id="get_limits",
    summary="Read the daily limit",
    response_model=Limits,
    responses=declared(),
    openapi_extra=READ,
)
async def get_limits(call: ReadCall, iban: Annotated[Iban, Path()]) -> Limits:
    """The daily transfer limit of an account, and what is left of it today."""
    return await queries.get_limits(call, iban)


@router.post(
    "/accounts/{iban}/limits",
    operation_id="raise_limit",
    summary="Raise the daily limit",
    response_model=LimitRaised,
    responses=declared(s409="not_higher, limit_too_high or idempotency_conflict."),
    openapi_extra=WRITE,
)
async def raise_limit(call: WriteCall, iban: Annotated[Iban, Path()], raised: RaisedLimit) -> LimitRaised:
    """Set a higher daily transfer limit, at most 20000.00 EUR."""
    return await orders.raise_limit(call, iban, raised)
