"""What do the customer records accept and answer?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from demo.bank.shapes import CustomerId, PartyId
from demo.systems.shapes import Answer, AsOf, Body, refuse_unprintable

Role = Literal["joint_holder", "power_of_attorney"]
NoteId = Annotated[str, Field(pattern=r"^note_[0-9a-f]{12}$")]


class Mandate(Answer):
    """For whom a customer may act, and in which role."""

    party_id: PartyId
    role: Role


class Customer(Answer):
    """A customer's record."""

    customer_id: CustomerId
    first_name: str
    last_name: str
    email: str
    phone: str
    address: str
    date_of_birth: date
    acts_for: list[Mandate]


class OneCustomer(Answer):
    """One record."""

    as_of: AsOf
    customer: Customer


class StaffNote(Answer):
    """What a branch noted."""

    note_id: NoteId
    author: str
    written_at: datetime
    text: str


class StaffNotes(Answer):
    """The notes on a record, newest first."""

    as_of: AsOf
    notes: list[StaffNote]


class NewNote(Body):
    """A remark for whoever serves the customer next."""

    text: Annotated[
        str,
        AfterValidator(refuse_unprintable),
        Field(min_length=3, max_length=500, description="What happened, in a sentence or two."),
    ]


class Noted(Answer):
    """The stored note."""

    note_id: NoteId
