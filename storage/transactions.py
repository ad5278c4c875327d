"""Which transactions of the database are under way, and which may write of what is erased?"""

from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_OWN: Final = text("SELECT pg_current_xact_id()::text")
_ERASING: Final = text("SELECT set_config('handrail.erasing', 'on', true)")
_OLDEST: Final = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")


async def newest_transaction(connection: AsyncConnection) -> int:
    """This transaction's number: every one that has written by now has a smaller one."""
    return int((await connection.execute(_OWN)).scalar_one())


async def oldest_transaction(connection: AsyncConnection) -> int:
    """The number of the oldest transaction that is still under way; of the next one where none is."""
    return int((await connection.execute(_OLDEST)).scalar_one())


async def may_erase(connection: AsyncConnection) -> None:
    """Let this transaction change what is erased: the triggers of migration 0011 refuse it to every other one."""
    await connection.execute(_ERASING)
