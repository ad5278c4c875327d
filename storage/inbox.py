"""Which messages have we accepted, and how far are they?"""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import bindparam, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.ids import message_entry_key
from contracts.model import Contract
from contracts.request import MessageArrived
from storage.direct import Direct
from storage.tables import claims, entries, idempotency, inbox, requests

InboxState = Literal["accepted", "delivered", "processed", "parked"]


class Accepted(Contract):
    """An accepted message: its key and its number in the request's inbox."""

    message_key: str
    seq: int
    hmac: str
    state: InboxState


def opening_scope(principal: str) -> str:
    """Under which scope the first messages of a principal (`pack:role:subject`) are claimed."""
    return f"new:{principal}"


async def claim_message(
    connection: AsyncConnection,
    scope: str,
    key: str,
    hmac: str,
    request_id: str,
    *,
    lease: timedelta,
    renew_after: timedelta | None = None,
) -> dict[str, Any]:
    """Claim a message before its text is looked at: the winner's request id is the one to use.

    Returns the claim's row with `won`: true for the one caller that may tokenise and accept now, and with the end of
    its `lease`, by which it is given back. An expired lease is taken over, under the request id of the first claim;
    where that request was opened longer than `renew_after` ago, under the new one: the claim is of today, and what it
    made then is no answer to it.
    """
    values = {"scope": scope, "key": key, "hmac": hmac, "request_id": request_id, "lease": lease}
    row = (await connection.execute(_CLAIM, {**values, "renew_after": renew_after})).first()
    if row is not None:
        return {"request_id": row.request_id, "hmac": row.hmac, "won": True, "lease": row.lease_until}
    query = select(claims.c.request_id, claims.c.hmac, claims.c.lease_until)
    held = (await connection.execute(query.where(claims.c.scope == scope, claims.c.key == key))).one()
    return {"request_id": held.request_id, "hmac": held.hmac, "won": False, "lease": held.lease_until}


_CLAIM = text(
    """
    INSERT INTO handrail.claims AS held (scope, key, hmac, request_id, lease_until)
    VALUES (:scope, :key, :hmac, :request_id, now() + CAST(:lease AS interval))
    ON CONFLICT (scope, key) DO UPDATE SET
        lease_until = excluded.lease_until,
        request_id = CASE WHEN EXISTS (
            SELECT 1 FROM handrail.requests AS r
            WHERE r.request_id = held.request_id AND r.opened_at < now() - CAST(:renew_after AS interval)
        ) THEN excluded.request_id ELSE held.request_id END
    WHERE held.lease_until < now() AND held.hmac = excluded.hmac
    RETURNING held.request_id, held.hmac, held.lease_until
    """
)


async def release_claim(connection: AsyncConnection, scope: str, key: str, lease: datetime) -> bool:
    """Give one's own claim back after the work under it failed, so that a retry need not wait for its lease.

    A lease's end tells whose it is: it is taken over only after that end, so that the next one ends later. False: it
    ran out, and somebody else may be at work under theirs.
    """
    statement = (
        update(claims)
        .where(claims.c.scope == scope, claims.c.key == key, claims.c.lease_until == lease)
        .values(lease_until=func.now())
    )
    return (await connection.execute(statement)).rowcount == 1


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


class Numbered(NamedTuple):
    """A message's number in its request's inbox, and the request's latest recorded turn when it was accepted."""

    seq: int
    turn: int


async def accept_message(
    connection: AsyncConnection, request_id: str, key: str, hmac: str, body: str, *, said: str = ""
) -> Numbered:
    """Insert the message and the event that tells of it; this transaction's commit is acceptance.

    The request's row is locked. `said` is what the pack has to say to such a message at once.
    """
    received = json.dumps({"state": "received", "text": said}, ensure_ascii=False)
    values = {"request_id": request_id, "key": key, "hmac": hmac, "body": body, "received": received}
    (row,) = await _ACCEPT.rows(connection, values)
    return Numbered(**row)


_ACCEPT = Direct(
    lambda: text(
        """
    WITH numbered AS (
        UPDATE handrail.requests SET next_inbox = next_inbox + 1, next_event = next_event + 1, updated_at = now()
        WHERE request_id = :request_id RETURNING next_inbox, next_event
    ), told AS (
        INSERT INTO handrail.events (request_id, n, type, data)
        SELECT :request_id, next_event, 'status', CAST(:received AS jsonb) FROM numbered
    )
    INSERT INTO handrail.inbox (request_id, message_key, seq, hmac, body)
    SELECT :request_id, :key, next_inbox, :hmac, :body FROM numbered
    RETURNING seq, (SELECT COALESCE(max(turn), 0) FROM handrail.turns WHERE request_id = :request_id) AS turn
    """
    )
)


async def mark_delivered(connection: AsyncConnection, request_id: str, key: str) -> None:
    """Temporal has the signal."""
    await _DELIVERED.rows(connection, {"of_request": request_id, "of_message": key})


