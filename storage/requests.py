"""What do we know of a request as a whole?"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, Text, bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.model import Contract
from contracts.principal import Acting, Assurance, Role
from contracts.request import Holder, Status
from storage.direct import Direct
from storage.tables import requests


class RequestRow(Contract):
    """One row of `requests`."""

    request_id: str
    pack: str
    pack_digest: str
    channel: str
    customer_id: str | None = None
    role: Role = "visitor"
    assurance: Assurance = "anonymous"
    level: int = 1
    reservations: tuple[str, ...] = ()
    status: Status = "open"
    holder: Holder = "agent"
    held_by: str | None = None
    epoch: int = 0
    intent: str = ""
    route: str = ""
    goal: str | None = None
    plan: dict[str, Any] | None = None
    flow: dict[str, Any] | None = None
    open_question: str | None = None
    follows: str | None = None
    restricted: bool = False
    introduced: bool = False
    """The customer was told that an automated assistant answers."""
    locale: str = ""
    """The language that the customer writes, of those that the pack serves; empty until one is plain."""
    outcome: str | None = None
    next_event: int = 0
    next_inbox: int = 0
    next_audit: int = 0
    audit_head: str = ""
    opened_at: datetime
    closed_at: datetime | None = None

    @property
    def acting(self) -> Acting:
        """The end user that the request acts for."""
        return Acting(
            customer_id=self.customer_id,
            role=self.role,
            assurance=self.assurance,
            level=self.level,
            reservations=self.reservations,
        )


async def insert_request(connection: AsyncConnection, row: dict[str, Any]) -> None:
    """Store a new request."""
    await connection.execute(insert(requests).values(**row))


async def read_request(connection: AsyncConnection, request_id: str, *, lock: bool = False) -> RequestRow | None:
    """The request, or None. With `lock`, its row stays locked until the transaction ends."""
    row = await (_READ_LOCKED if lock else _READ).first(connection, {"of_request": request_id})
    return RequestRow.model_validate(row) if row else None


def _read(*, lock: bool) -> Select[Any]:
    query = select(requests).where(requests.c.request_id == bindparam("of_request", type_=Text))
    return query.with_for_update() if lock else query


_READ, _READ_LOCKED = Direct(lambda: _read(lock=False)), Direct(lambda: _read(lock=True))


async def lock_request(connection: AsyncConnection, request_id: str) -> None:
    """Lock the request's row until the transaction ends: what is read from now on is not older than this."""
    await _LOCK.rows(connection, {"r": request_id})


_LOCK = Direct(lambda: text("SELECT 1 FROM handrail.requests WHERE request_id = :r FOR UPDATE"))


async def update_request(connection: AsyncConnection, request_id: str, **values: Any) -> None:
    """Change columns of the request."""
    statement = update(requests).where(requests.c.request_id == request_id)
    await connection.execute(statement.values(updated_at=func.now(), **values))


async def change_status(connection: AsyncConnection, request_id: str, status: Status, **values: Any) -> bool:
    """Change the status, and columns with it, of a request that is open; False where it is closed, and stays so."""
    is_open = requests.c.status != "closed"
    statement = update(requests).where(requests.c.request_id == request_id, is_open)
    return (await connection.execute(statement.values(status=status, updated_at=func.now(), **values))).rowcount == 1


async def last_closed_of(
    connection: AsyncConnection, pack: str, customer_id: str, channel: str, within: timedelta
) -> RequestRow | None:
    """The customer's request of this channel that was closed last, if that is no longer ago than `within`.

    What is restricted or erased is not told again, and nothing goes on from it.
    """
    query = (
        select(requests)
        .where(
            requests.c.pack == pack,
            requests.c.customer_id == customer_id,
            requests.c.channel == channel,
            requests.c.status == "closed",
            requests.c.closed_at >= func.now() - within,
            requests.c.restricted.is_(False),
            requests.c.erased_at.is_(None),
        )
        .order_by(requests.c.closed_at.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).mappings().first()
    return RequestRow.model_validate(dict(row)) if row else None


async def open_requests_of(connection: AsyncConnection, pack: str, customer_id: str) -> list[RequestRow]:
    """The customer's open requests, newest first."""
    query = (
        select(requests)
        .where(
            requests.c.pack == pack,
            requests.c.customer_id == customer_id,
            requests.c.status != "closed",
            requests.c.restricted.is_(False),
        )
        .order_by(requests.c.opened_at.desc())
        .limit(50)
    )
    return [RequestRow.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]
