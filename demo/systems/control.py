"""How do tests, demos and operators look behind the counter, and make things go wrong on purpose?"""

import secrets
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Table, select

from demo.systems.database import prepare
from demo.systems.faults import Fault
from demo.systems.problems import Problem, invalid
from demo.systems.world import World


def _world(request: Request) -> World:
    return request.app.state.world


def _administering(request: Request) -> World:
    world = _world(request)
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not secrets.compare_digest(sent.encode(), world.settings.admin_token.get_secret_value().encode()):
        raise Problem("token_invalid", "send the administrator's token (HANDRAIL_DEMO_ADMIN_TOKEN) as Bearer")
    return world


Administering = Annotated[World, Depends(_administering)]
router = APIRouter()


class RecordQuery(BaseModel):
    """Which rows of ledger or log are wanted; all that is given must match."""

    model_config = ConfigDict(extra="forbid")

    system: str | None = None
    customer_id: str | None = None
    operation: str | None = None
    request_id: str | None = None
    record: str | None = None
    idempotency_key: str | None = None
    since: datetime | None = None
    limit: Annotated[int, Field(ge=1, le=10_000)] = 1_000


@router.post("/_control")
async def plan_fault(world: Administering, fault: Fault) -> dict[str, Any]:
    """Plan a fault; gives all that are planned."""
    _require_system(world, fault.system)
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


@router.post("/_control/reset")
async def reset(world: Administering) -> dict[str, Any]:
    """Drop everything, ledgers included, and seed anew; planned faults are forgotten."""
    world.faults.clear()
    done = await prepare(world.engine, world.company, world.clock, reset=True)
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
async def story_people(request: Request) -> dict[str, Any]:
    """The fixed people, for the demo's customer switch; needs no token, since they are invented."""
    company = _world(request).company
    return {"people": list(company.people()), "visitor": asdict(company.visitor)}


def _require_system(world: World, system: str) -> None:
    if system not in world.company.systems:
        raise invalid("system", f"no system {system[:60]!r} here; there are: {', '.join(world.company.systems)}")


async def _rows(world: World, kind: str, query: RecordQuery) -> list[dict[str, Any]]:
    if query.system is not None:
        _require_system(world, query.system)
    rows: list[dict[str, Any]] = []
    async with world.sessions() as session:
        for system in (query.system,) if query.system else world.company.systems:
            table = world.records(system).ledger if kind == "ledger" else world.records(system).calls
            found = await session.execute(_matching(table, query))
            rows.extend({"system": system, **row} for row in found.mappings())
    return sorted(rows, key=lambda row: row["started_at"])[-query.limit :]


def _matching(table: Table, query: RecordQuery) -> Any:
    wanted = select(table).order_by(table.c.id.desc()).limit(query.limit)
    for name in ("customer_id", "operation", "request_id", "record", "idempotency_key"):
        value = getattr(query, name)
        if value is not None and name in table.c:
            wanted = wanted.where(table.c[name] == value)
    return wanted if query.since is None else wanted.where(table.c.started_at >= query.since)
