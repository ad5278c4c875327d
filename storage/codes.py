"""Which one-time codes are out, what was typed for them, and who has failed too often?"""

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.model import Contract
from contracts.steps import CodeOutcome
from governance.one_time_code import DIGITS, derive_code, holds_at
from storage.code_tables import code_attempts, code_locks, one_time_codes
from storage.effect_tables import sets

PARTS_WITHIN = timedelta(minutes=2)
"""A code that comes in parts comes in one breath: after this a part begins anew."""

CodeState = Literal["made", "sent", "proved", "spoilt", "replaced"]


class CodeRow(Contract):
    """A code that was made for exactly one set. `typed` digits of it have come; `fits`: they were right so far."""

    code_id: str
    request_id: str
    set_id: str
    pack: str
    principal: str
    digest: str
    nonce: bytes
    state: CodeState = "made"
    typed: int = 0
    fits: bool = True
    typed_at: datetime | None = None
    expires_at: datetime | None = None
    sent_at: datetime | None = None

    def code(self, key: bytes) -> str:
        """The six digits, in memory only."""
        return derive_code(key, self.nonce, request_id=self.request_id, principal=self.principal, digest=self.digest)


class CodeRules(Contract):
    """How often codes may be sent and missed, from the pack."""

    ttl: timedelta
    failures: int
    lock: timedelta
    sends: int
    sends_a_day: int
    resend_after: timedelta


async def make_code(
    connection: AsyncConnection, row: CodeRow, rules: CodeRules
) -> CodeRow | Literal["too_soon", "locked"]:
    """Make a code, or return the one made under this id; the request's row is locked by the caller.

    `too_soon`: the set or the customer has had as many as the rules allow, or the last one only just now.
    """
    known = await _read(connection, row.code_id)
    if known is not None:
        return known
    if await locked_until(connection, row.pack, row.principal) is not None:
        return "locked"
    counts = (
        await connection.execute(
            _COUNTS, {"p": row.pack, "who": row.principal, "s": row.set_id, "gap": rules.resend_after}
        )
    ).one()
    if counts.of_set >= rules.sends or counts.of_day >= rules.sends_a_day or counts.just_now:
        return "too_soon"
    values = row.model_dump(exclude={"typed", "fits", "typed_at", "expires_at", "sent_at"})
    await connection.execute(insert(one_time_codes).values(**values))
    return row


_COUNTS = text(
    """
    SELECT count(*) FILTER (WHERE set_id = :s) AS of_set,
           count(*) FILTER (WHERE made_at > now() - interval '1 day') AS of_day,
           COALESCE(bool_or(set_id = :s AND made_at > now() - CAST(:gap AS interval)), false) AS just_now
    FROM handrail.one_time_codes WHERE pack = :p AND principal = :who
    """
)


async def _read(connection: AsyncConnection, code_id: str) -> CodeRow | None:
    query = select(one_time_codes).where(one_time_codes.c.code_id == code_id)
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else CodeRow.model_validate({name: row[name] for name in CodeRow.model_fields})


async def code_is_out(connection: AsyncConnection, code: CodeRow, ttl: timedelta) -> bool:
    """The company has taken the code for delivery: from now on it counts, alone, for `ttl`. False for a repetition."""
    one = one_time_codes.c
    older = (one.set_id == code.set_id) & (one.code_id != code.code_id) & one.state.in_(("made", "sent"))
    await connection.execute(update(one_time_codes).where(older).values(state="replaced"))
    statement = update(one_time_codes).where(one.code_id == code.code_id, one.state == "made")
    done = await connection.execute(statement.values(state="sent", sent_at=func.now(), expires_at=func.now() + ttl))
    return done.rowcount == 1


