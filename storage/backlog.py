"""How much work waits: messages that no turn has finished, and writes that are not settled?"""

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import effects, inbox, requests

UNPROCESSED: Final = ("accepted", "delivered")
"""States of a message that no turn has finished: without a signal yet, without an answer yet."""
UNSETTLED: Final = ("intended", "executing", "executed", "uncertain")
"""States of an effect that is not over."""


async def waiting_messages(connection: AsyncConnection) -> dict[str, int]:
    """Messages of open requests by state; every state is there. A request does not close over a message."""
    query = (
        select(inbox.c.state, func.count())
        .join(requests, requests.c.request_id == inbox.c.request_id)
        .where(requests.c.status != "closed", inbox.c.state.in_(UNPROCESSED))
        .group_by(inbox.c.state)
    )
    return dict.fromkeys(UNPROCESSED, 0) | {state: int(n) for state, n in await connection.execute(query)}


async def unsettled_effects(connection: AsyncConnection) -> dict[str, int]:
    """Writes of open requests by state; every state is there. A request does not close over one that is unsettled."""
    query = (
        select(effects.c.state, func.count())
        .join(requests, requests.c.request_id == effects.c.request_id)
        .where(requests.c.status != "closed", effects.c.state.in_(UNSETTLED))
        .group_by(effects.c.state)
    )
    return dict.fromkeys(UNSETTLED, 0) | {state: int(n) for state, n in await connection.execute(query)}
