"""Was every message answered, once and in order? By what the database holds, not by what a reply says."""

import asyncio
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import func, select, text

from storage.database import Database
from storage.tables import inbox

_ANSWERS = """
    SELECT i.seq, i.state, count(e.n) AS replies, min(e.n) AS at
    FROM handrail.inbox i
    LEFT JOIN handrail.entries m ON m.request_id = i.request_id AND m.entry_key = 'm:' || i.message_key
    LEFT JOIN handrail.events e
           ON e.request_id = i.request_id AND e.type = 'reply.done' AND (e.data ->> 'turn')::int = m.turn
    WHERE i.request_id = :request_id GROUP BY i.seq, i.state ORDER BY i.seq
"""
_REPLIES = "SELECT count(*) FROM handrail.events WHERE request_id = :request_id AND type = 'reply.done'"

PATIENCE = 300
"""Seconds until a message counts as never answered."""


@dataclass(frozen=True)
class Answered:
    """How the messages of one request fared."""

    messages: int = 0
    lost: int = 0
    twice: int = 0
    out_of_order: int = 0

    def __add__(self, other: "Answered") -> "Answered":
        """Of both requests."""
        return Answered(
            self.messages + other.messages,
            self.lost + other.lost,
            self.twice + other.twice,
            self.out_of_order + other.out_of_order,
        )


async def count_answers(database: Database, request_id: str) -> Answered:
    """Each message of a request: was it answered, by how many replies, and after the one before it?

    A message that a second turn took up stands in the transcript at the first one alone. So every reply counts as one
    too many that is not the first one to a message: in these requests nobody writes unasked.
    """
    async with database.begin() as connection:
        rows = (await connection.execute(text(_ANSWERS), {"request_id": request_id})).all()
        replies = int((await connection.execute(text(_REPLIES), {"request_id": request_id})).scalar_one())
    places = [row.at for row in rows if row.at is not None]
    return Answered(
        messages=len(rows),
        lost=sum(row.replies == 0 or row.state != "processed" for row in rows),
        twice=replies - len(places),
        out_of_order=sum(later < earlier for earlier, later in pairwise(places)),
    )


async def await_answers(database: Database, request_id: str) -> None:
    """Wait until every message of a request is done with. Raises TimeoutError."""
    query = select(func.count()).where(inbox.c.request_id == request_id, inbox.c.state != "processed")
    async with asyncio.timeout(PATIENCE):
        while True:
            async with database.begin() as connection:
                if not (await connection.execute(query)).scalar_one():
                    return
            await asyncio.sleep(0.3)
