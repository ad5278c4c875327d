"""What may the other systems ask of the customer records?"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from demo.airline.customers.tables import CompanionRow


async def companions_of(session: AsyncSession, customer_id: str) -> list[str]:
    """The customer numbers for whom this customer may act, besides their own."""
    wanted = select(CompanionRow.companion_id).where(CompanionRow.customer_id == customer_id)
    return list(await session.scalars(wanted.order_by(CompanionRow.companion_id)))
