"""What does each system keep of its calls? A log of all, a ledger of effects, answers by key, and used tokens."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, DateTime, Identity, Index, Integer, MetaData, String, Table, select
from sqlalchemy import Column as C
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from demo.systems.clock import real_now
from demo.systems.tokens import Principal

_TIME = DateTime(timezone=True)


@dataclass(frozen=True, slots=True)
class Records:
    """The four tables of one system."""

    metadata: MetaData
    calls: Table
    ledger: Table
    answers: Table
    used_tokens: Table


def _trace() -> list[C[Any]]:
    """Who did what, on whose behalf, and when."""
    return [
        C("id", BigInteger, Identity(), primary_key=True),
        C("at", _TIME, nullable=False),
        C("operation", String, nullable=False),
        C("idempotency_key", String),
        C("customer_id", String),
        C("agent", String),
        C("request_id", String),
        C("started_at", _TIME, nullable=False),
        C("finished_at", _TIME, nullable=False),
    ]


def record_tables(schema: str, system: str) -> Records:
    """The record tables of a system in its schema."""
    metadata = MetaData(schema=schema)
    calls = Table("calls", metadata, *_trace(), C("status", Integer, nullable=False), C("problem", String))
    ledger = Table(
        "ledger",
        metadata,
        *_trace(),
        C("record", String),
        C("arguments", JSONB, nullable=False),
        C("outcome", JSONB, nullable=False),
    )
    Index(f"{system}_calls_request", calls.c.request_id)
    Index(f"{system}_ledger_request", ledger.c.request_id)
    answers = Table(
        "answers",
        metadata,
        C("idempotency_key", String, primary_key=True),
        C("fingerprint", String, nullable=False),
        C("status", Integer),
        C("media_type", String),
        C("body", String),
        C("at", _TIME, nullable=False),
    )
    used = Table(
        "used_tokens", metadata, C("token_id", String, primary_key=True), C("expires_at", _TIME, nullable=False)
    )
    return Records(metadata, calls, ledger, answers, used)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was answered the first time under a key."""

    fingerprint: str
    status: int
    media_type: str
    body: str


async def use_token(session: AsyncSession, records: Records, principal: Principal) -> bool:
    """Mark the token as used by a write; False when it was used before."""
    table = records.used_tokens
    row = {"token_id": principal.token_id, "expires_at": principal.expires_at}
    statement = insert(table).values(row).on_conflict_do_nothing().returning(table.c.token_id)
    return (await session.execute(statement)).first() is not None


async def forget_expired_tokens(connection: AsyncConnection, every: Iterable[Records]) -> None:
    """Drop the marks of tokens that expired an hour ago: they are refused as expired anyway."""
    for records in every:
        table = records.used_tokens
        await connection.execute(table.delete().where(table.c.expires_at < real_now() - timedelta(hours=1)))


async def claim_key(session: AsyncSession, records: Records, key: str, fingerprint: str) -> StoredAnswer | None:
    """None when this call is the first under the key; else what the first was answered.

    A second call under the key waits here for the first one's commit: the unique index makes it.
    """
    table = records.answers
    claim = insert(table).values(idempotency_key=key, fingerprint=fingerprint, at=real_now())
    claimed = await session.execute(claim.on_conflict_do_nothing().returning(table.c.idempotency_key))
    if claimed.first() is not None:
        return None
    columns = (table.c.fingerprint, table.c.status, table.c.media_type, table.c.body)
    found = (await session.execute(select(*columns).where(table.c.idempotency_key == key))).one()
    return StoredAnswer(*found)


async def store_answer(session: AsyncSession, records: Records, key: str, status: int, media: str, body: str) -> None:
    """Keep the answer under its key, in the transaction of its effect."""
    table = records.answers
    where = table.c.idempotency_key == key
    await session.execute(table.update().where(where).values(status=status, media_type=media, body=body))


async def append_effect(
    session: AsyncSession,
    records: Records,
    operation: str,
    *,
    key: str,
    principal: Principal,
    started_at: datetime,
    record: str | None,
    arguments: dict[str, Any],
    outcome: dict[str, Any],
) -> None:
    """Append an effect to the ledger, in its transaction; rows are never changed or removed (a trigger forbids it)."""
    now = real_now()
    await session.execute(
        insert(records.ledger).values(
            at=now,
            operation=operation,
            idempotency_key=key,
            customer_id=principal.subject,
            agent=principal.agent,
            request_id=principal.request_id,
            started_at=started_at,
            finished_at=now,
            record=record,
            arguments=arguments,
            outcome=outcome,
        )
    )


async def log_call(
    session: AsyncSession,
    records: Records,
    operation: str,
    *,
    key: str | None,
    principal: Principal | None,
    started_at: datetime,
    status: int,
    problem: str | None,
) -> None:
    """Write the call's line, whatever became of it."""
    now = real_now()
    await session.execute(
        insert(records.calls).values(
            at=now,
            operation=operation,
            idempotency_key=key,
            customer_id=principal.subject if principal else None,
            agent=principal.agent if principal else None,
            request_id=principal.request_id if principal else None,
            started_at=started_at,
            finished_at=now,
            status=status,
            problem=problem,
        )
    )
