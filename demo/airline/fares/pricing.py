"""What does moving a reservation to a flight cost now?"""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from demo.airline.booking.for_others import OnSale, Sold
from demo.airline.fares.tables import RuleRow
from demo.airline.loyalty.for_others import waives_change_fee
from demo.systems.problems import Problem

LOWEST_FARE_MINOR = 1_000


@dataclass(frozen=True, slots=True)
class Price:
    """The parts of a change's price, in cents."""

    fare_difference_minor: int
    change_fee_minor: int
    change_fee_waived: bool

    @property
    def total_minor(self) -> int:
        """What the customer owes."""
        return self.fare_difference_minor + (0 if self.change_fee_waived else self.change_fee_minor)


async def price_change(session: AsyncSession, sold: Sold, flight: OnSale) -> Price:
    """Fare difference (never negative, less the fare cover when disrupted) and fee (waived by tier or disruption).

    Raises incomplete_record without a fare class, not_changeable for a class that forbids changes.
    """
    code = sold.reservation_code
    if sold.fare_class is None:
        raise Problem("incomplete_record", f"reservation {code} has no fare class on record; a person must complete it")
    rule = await session.get_one(RuleRow, sold.fare_class)
    if not rule.change_allowed and not sold.is_disrupted:
        raise Problem("not_changeable", f"reservation {code} is {sold.fare_class}: that fare allows no changes")
    fare = max(LOWEST_FARE_MINOR, flight.fare_minor + rule.surcharge_minor) * sold.passengers
    cover = rule.fare_cover_minor * sold.passengers if sold.is_disrupted else 0
    return Price(
        fare_difference_minor=max(0, fare - sold.price_minor - cover),
        change_fee_minor=rule.change_fee_minor,
        change_fee_waived=sold.is_disrupted or await waives_change_fee(session, sold.customer_id),
    )