_ITS = (inbox.c.request_id == bindparam("of_request")) & (inbox.c.message_key == bindparam("of_message"))
_DELIVERED = Direct(
    lambda: update(inbox).where(_ITS, inbox.c.state == "accepted").values(state="delivered", delivered_at=func.now())
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


_ENTERED = (entries.c.request_id == inbox.c.request_id) & (
    entries.c.entry_key == message_entry_key("") + inbox.c.message_key
)
"""The message stands in the transcript."""


class Undelivered(Contract):
    """A message whose signal may never have reached Temporal."""

    request_id: str
    message_key: str
    seq: int
    accepted_at: datetime


async def latest_bodies(connection: AsyncConnection, request_id: str, count: int) -> list[str]:
    """The texts of the latest accepted messages, at most so many, oldest first."""
    query = select(inbox.c.body).where(inbox.c.request_id == request_id).order_by(inbox.c.seq.desc()).limit(count)
    return [str(body) for body in (await connection.execute(query)).scalars()][::-1]


async def undelivered_messages(
    connection: AsyncConnection, *, older: timedelta, packs: Collection[str] | None = None, limit: int = 100
) -> list[Undelivered]:
    """Messages of these packs (None: of all) that have waited longer than `older` for their signal, oldest first.

    Locked while this transaction lasts; two sweepers may still both send one, which its workflow drops. A message that
    stands in the transcript has been seen, by a turn or at the desk, and needs no signal. Neither does one of a closed
    request: only an erasure closes over messages, and what it took is not begun again.
    """
    query = (
        select(inbox.c.request_id, inbox.c.message_key, inbox.c.seq, inbox.c.accepted_at)
        .join(requests, requests.c.request_id == inbox.c.request_id)
        .where(inbox.c.state == "accepted", inbox.c.accepted_at < func.now() - older, ~exists().where(_ENTERED))
        .where(requests.c.status != "closed")
        .order_by(inbox.c.accepted_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=inbox)
    )
    if packs is not None:
        query = query.where(requests.c.pack.in_(packs))
    return [Undelivered.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]


async def claim_overdue(
    connection: AsyncConnection, *, older: timedelta, packs: Collection[str] | None = None, limit: int = 100
) -> list[Undelivered]:
    """Messages of open requests whose signal went longer than `older` ago, and that no turn has finished since.

    Most wait in a workflow whose workers are away. But its history may be lost, with a server that was set back to an
    earlier state, or somebody has ended it: one signal more tells, and where the first was heard it is dropped. Each is
    returned to one sweeper, and again after `older` at the earliest.
    """
    late = (
        select(inbox.c.request_id, inbox.c.message_key)
        .join(requests, requests.c.request_id == inbox.c.request_id)
        .where(inbox.c.state == "delivered", inbox.c.delivered_at < func.now() - older, requests.c.status != "closed")
        .order_by(inbox.c.delivered_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=inbox)
    )
    found = (late if packs is None else late.where(requests.c.pack.in_(packs))).cte("late")
    taken = (
        update(inbox)
        .where(inbox.c.request_id == found.c.request_id, inbox.c.message_key == found.c.message_key)
        .values(delivered_at=func.now())
        .returning(inbox.c.request_id, inbox.c.message_key, inbox.c.seq, inbox.c.accepted_at)
    )
    messages = [Undelivered.model_validate(dict(row)) for row in (await connection.execute(taken)).mappings()]
    return sorted(messages, key=lambda message: (message.request_id, message.seq))


async def unread_messages(connection: AsyncConnection, request_id: str) -> list[str]:
    """The texts of accepted messages that no turn has taken up and that stand in no transcript, oldest first."""
    query = (
        select(inbox.c.body)
        .where(
            inbox.c.request_id == request_id, inbox.c.state.in_(("accepted", "delivered")), ~exists().where(_ENTERED)
        )
        .order_by(inbox.c.seq)
    )
    return list((await connection.execute(query)).scalars())


async def was_ever_delivered(connection: AsyncConnection, request_id: str) -> bool:
    """Whether the request's workflow ever began: a message has left the inbox, or stands in the transcript."""
    left = exists().where(inbox.c.request_id == request_id, inbox.c.state != "accepted")
    stands = exists().where(entries.c.request_id == request_id)
    return bool((await connection.execute(select(left | stands))).scalar_one())


async def first_message_key(connection: AsyncConnection, request_id: str) -> str | None:
    """The key of the message that opened the request."""
    query = select(inbox.c.message_key).where(inbox.c.request_id == request_id).order_by(inbox.c.seq).limit(1)
    return (await connection.execute(query)).scalar()


async def turn_of_message(connection: AsyncConnection, request_id: str, key: str) -> int | None:
    """The turn that took the message up; None before one has."""
    query = select(entries.c.turn).where(
        entries.c.request_id == request_id, entries.c.entry_key == message_entry_key(key)
    )
    return (await connection.execute(query)).scalar()
