"""What do the transfers accept and answer?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from demo.bank.shapes import CustomerId, DueMoney, Iban, OrderId, PayeeId, PersonName, Purpose, TransferId
from demo.systems.shapes import Answer, AsOf, Body, Money

DayOfMonth = Annotated[int, Field(ge=1, le=28, description="On which day of each month.")]


class Payee(Answer):
    """Somebody whom the customer pays."""

    payee_id: PayeeId
    owner: Annotated[CustomerId, Field(description="Whose payee it is.")]
    name: str
    iban: Iban
    status: Literal["active", "closed"]


class Payees(Answer):
    """A customer's payees, by name."""

    as_of: AsOf
    payees: list[Payee]


class NewPayee(Body):
    """A payee to be added."""

    customer_id: CustomerId
    name: PersonName
    iban: Iban


class PayeeState(Answer):
    """A payee as it is now."""

    payee_id: PayeeId
    status: Literal["active", "closed"]


class NewTransfer(Body):
    """A transfer to a payee of the customer."""

    iban: Annotated[Iban, Field(description="The account that pays.")]
    payee_id: PayeeId
    amount: DueMoney
    purpose: Purpose


class Transferred(Answer):
    """The transfer that was booked."""

    transfer_id: TransferId
    amount: Money
    status: Literal["booked"]


class Transfer(Answer):
    """A transfer."""

    transfer_id: TransferId
    owner: Annotated[CustomerId, Field(description="Who made it.")]
    payee_id: PayeeId
    amount: Money
    made_at: datetime


class OneTransfer(Answer):
    """One transfer."""

    as_of: AsOf
    transfer: Transfer


class StandingOrder(Answer):
    """A transfer that is made every month."""

    standing_order_id: OrderId
    payee_id: PayeeId
    amount: Money
    purpose: str
    day_of_month: int
    status: Literal["active", "cancelled"]


class StandingOrders(Answer):
    """The standing orders of an account; `owner` is the party whose account it is."""

    as_of: AsOf
    iban: Iban
    owner: str
    standing_orders: list[StandingOrder]


class NewStandingOrder(Body):
    """A standing order to be set up."""

    iban: Annotated[Iban, Field(description="The account that pays.")]
    payee_id: PayeeId
    amount: DueMoney
    purpose: Purpose
    day_of_month: DayOfMonth


class StandingOrderState(Answer):
    """A standing order as it is now."""

    standing_order_id: OrderId
    status: Literal["active", "cancelled"]
