"""Which messages have we accepted, and how far are they?"""

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.model import Contract
from contracts.request import MessageArrived
from storage.tables import claims, idempotency, inbox, requests

InboxState = Literal["accepted", "delivered", "processed", "parked"]


class Accepted(Contract):
    """An accepted message: its key and its number in the request's inbox."""

    message_key: str
    seq: int
    hmac: str
    state: InboxState


async def claim_message(
    connection: AsyncConnection, scope: str, key: str, hmac: str, request_id: str, *, lease: timedelta
) -> dict[str, Any]:
    """Claim a message before its text is looked at: the winner's request id is the one to use.

    Returns the claim's row with `won`: true for the one caller that may tokenise and accept now. An expired lease
    is taken over, under the request id of the first claim.
    """
    values = {"scope": scope, "key": key, "hmac": hmac, "request_id": request_id, "lease_until": func.now() + lease}
    statement = insert(claims).values(**values)
    statement = statement.on_conflict_do_update(
        index_elements=[claims.c.scope, claims.c.key],
        set_={"lease_until": func.now() + lease},
        where=(claims.c.lease_until < func.now()) & (claims.c.hmac == hmac),
    ).returning(claims.c.request_id, claims.c.hmac)
    row = (await connection.execute(statement)).first()
    if row is not None:
        return {"request_id": row.request_id, "hmac": row.hmac, "won": True}
    query = select(claims.c.request_id, claims.c.hmac).where(claims.c.scope == scope, claims.c.key == key)
    held = (await connection.execute(query)).one()
    return {"request_id": held.request_id, "hmac": held.hmac, "won": False}


async def release_claim(connection: AsyncConnection, scope: str, key: str) -> None:
    """Give a claim back after the work under it failed, so that a retry need not wait for the lease."""
    await connection.execute(
        update(claims).where(claims.c.scope == scope, claims.c.key == key).values(lease_until=func.now())
    )


async def request_of_key(connection: AsyncConnection, principal: str, key: str) -> tuple[str, str] | None:
    """The request that this principal's Idempotency-Key made, with the HMAC of its body."""
    query = select(idempotency.c.request_id, idempotency.c.hmac).where(
        idempotency.c.principal == principal, idempotency.c.key == key
    )
    row = (await connection.execute(query)).first()
    return (row.request_id, row.hmac) if row else None


async def keep_key(connection: AsyncConnection, principal: str, key: str, hmac: str, request_id: str) -> None:
    """Remember which request this Idempotency-Key made; a second insert fails the transaction."""
    values = {"principal": principal, "key": key, "hmac": hmac, "request_id": request_id}
    await connection.execute(insert(idempotency).values(**values))


async def find_message(connection: AsyncConnection, request_id: str, key: str) -> Accepted | None:
    """The accepted message with this key, or None."""
    query = select(inbox.c.message_key, inbox.c.seq, inbox.c.hmac, inbox.c.state).where(
        inbox.c.request_id == request_id, inbox.c.message_key == key
    )
    row = (await connection.execute(query)).mappings().first()
    return Accepted.model_validate(dict(row)) if row else None


async def unprocessed_messages(connection: AsyncConnection, request_id: str) -> list[MessageArrived]:
    """Accepted messages that no turn has finished yet, oldest first."""
    query = (
        select(inbox.c.message_key, inbox.c.seq)
        .where(inbox.c.request_id == request_id, inbox.c.state.in_(("accepted", "delivered")))
        .order_by(inbox.c.seq)
    )
    return [MessageArrived.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]


async def accept_message(connection: AsyncConnection, request_id: str, key: str, hmac: str, body: str) -> int:
    """Insert the message; this transaction's commit is acceptance. Returns its number. The request's row is locked."""
    numbered = await connection.execute(
        update(requests)
        .where(requests.c.request_id == request_id)
        .values(next_inbox=requests.c.next_inbox + 1, updated_at=func.now())
        .returning(requests.c.next_inbox)
    )
    seq = int(numbered.scalar_one())
    values = {"request_id": request_id, "message_key": key, "seq": seq, "hmac": hmac, "body": body}
    await connection.execute(insert(inbox).values(**values))
    return seq


async def mark_delivered(connection: AsyncConnection, request_id: str, key: str) -> None:
    """Temporal has the signal."""
    await connection.execute(
        update(inbox)
        .where(inbox.c.request_id == request_id, inbox.c.message_key == key, inbox.c.state == "accepted")
        .values(state="delivered", delivered_at=func.now())
    )


async def mark_processed(connection: AsyncConnection, request_id: str, key: str, state: InboxState) -> None:
    """A turn is done with the message (`processed`), or it can never be done (`parked`)."""
    await connection.execute(
        update(inbox)
        .where(inbox.c.request_id == request_id, inbox.c.message_key == key)
        .values(state=state, processed_at=func.now())
    )


async def message_body(connection: AsyncConnection, request_id: str, key: str) -> str:
    """The message's text, personal values as tokens."""
    query = select(inbox.c.body).where(inbox.c.request_id == request_id, inbox.c.message_key == key)
    return str((await connection.execute(query)).scalar_one())


class Undelivered(Contract):
    """A message whose signal may never have reached Temporal."""

    request_id: str
    message_key: str
    seq: int
    accepted_at: datetime


_UNDELIVERED = text(
    """
    SELECT request_id, message_key, seq, accepted_at FROM handrail.inbox
    WHERE state = 'accepted' AND accepted_at < now() - CAST(:older AS interval)
    ORDER BY accepted_at LIMIT :limit FOR UPDATE SKIP LOCKED
    """
)


async def undelivered_messages(connection: AsyncConnection, *, older: timedelta, limit: int = 100) -> list[Undelivered]:
    """Messages that have waited longer than `older` for their signal; locked, so that one sweeper sends each."""
    rows = await connection.execute(_UNDELIVERED, {"older": older, "limit": limit})
    return [Undelivered.model_validate(dict(row)) for row in rows.mappings()]
