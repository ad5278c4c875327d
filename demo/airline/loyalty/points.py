"""How do points come and go?"""

from sqlalchemy import func, select

from demo.airline.booking.for_others import Sold, find_sold
from demo.airline.fares.for_others import disruption_points
from demo.airline.loyalty.for_others import WAIVING_TIERS
from demo.airline.loyalty.shapes import Account, Credit, Credited, Recalculated, Recalculation
from demo.airline.loyalty.tables import AccountRow, EntryRow
from demo.airline.ownership import require_customer
from demo.systems.clock import real_now
from demo.systems.conduct import Call
from demo.systems.problems import Problem, invalid, not_found

# Points for each whole euro of the price paid, by tier.
POINTS_PER_EURO = {"none": 3, "silver": 4, "gold": 5, "platinum": 6}


def points_earned(tier: str, price_minor: int) -> int:
    """What a reservation of that price earns in that tier."""
    return price_minor // 100 * POINTS_PER_EURO[tier]


async def get_loyalty_account(call: Call, customer_id: str) -> Account:
    """The account; not_found unless the caller acts for the customer."""
    await require_customer(call, customer_id)
    row = await _account(call, customer_id)
    return Account.model_validate(
        {
            "as_of": call.as_of,
            "customer_id": row.customer_id,
            "tier": row.tier,
            "points": row.points,
            "change_fee_waiver": row.tier in WAIVING_TIERS,
        }
    )


async def recalculate_points(call: Call, customer_id: str, recalculation: Recalculation) -> Recalculated:
    """Move the account by what the reservation's present price earns beyond what it earned so far."""
    account, sold = await _account_and_reservation(call, customer_id, recalculation.reservation_code)
    earned_so_far = select(func.coalesce(func.sum(EntryRow.points), 0)).where(
        EntryRow.reservation_code == sold.reservation_code, EntryRow.kind == "earned"
    )
    due = 0 if sold.status == "cancelled" else points_earned(account.tier, sold.price_minor)
    delta = max(due - (await call.session.scalars(earned_so_far)).one(), -account.points)
    if delta:
        _book(call, account, sold, "earned", delta, "recalculated after a change")
    return Recalculated(points=account.points, delta=delta)


async def credit_points(call: Call, customer_id: str, credit: Credit) -> Credited:
    """Grant the points of a disruption, exactly what the rules say and once a reservation.

    Raises not_found, not_entitled, already_credited, incomplete_record, invalid_argument.
    """
    account, sold = await _account_and_reservation(call, customer_id, credit.reservation_code)
    code = sold.reservation_code
    if not sold.was_disrupted:
        raise Problem("not_entitled", f"the airline did not cancel the flight of reservation {code}; credit nothing")
    if sold.fare_class is None:
        raise Problem("incomplete_record", f"reservation {code} has no fare class on record; a person must complete it")
    before = select(EntryRow.points).where(EntryRow.reservation_code == code, EntryRow.kind == "disruption")
    if await call.session.scalar(before) is not None:
        raise Problem("already_credited", f"the points for the disruption of reservation {code} were credited before")
    granted = await disruption_points(call.session, sold.fare_class)
    if credit.points != granted:
        raise invalid("points", f"the rules grant {granted} points for {sold.fare_class}, not {credit.points}")
    _book(call, account, sold, "disruption", granted, credit.reason)
    return Credited(points=account.points, credited=granted)


async def _account(call: Call, customer_id: str, *, lock: bool = False) -> AccountRow:
    row = await call.session.get(AccountRow, customer_id, with_for_update=lock or None)
    if row is None:
        raise not_found("customer", customer_id, "/customer_id")
    return row


async def _account_and_reservation(call: Call, customer_id: str, reservation_code: str) -> tuple[AccountRow, Sold]:
    """The account, locked until the call ends, and a reservation of that very customer."""
    await require_customer(call, customer_id)
    account = await _account(call, customer_id, lock=True)
    sold = await find_sold(call.session, reservation_code)
    if sold is None or sold.customer_id != customer_id:
        raise not_found("reservation", reservation_code, "/reservation_code")
    return account, sold


def _book(call: Call, account: AccountRow, sold: Sold, kind: str, points: int, reason: str) -> None:
    account.points += points
    call.session.add(
        EntryRow(
            customer_id=account.customer_id,
            reservation_code=sold.reservation_code,
            kind=kind,
            points=points,
            reason=reason,
            at=real_now(),
        )
    )
