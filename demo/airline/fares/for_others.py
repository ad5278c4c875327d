"""What may the other systems ask of the fare rules?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from demo.airline.booking.for_others import find_on_sale, find_sold
from demo.airline.fares.pricing import price_change
from demo.airline.fares.tables import QuoteRow, RuleRow
from demo.systems.clock import real_now
from demo.systems.conduct import Call
from demo.systems.problems import Problem


@dataclass(frozen=True, slots=True)
class OpenQuote:
    """A quote as the other systems need it."""

    quote_id: str
    reservation_code: str
    flight_id: str
    fare_difference_minor: int
    total_minor: int
    expires_at: datetime
    used: bool

    @property
    def has_expired(self) -> bool:
        """Its quarter of an hour is over."""
        return self.expires_at <= real_now()


async def find_quote(
    session: AsyncSession, quote_id: str, reservation_code: str, *, lock: bool = False
) -> OpenQuote | None:
    """The quote of this reservation, or None; `lock` holds it until the call ends."""
    where = (QuoteRow.quote_id == quote_id) & (QuoteRow.reservation_code == reservation_code)
    wanted = select(QuoteRow).where(where)
    row = await session.scalar(wanted.with_for_update() if lock else wanted)
    if row is None:
        return None
    return OpenQuote(
        quote_id=row.quote_id,
        reservation_code=row.reservation_code,
        flight_id=f"{row.flight_number}-{row.flight_date.isoformat()}",
        fare_difference_minor=row.fare_difference_minor,
        total_minor=row.total_minor,
        expires_at=row.expires_at,
        used=row.used,
    )


async def present_total(call: Call, quote: OpenQuote) -> int:
    """What the quoted change would cost now, in cents; raises quote_stale when its flight is gone."""
    sold = await find_sold(call.session, quote.reservation_code)
    flight = await find_on_sale(call.session, quote.flight_id)
    if sold is None or flight is None:
        raise Problem("quote_stale", f"quote {quote.quote_id} no longer holds: {quote.flight_id} is gone; quote again")
    return (await price_change(call.session, sold, flight)).total_minor


async def mark_used(session: AsyncSession, quote_id: str) -> None:
    """A change was made at this quote's price: it is good for no second one."""
    await session.execute(update(QuoteRow).where(QuoteRow.quote_id == quote_id).values(used=True))


async def disruption_points(session: AsyncSession, fare_class: str) -> int:
    """The points that a fare class grants for a disruption."""
    return (await session.get_one(RuleRow, fare_class)).disruption_points


async def non_refundable_part(session: AsyncSession, fare_class: str, price_minor: int) -> int:
    """What the airline keeps of a price, in cents, rounded up to the cent."""
    percent = (await session.get_one(RuleRow, fare_class)).non_refundable_percent
    return -(-price_minor * percent // 100)
