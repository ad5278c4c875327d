"""How do tests, demos and operators look behind the counter, and make things go wrong on purpose?"""

import secrets
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Table, select

from demo.airline.booking.for_others import raise_fare
from demo.airline.database import prepare
from demo.airline.faults import Fault
from demo.airline.operations.bags import finish_tracing
from demo.airline.problems import Problem, not_found
from demo.airline.records import RECORDS
from demo.airline.seeding.stories import STORIES, Story
from demo.airline.shapes import SYSTEMS, CaseId, FlightId, System
from demo.airline.world import World


def _world(request: Request) -> World:
    return request.app.state.world


def _administering(request: Request) -> World:
    world = _world(request)
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not secrets.compare_digest(sent.encode(), world.admin_token.get_secret_value().encode()):
        raise Problem("token_invalid", "send the administrator's token (HANDRAIL_DEMO_ADMIN_TOKEN) as Bearer")
    return world


Administering = Annotated[World, Depends(_administering)]
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


class RecordQuery(BaseModel):
    """Which rows of ledger or log are wanted; all that is given must match."""

    model_config = ConfigDict(extra="forbid")

    system: System | None = None
    customer_id: str | None = None
    operation: str | None = None
    request_id: str | None = None
    reservation_code: str | None = None
    idempotency_key: str | None = None
    since: datetime | None = None
    limit: Annotated[int, Field(ge=1, le=10_000)] = 1_000


@router.post("/_control")
async def plan_fault(world: Administering, fault: Fault) -> dict[str, Any]:
    """Plan a fault; gives all that are planned."""
    world.faults.add(fault)
    return {"planned": world.faults.planned()}


@router.get("/_control")
async def planned_faults(world: Administering) -> dict[str, Any]:
    """The faults that are still to come."""
    return {"planned": world.faults.planned()}


@router.delete("/_control")
async def clear_faults(world: Administering) -> dict[str, Any]:
    """Forget every planned fault."""
    world.faults.clear()
    return {"planned": []}


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


@router.post("/_control/reset")
async def reset(world: Administering) -> dict[str, Any]:
    """Drop everything, ledgers included, and seed anew; planned faults are forgotten."""
    world.faults.clear()
    done = await prepare(world.engine, world.clock, reset=True)
    await world.engine.dispose()  # connections remember the dropped tables
    return {"done": done}


@router.get("/_ledger")
async def read_ledger(world: Administering, query: Annotated[RecordQuery, Depends()]) -> dict[str, Any]:
    """Effects that happened, oldest first."""
    return {"rows": await _rows(world, "ledger", query)}


@router.get("/_calls")
async def read_calls(world: Administering, query: Annotated[RecordQuery, Depends()]) -> dict[str, Any]:
    """Every call, reads and refusals too, with the times at which it started and finished, oldest first."""
    return {"rows": await _rows(world, "calls", query)}


@router.get("/_people")
async def story_people(request: Request) -> dict[str, list[Story]]:
    """The fixed people, for the demo's customer switch; needs no token, since they are invented."""
    del request
    return {"people": list(STORIES)}


async def _rows(world: World, kind: str, query: RecordQuery) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    async with world.sessions() as session:
        for system in (query.system,) if query.system else SYSTEMS:
            table = RECORDS[system].ledger if kind == "ledger" else RECORDS[system].calls
            found = await session.execute(_matching(table, query))
            rows.extend({"system": system, **row} for row in found.mappings())
    return sorted(rows, key=lambda row: row["started_at"])[-query.limit :]


def _matching(table: Table, query: RecordQuery) -> Any:
    wanted = select(table).order_by(table.c.id.desc()).limit(query.limit)
    for name in ("customer_id", "operation", "request_id", "reservation_code", "idempotency_key"):
        value = getattr(query, name)
        if value is not None and name in table.c:
            wanted = wanted.where(table.c[name] == value)
    return wanted if query.since is None else wanted.where(table.c.started_at >= query.since)