async def awaited_code(connection: AsyncConnection, request_id: str) -> CodeRow | None:
    """The code that the request's open set waits for, also when its time is over; None where none is awaited.

    One that was made and not yet told of counts too, behind one that is out: the company may have delivered it already,
    and what the customer then types must not be taken for a message.
    """
    query = (
        select(one_time_codes)
        .join(sets, sets.c.set_id == one_time_codes.c.set_id)
        .where(
            one_time_codes.c.request_id == request_id,
            one_time_codes.c.state.in_(("made", "sent")),
            sets.c.state == "awaiting_code",
        )
        .order_by((one_time_codes.c.state == "sent").desc(), one_time_codes.c.made_at.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else CodeRow.model_validate({name: row[name] for name in CodeRow.model_fields})


async def try_code(
    connection: AsyncConnection, code: CodeRow, digits: str, *, key: bytes, rules: CodeRules
) -> CodeOutcome:
    """Take what was typed, once; the request's row is locked by the caller. Wrong, late and surplus look the same.

    A lock counts over all requests of the customer, so that a new request brings no new guesses.
    """
    if await _is_locked(connection, code):
        return "locked"
    now: datetime = (await connection.execute(select(func.now()))).scalar_one()
    is_going_on = code.typed_at is not None and code.typed_at > now - PARTS_WITHIN and len(digits) < DIGITS
    position, fits = (code.typed, code.fits) if is_going_on else (0, True)
    end = position + len(digits)
    in_time = code.state == "made" or (code.expires_at is not None and now < code.expires_at)
    right = fits and in_time and end <= DIGITS and holds_at(code.code(key), digits, position)
    if end < DIGITS:
        await _change(connection, code, typed=end, fits=right, typed_at=func.now())
        return "part"
    if right and end == DIGITS:
        await _change(connection, code, state="proved", proved_at=func.now(), typed=0)
        await connection.execute(_RESET, {"p": code.pack, "who": code.principal})
        return "proved"
    await _change(connection, code, typed=0, fits=True)
    return await _miss(connection, code, rules)


async def _miss(connection: AsyncConnection, code: CodeRow, rules: CodeRules) -> CodeOutcome:
    values = {"p": code.pack, "who": code.principal, "most": rules.failures, "lock": rules.lock}
    locked = (await connection.execute(_MISS, values)).scalar_one()
    if not locked:
        return "wrong"
    await _change(connection, code, state="spoilt")
    return "locked"


async def _is_locked(connection: AsyncConnection, code: CodeRow) -> bool:
    """Whether the customer is locked; the lock's row is held, so that guesses in two requests count one by one."""
    values = {"p": code.pack, "who": code.principal}
    await connection.execute(
        insert(code_locks).values(pack=code.pack, principal=code.principal).on_conflict_do_nothing()
    )
    return bool((await connection.execute(_HELD, values)).scalar_one())


_HELD = text(
    """
    SELECT COALESCE(locked_until > now(), false) FROM handrail.code_locks
    WHERE pack = :p AND principal = :who FOR UPDATE
    """
)
_MISS = text(
    """
    UPDATE handrail.code_locks
    SET failures = CASE WHEN failures + 1 >= :most THEN 0 ELSE failures + 1 END,
        locked_until = CASE WHEN failures + 1 >= :most THEN now() + CAST(:lock AS interval) ELSE locked_until END
    WHERE pack = :p AND principal = :who
    RETURNING COALESCE(locked_until > now(), false)
    """
)
_RESET = text("UPDATE handrail.code_locks SET failures = 0 WHERE pack = :p AND principal = :who")


async def _change(connection: AsyncConnection, code: CodeRow, **values: Any) -> None:
    await connection.execute(update(one_time_codes).where(one_time_codes.c.code_id == code.code_id).values(**values))


async def locked_until(connection: AsyncConnection, pack: str, principal: str) -> datetime | None:
    """Until when this customer's codes are locked; None where they are not."""
    query = select(code_locks.c.locked_until).where(
        code_locks.c.pack == pack, code_locks.c.principal == principal, code_locks.c.locked_until > func.now()
    )
    return (await connection.execute(query)).scalar()


async def note_attempt(
    connection: AsyncConnection, request_id: str, message_key: str, code_id: str, outcome: CodeOutcome
) -> None:
    """Remember what a message was to the code, for the turn that takes it up."""
    values = {"request_id": request_id, "message_key": message_key, "code_id": code_id, "outcome": outcome}
    await connection.execute(insert(code_attempts).values(**values).on_conflict_do_nothing())


async def is_proved(connection: AsyncConnection, set_id: str, digest: str) -> bool:
    """Whether the customer has proved a code for exactly this set."""
    one = one_time_codes.c
    query = select(one.code_id).where(one.set_id == set_id, one.digest == digest, one.state == "proved")
    return (await connection.execute(query)).first() is not None
