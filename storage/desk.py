"""Who waits for a person, and who has taken whom over? Every change raises the request's epoch."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.model import Contract
from storage.effect_tables import sets
from storage.sets import SetRow
from storage.tables import handoffs, requests

TAKEOVER: Final = "takeover"
"""The reason of a handoff that nobody asked for: a person took the request."""
URGENT = ("emergency", "self_harm")
"""The reasons of handoffs that come before all others."""


class HandoffRow(Contract):
    """A request in the desk's hands: since which epoch, why, and by whom it is claimed."""

    request_id: str
    epoch: int
    pack: str
    reason: str
    state: str
    claimed_by: str | None = None
    summary: dict[str, Any]


async def change_holder(
    connection: AsyncConnection, request_id: str, *, epoch: int, holder: str, by: str | None
) -> int | None:
    """Move the request to a holder, only from this epoch. Returns the new epoch, or None where it has moved on."""
    statement = (
        update(requests)
        .where(requests.c.request_id == request_id, requests.c.epoch == epoch, requests.c.status != "closed")
        .values(holder=holder, held_by=by, epoch=requests.c.epoch + 1, updated_at=func.now())
        .returning(requests.c.epoch)
    )
    return (await connection.execute(statement)).scalar()


async def put_handoff(connection: AsyncConnection, row: HandoffRow) -> None:
    """Queue the request at the desk; repeating it changes nothing."""
    await connection.execute(insert(handoffs).values(**row.model_dump()).on_conflict_do_nothing())


async def open_handoff(connection: AsyncConnection, request_id: str) -> HandoffRow | None:
    """The request's handoff that has not been returned, or None."""
    query = (
        select(handoffs)
        .where(handoffs.c.request_id == request_id, handoffs.c.state != "returned")
        .order_by(handoffs.c.epoch.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).mappings().first()
    return HandoffRow.model_validate(dict(row)) if row else None


async def claim_handoff(connection: AsyncConnection, request_id: str, handoff_epoch: int, by: str) -> bool:
    """A person takes it; False where somebody else has."""
    statement = (
        update(handoffs)
        .where(handoffs.c.request_id == request_id, handoffs.c.epoch == handoff_epoch, handoffs.c.state == "waiting")
        .values(state="claimed", claimed_by=by, claimed_at=func.now())
    )
    return (await connection.execute(statement)).rowcount == 1


async def release_handoff(connection: AsyncConnection, request_id: str, by: str) -> bool:
    """The person who claimed it puts it back into the queue."""
    statement = (
        update(handoffs)
        .where(handoffs.c.request_id == request_id, handoffs.c.state == "claimed", handoffs.c.claimed_by == by)
        .values(state="waiting", claimed_by=None, claimed_at=None)
    )
    return (await connection.execute(statement)).rowcount == 1


async def give_reason(connection: AsyncConnection, request_id: str, reason: str, summary: dict[str, Any]) -> bool:
    """Who holds the request learns why it would have been handed to them. False where a reason is known.

    A danger replaces every other reason: the entry moves to the front of the queue.
    """
    gives_way = handoffs.c.reason.not_in(URGENT) if reason in URGENT else handoffs.c.reason == TAKEOVER
    statement = (
        update(handoffs)
        .where(handoffs.c.request_id == request_id, handoffs.c.state != "returned", gives_way)
        .values(reason=reason, summary=summary)
    )
    return (await connection.execute(statement)).rowcount == 1


async def return_handoff(connection: AsyncConnection, request_id: str) -> None:
    """The person gives it back to the agent."""
    statement = (
        update(handoffs)
        .where(handoffs.c.request_id == request_id, handoffs.c.state != "returned")
        .values(state="returned", returned_at=func.now())
    )
    await connection.execute(statement)


async def queue_of(connection: AsyncConnection, pack: str | None, limit: int = 100) -> list[dict[str, Any]]:
    """What waits or is claimed, of one pack or all: where a life may be in danger first, then the oldest."""
    order = (handoffs.c.reason.not_in(URGENT), handoffs.c.created_at)
    query = select(handoffs).where(handoffs.c.state != "returned").order_by(*order).limit(limit)
    if pack is not None:
        query = query.where(handoffs.c.pack == pack)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def approvals_of(connection: AsyncConnection, pack: str | None, limit: int = 100) -> list[SetRow]:
    """Sets of writes that wait for an approver, of one pack or all: those that expire soon first, then the oldest."""
    order = (sets.c.reminded_at.is_(None), sets.c.created_at)
    query = select(sets).where(sets.c.state == "awaiting_approval").order_by(*order).limit(limit)
    if pack is not None:
        query = query.join(requests, requests.c.request_id == sets.c.request_id).where(requests.c.pack == pack)
    return [SetRow.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]


async def holder_is_told(connection: AsyncConnection, request_id: str, epoch: int) -> None:
    """The workflow knows who holds the request since this epoch."""
    statement = update(requests).where(requests.c.request_id == request_id, requests.c.told_epoch < epoch)
    await connection.execute(statement.values(told_epoch=epoch))


async def untold_holders(
    connection: AsyncConnection, *, older: timedelta, limit: int = 100
) -> list[tuple[str, int, str]]:
    """(request id, epoch, holder) of requests whose workflow may not know who holds them; locked for one sweeper."""
    query = (
        select(requests.c.request_id, requests.c.epoch, requests.c.holder)
        .where(
            requests.c.told_epoch < requests.c.epoch,
            requests.c.status != "closed",
            requests.c.updated_at < func.now() - older,
        )
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [(row.request_id, row.epoch, row.holder) for row in await connection.execute(query)]
