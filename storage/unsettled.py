"""Which writes are not settled, and which of them must a person speak for?"""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from sqlalchemy import ColumnElement, func, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.effect_tables import effects

_BEGUN = ("executing", "executed", "uncertain")
"""States of a write that was sent and is not over."""
HALF_DONE: Final = "compensation_failed"
"""The problem of a `verified` write that stands though the rest of its set does not: from when it is to be undone."""


async def unsettled_effects(connection: AsyncConnection, request_id: str) -> int:
    """How many effects are neither verified, rejected nor compensated, nor waiting for a yes that never came.

    One that was executed and not verified has an answer that nobody can rely on: a person settles it, as one that
    stands half done.
    """
    awaited = (effects.c.state == "intended") & effects.c.authorised
    is_open = effects.c.state.in_(_BEGUN) | awaited | stands_half_done()
    query = select(func.count()).where(effects.c.request_id == request_id, is_open)
    return int((await connection.execute(query)).scalar_one())


async def writes_for_a_person(connection: AsyncConnection, request_id: str) -> list[tuple[str, bool]]:
    """The tools of writes that are under way (True) or that only a person can speak for (False), in order.

    The request's row is locked by the caller: no write begins then, and none comes to its end.
    """
    query = select(effects.c.tool, effects.c.state).where(effects.c.request_id == request_id)
    order = (effects.c.turn, effects.c.step, effects.c.ordinal)
    is_open = effects.c.state.in_(_BEGUN) | stands_half_done()
    found = await connection.execute(query.where(is_open).order_by(*order))
    return [(row.tool, row.state == "executing") for row in found]


class Settling(Protocol):
    """A write as the ledger keeps it, or as the desk is told of it."""

    @property
    def state(self) -> str:
        """Where it stands in the ledger."""
        ...

    @property
    def problem(self) -> Mapping[str, Any] | None:
        """What is wrong with it, by `code`."""
        ...


def is_half_done(effect: Settling) -> bool:
    """Whether the write stands though the rest of its set does not."""
    return effect.state == "verified" and (effect.problem or {}).get("code") == HALF_DONE


def stands_half_done() -> ColumnElement[bool]:
    """The condition of such a write. NULL where the write has no problem at all."""
    return (effects.c.state == "verified") & (effects.c.problem["code"].astext == HALF_DONE)


async def leave_half_done(connection: AsyncConnection, effect_id: str) -> None:
    """It is to be undone, and is not yet. One that is not `verified` waits for a person anyhow: its problem is kept."""
    statement = update(effects).where(effects.c.effect_id == effect_id, effects.c.state == "verified")
    await connection.execute(statement.values(problem={"code": HALF_DONE}))


async def let_stand(connection: AsyncConnection, effect_id: str) -> bool:
    """A person has seen that it stands, and answers for it. False where it does not stand half done any more."""
    statement = update(effects).where(effects.c.effect_id == effect_id, stands_half_done())
    return (await connection.execute(statement.values(problem=null()))).rowcount == 1
