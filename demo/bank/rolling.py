"""How do the bank's dates stay relative to today without undoing what customers did?"""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def roll_dates(connection: AsyncConnection, days: int) -> None:
    """Shift what the seed booked by so many days; what was really transferred, noted or ordered stays."""
    shift = "UPDATE bank_accounts.lines SET booked_on = booked_on + make_interval(days => :days)"
    await connection.execute(text(f"{shift} WHERE transfer_id IS NULL"), {"days": days})


async def settle_nothing(_connection: AsyncConnection, _now: datetime) -> None:
    """Nothing of a bank must lie ahead of now."""
