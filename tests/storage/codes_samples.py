"""What do the tests of codes try? A set that waits, and a code that is out for it."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from storage.codes import CodeRow, CodeRules, code_is_out, make_code
from storage.database import Database
from storage.effect_tables import sets
from storage.sets import SetRow, put_set

type NewRequest = Callable[[], Awaitable[str]]

KEY = b"a key of the tests"
DIGEST = "d" * 64
RULES = CodeRules(
    ttl=timedelta(minutes=5),
    failures=5,
    lock=timedelta(minutes=30),
    sends=9,
    sends_a_day=99,
    resend_after=timedelta(0),
)


async def put_waiting_set(database: Database, request_id: str, *, state: str = "awaiting_code") -> str:
    """The request's one set, in this state."""
    set_id = f"set-{request_id}"
    row = SetRow(
        set_id=set_id,
        request_id=request_id,
        turn=1,
        step=1,
        digest=DIGEST,
        state=state,
        card={"title": "Refund"},
        expires_at=datetime.now(UTC) + timedelta(minutes=15),
    )
    async with database.begin() as connection:
        await put_set(connection, row)
        await connection.execute(update(sets).where(sets.c.set_id == set_id).values(state=state))
    return set_id


async def sent_code(
    database: Database, request_id: str, *, pack: str | None = None, ttl: timedelta = RULES.ttl
) -> CodeRow:
    """A code that the customer has in their mailbox."""
    set_id = await put_waiting_set(database, request_id)
    row = CodeRow(
        code_id=f"code-{secrets.token_hex(8)}",
        request_id=request_id,
        set_id=set_id,
        pack=pack or request_id,
        principal="C101",
        digest=DIGEST,
        nonce=secrets.token_bytes(16),
    )
    async with database.begin() as connection:
        made = await make_code(connection, row, RULES)
        assert isinstance(made, CodeRow)
        assert await code_is_out(connection, made, ttl)
    return made
