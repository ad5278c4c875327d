"""To which request do a known sender's messages on a thin channel belong, and what waits until they have said so?"""

from sqlalchemy import case, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.model import Contract
from storage.tables import threads


class Held(Contract):
    """A message that waits for its request: its hidden id, and its text in tokens of the first option."""

    message_id: str
    text: str


class Thread(Contract):
    """A sender's messages on one channel. `options` while they choose, `request_id` once they have."""

    pack: str
    customer_id: str
    channel: str
    request_id: str | None = None
    options: tuple[str, ...] = ()
    held: tuple[Held, ...] = ()
    decided_by: str = ""
    """The hidden id of the message that chose."""

    @property
    def is_choosing(self) -> bool:
        """Whether the sender was asked which request they mean."""
        return bool(self.options)


async def read_thread(connection: AsyncConnection, pack: str, customer_id: str, channel: str) -> Thread:
    """The sender's thread; an empty one where there is none yet."""
    query = select(threads).where(
        threads.c.pack == pack, threads.c.customer_id == customer_id, threads.c.channel == channel
    )
    row = (await connection.execute(query)).mappings().first()
    fields = {name: row[name] for name in Thread.model_fields} if row else {}
    return Thread.model_validate({"pack": pack, "customer_id": customer_id, "channel": channel, **fields})


async def hold_message(connection: AsyncConnection, thread: Thread, options: tuple[str, ...], message: Held) -> Thread:
    """Keep the message until the sender has chosen, once; the options first asked about stay."""
    new = {"options": list(options), "held": [message.model_dump()], "request_id": None, "decided_by": ""}
    key = {"pack": thread.pack, "customer_id": thread.customer_id, "channel": thread.channel}
    statement = insert(threads).values(**key, **new)
    is_choosing = func.jsonb_array_length(threads.c.options) > 0
    is_held = threads.c.held.contains([{"message_id": message.message_id}])
    kept = threads.c.held.op("||")(statement.excluded.held)
    statement = statement.on_conflict_do_update(
        index_elements=list(key),
        set_={
            "held": case((is_choosing & is_held, threads.c.held), (is_choosing, kept), else_=statement.excluded.held),
            "options": case((is_choosing, threads.c.options), else_=statement.excluded.options),
            "request_id": None,
            "decided_by": "",
            "updated_at": func.now(),
        },
    )
    await connection.execute(statement)
    return await read_thread(connection, thread.pack, thread.customer_id, thread.channel)


async def settle_thread(connection: AsyncConnection, thread: Thread, request_id: str, decided_by: str) -> bool:
    """The sender has chosen, and what `thread` holds has been accepted there.

    Returns False, and settles nothing, where more has been held meanwhile.
    """
    statement = update(threads).where(
        threads.c.pack == thread.pack,
        threads.c.customer_id == thread.customer_id,
        threads.c.channel == thread.channel,
        threads.c.held == [one.model_dump() for one in thread.held],
    )
    chosen = {"request_id": request_id, "decided_by": decided_by, "options": [], "held": []}
    settled = await connection.execute(statement.values(**chosen, updated_at=func.now()).returning(threads.c.pack))
    return settled.first() is not None
