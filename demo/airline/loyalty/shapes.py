"""What does the loyalty programme accept and answer?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from demo.airline.shapes import CustomerId, ReservationCode
from demo.systems.shapes import Answer, AsOf, Body, refuse_unprintable

Tier = Literal["none", "silver", "gold", "platinum"]


class Account(Answer):
    """A customer's standing."""

    as_of: AsOf
    customer_id: CustomerId
    tier: Tier
    points: Annotated[int, Field(ge=0)]
    change_fee_waiver: Annotated[bool, Field(description="Gold and platinum pay no change fees.")]


class Recalculation(Body):
    """Bring the points of one reservation in line with its present price."""

    reservation_code: ReservationCode


class Recalculated(Answer):
    """The account's points, and by how much they moved."""

    points: Annotated[int, Field(ge=0)]
    delta: Annotated[int, Field(description="Negative when the reservation became cheaper.")]


class Credit(Body):
    """Grant the points of a disruption."""

    reservation_code: ReservationCode
    points: Annotated[
        int, Field(ge=1, le=100_000, description="Exactly disruption.points of the reservation's fare rules.")
    ]
    reason: Annotated[
        str, AfterValidator(refuse_unprintable), Field(min_length=3, max_length=200, description="Why, in a few words.")
    ]


class Credited(Answer):
    """The account's points, and how many were credited."""

    points: Annotated[int, Field(ge=0)]
    credited: Annotated[int, Field(ge=1)]
