"""How much work waits: messages that no turn has finished, and writes that are not settled?"""

from typing import Final

from sqlalchemy import Select, func, literal, literal_column, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.effect_tables import effects
from storage.tables import inbox, requests

UNPROCESSED: Final = ("accepted", "delivered")
"""States of a message that no turn has finished: without a signal yet, without an answer yet."""
UNSETTLED: Final = ("intended", "executing", "executed", "uncertain")
"""States of an effect that is not over."""


async def waiting_messages(connection: AsyncConnection) -> dict[str, int]:
    """Messages of open requests by state; every state is there. A request does not close over a message."""
    query = union_all(*(_waiting(state) for state in UNPROCESSED))
    return {state: int(n) for state, n in await connection.execute(query)}


def _waiting(state: str) -> Select[str, int]:
    """Each state has an index of its own, which names it."""
    found = select(literal(state), func.count()).select_from(inbox)
    found = found.join(requests, requests.c.request_id == inbox.c.request_id)
    return found.where(requests.c.status != "closed", inbox.c.state == literal_column(f"'{state}'"))


async def unsettled_effects(connection: AsyncConnection) -> dict[str, int]:
    """Writes of open requests by state; every state is there. A request does not close over one that is unsettled."""
    query = (
        select(effects.c.state, func.count())
        .join(requests, requests.c.request_id == effects.c.request_id)
        .where(requests.c.status != "closed", effects.c.state.in_(UNSETTLED))
        .group_by(effects.c.state)
    )
    return dict.fromkeys(UNSETTLED, 0) | {state: int(n) for state, n in await connection.execute(query)}
