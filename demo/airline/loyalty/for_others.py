"""What may the other systems ask of the loyalty programme?"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from demo.airline.loyalty.tables import AccountRow

WAIVING_TIERS = ("gold", "platinum")


async def waives_change_fee(session: AsyncSession, customer_id: str) -> bool:
    """Whether the customer's tier pays no change fees."""
    tier = await session.scalar(select(AccountRow.tier).where(AccountRow.customer_id == customer_id))
    return tier in WAIVING_TIERS
