"""What can be done behind the airline's counter, beside what every company allows?"""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from demo.airline.booking.for_others import raise_fare
from demo.airline.customers.letters import letters_to
from demo.airline.operations.bags import finish_tracing
from demo.airline.shapes import CaseId, CustomerId, FlightId
from demo.systems.control import Administering
from demo.systems.problems import not_found

router = APIRouter()


class FareRise(BaseModel):
    """Raise a flight's classic fare; a negative amount lowers it."""

    model_config = ConfigDict(extra="forbid")

    flight_id: FlightId
    by_minor: Annotated[int, Field(ge=-1_000_000, le=1_000_000)]


class FinishedTracing(BaseModel):
    """Have the search for a bag end now."""

    model_config = ConfigDict(extra="forbid")

    case_id: CaseId


@router.post("/_control/raise_fares")
async def raise_fares(world: Administering, rise: FareRise) -> dict[str, Any]:
    """Raise one flight's fare, as a fare may rise between quote and confirmation."""
    async with world.sessions.begin() as session:
        fare = await raise_fare(session, rise.flight_id, rise.by_minor)
    if fare is None:
        raise not_found("flight", rise.flight_id, "/flight_id")
    return {"flight_id": rise.flight_id, "fare": {"amount": fare, "currency": "EUR"}}


@router.post("/_control/tracing_ready")
async def tracing_ready(world: Administering, finished: FinishedTracing) -> dict[str, Any]:
    """Have the search for a bag end now."""
    async with world.sessions.begin() as session:
        at = await finish_tracing(session, finished.case_id)
    if at is None:
        raise not_found("bag case", finished.case_id, "/case_id")
    return {"case_id": finished.case_id, "tracing_ready_at": at}


@router.get("/_mailbox")
async def mailbox(request: Request, customer_id: CustomerId) -> dict[str, Any]:
    """What was mailed to a customer, newest first, as in their own mail; needs no token, since they are invented."""
    async with request.app.state.world.sessions() as session:
        letters = await letters_to(session, customer_id)
    return {"letters": [{"text": letter.text, "sent_at": letter.sent_at} for letter in letters]}
