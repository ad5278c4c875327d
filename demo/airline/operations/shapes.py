"""What do flight operations accept and answer?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from demo.airline.shapes import BagTag, CaseId, CustomerId, FlightId, FlightNumber, ReservationCode
from demo.systems.shapes import Answer, AsOf, Body, refuse_unprintable

Movement = Literal["on_time", "delayed", "cancelled"]
CaseStatus = Literal["searching", "found", "delivered", "lost"]


class FlightMovement(Answer):
    """What a flight does on one day."""

    as_of: AsOf
    flight_number: FlightNumber
    flight_id: FlightId
    status: Movement
    reason: Annotated[str | None, Field(description="Why it is late or cancelled; null when it is on time.")]
    scheduled_departure: datetime
    estimated_departure: Annotated[datetime | None, Field(description="Null when the flight is cancelled.")]
    gate: Annotated[str | None, Field(pattern=r"^[A-Z][0-9]{1,2}$", description="Null until it is known.")]


class Notification(Body):
    """Tell operations that a passenger was moved."""

    reservation_code: ReservationCode
    flight_id: FlightId
    kind: Literal["passenger_moved"]


class Notified(Answer):
    """The notification's id."""

    notification_id: Annotated[str, Field(pattern=r"^ntf_[0-9a-f]{16}$")]


class BagReport(Body):
    """What a customer says of a missing bag."""

    customer_id: CustomerId
    reservation_code: ReservationCode
    bag_tag: BagTag
    description: Annotated[
        str,
        AfterValidator(refuse_unprintable),
        Field(min_length=3, max_length=500, description="What the bag looks like, in the customer's words."),
    ]
    delivery_address: Annotated[
        str,
        AfterValidator(refuse_unprintable),
        Field(min_length=8, max_length=300, description="Where the bag is to be brought: street, code, city."),
    ]


class CaseOpened(Answer):
    """The case that traces the bag."""

    case_id: CaseId
    status: Literal["searching"]


class BagCase(Answer):
    """How far the tracing is."""

    as_of: AsOf
    case_id: CaseId
    status: CaseStatus
    location: Annotated[str | None, Field(description="Where the bag is; null while it is searched for.")]
    expected_delivery: Annotated[date | None, Field(description="Day of delivery; null while it is searched for.")]
