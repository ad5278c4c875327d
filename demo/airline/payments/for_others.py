"""What may the other systems ask of the payments?"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from demo.airline.payments.tables import PaymentRow


async def is_captured_for(session: AsyncSession, payment_id: str, quote_id: str) -> bool:
    """Whether the payment is the quote's and nothing of it was given back; locked until the call ends."""
    where = (PaymentRow.payment_id == payment_id) & (PaymentRow.quote_id == quote_id)
    row = await session.scalar(select(PaymentRow).where(where).with_for_update())
    return row is not None and row.refunded_minor == 0
