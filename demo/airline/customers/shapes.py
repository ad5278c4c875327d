"""What do the customer records accept and answer?"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from demo.airline.shapes import CustomerId
from demo.systems.shapes import Answer, AsOf, Body, refuse_unprintable


class Companion(Answer):
    """A person for whom the customer may act."""

    customer_id: CustomerId
    first_name: str
    last_name: str


class Customer(Answer):
    """A customer's record."""

    customer_id: CustomerId
    first_name: str
    last_name: str
    email: Annotated[str, Field(json_schema_extra={"format": "email"})]
    phone: Annotated[str, Field(pattern=r"^\+[0-9]{7,15}$", description="International form, digits only.")]
    address: Annotated[str, Field(description="Postal address in one line.")]
    date_of_birth: date
    companions: list[Companion]


class OneCustomer(Answer):
    """One record and how old the answer is."""

    as_of: AsOf
    customer: Customer


class OneTimeCode(Body):
    """A code that proves that the customer reads their own mail."""

    code: Annotated[str, Field(pattern="^[0-9]{6}$")]
    purpose: Annotated[
        str, AfterValidator(refuse_unprintable), Field(min_length=3, max_length=200, description="What it allows.")
    ]
    minutes: Annotated[int, Field(ge=1, le=60, description="How long it is valid.")]


class Sent(Answer):
    """The message went to the address on file; it is named in part only."""

    channel: Literal["email"]
    sent_to: Annotated[str, Field(description="Such as a•••@example.com.")]


class Note(Body):
    """A remark for whoever serves the customer next."""

    text: Annotated[
        str,
        AfterValidator(refuse_unprintable),
        Field(min_length=3, max_length=1000, description="What was done for the customer, in a sentence."),
    ]


class Noted(Answer):
    """The note's id."""

    note_id: Annotated[str, Field(pattern=r"^note_[0-9a-f]{16}$")]
