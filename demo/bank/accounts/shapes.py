"""What do the accounts accept and answer?"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from demo.bank.people.shapes import Mandate
from demo.bank.shapes import CustomerId, Iban, PartyId
from demo.systems.shapes import Answer, AsOf, Body, Money

Kind = Literal["current", "savings"]
Direction = Literal["in", "out"]
Language = Literal["en", "de"]
MONTH = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"
Month = Annotated[str, Field(pattern=MONTH, description="A month, such as 2026-10.", examples=["2026-10"])]


class Account(Answer):
    """An account. `owner` is the party whose it is: a customer, or two of them together."""

    iban: Iban
    owner: PartyId
    kind: Kind
    status: Literal["open", "blocked", "closed"]
    balance: Money


class Accounts(Answer):
    """A customer's accounts and those for which they may act, and that permission itself."""

    as_of: AsOf
    customer_id: CustomerId
    acts_for: list[Mandate]
    accounts: list[Account]


class OneAccount(Answer):
    """One account."""

    as_of: AsOf
    account: Account


class Line(Answer):
    """One booking. Counterparty and purpose are words of third parties."""

    line_id: Annotated[str, Field(pattern=r"^ln_[0-9a-f]{16}$")]
    booked_on: date
    direction: Direction
    amount: Money
    counterparty: str
    purpose: str


class Lines(Answer):
    """The bookings of an account, newest first, at most 50."""

    as_of: AsOf
    iban: Iban
    lines: list[Line]


class Statement(Answer):
    """A month in figures."""

    as_of: AsOf
    iban: Iban
    month: Month
    language: Language
    title: str
    paid_in: Money
    paid_out: Money
    bookings: int


class CopyOrder(Body):
    """An order for a copy of a statement, as a form."""

    month: Month
    delivery: Annotated[Literal["inbox", "post"], Field(description="To the online inbox, or by post for a fee.")]


class CopyOrdered(Answer):
    """The order and what it costs."""

    order_id: Annotated[str, Field(pattern=r"^copy_[0-9a-f]{12}$")]
    month: Month
    delivery: Literal["inbox", "post"]
    fee: Money


class Limits(Answer):
    """How much may leave the account by transfer in a day."""

    as_of: AsOf
    iban: Iban
    daily_limit: Money
    used_today: Money
    left_today: Money


class RaisedLimit(Body):
    """A higher daily limit."""

    daily_limit: Annotated[Money, Field(description="The new limit, above the present one and at most 20000.00 EUR.")]


class LimitRaised(Answer):
    """The limit in force from now on."""

    iban: Iban
    daily_limit: Money
