"""How do stored dates stay relative to today without undoing what customers did?"""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from demo.airline.seeding.schedule import RELIEF

# Every column that tells of the airline's days. What really happened at a moment (charges, logs, ledgers) stays.
DATED: dict[str, tuple[str, ...]] = {
    "airline_booking.flights": ("flight_date", "departs_at", "arrives_at"),
    "airline_booking.reservations": ("purchased_at", "disrupted_at"),
    "airline_fares.quotes": ("flight_date",),
    "airline_operations.movements": ("flight_date", "scheduled_departure", "estimated_departure"),
    "airline_operations.notifications": ("flight_date",),
    "airline_operations.bag_cases": ("expected_delivery",),
}
_SHORTEST_NOTICE = timedelta(minutes=20)
_NOTICE = timedelta(hours=2)


async def roll_dates(connection: AsyncConnection, days: int) -> None:
    """Shift every dated column by so many days; rows stay, and so does all that was done to them."""
    if days == 0:
        return
    for table, columns in DATED.items():
        # A date takes whole days, a time an interval: both add `make_interval` and are cast back by assignment.
        shifts = ", ".join(f"{column} = {column} + make_interval(days => :days)" for column in columns)
        await connection.execute(text(f"UPDATE {table} SET {shifts}"), {"days": days})
    shift_purchases = "SET captured_at = captured_at + make_interval(days => :days) WHERE quote_id IS NULL"
    await connection.execute(text(f"UPDATE airline_payments.payments {shift_purchases}"), {"days": days})


def relief_departure(now: datetime) -> datetime:
    """When the relief flight of a storm day leaves: at its scheduled time, and when that is too near, in two hours.

    Late in the evening it leaves before midnight if at least 20 minutes remain, else in two hours on the next day.
    """
    scheduled = now.replace(hour=RELIEF.hour, minute=RELIEF.minute, second=0, microsecond=0)
    if scheduled - now >= _NOTICE:
        return scheduled
    in_two_hours = _round_up(now + _NOTICE)
    last_today = now.replace(hour=23, minute=50, second=0, microsecond=0)
    if in_two_hours.date() == now.date() or last_today - now < _SHORTEST_NOTICE:
        return in_two_hours
    return last_today


def _round_up(moment: datetime) -> datetime:
    whole = moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)
    return whole if whole == moment else whole + timedelta(minutes=5)


async def postpone_relief_flight(connection: AsyncConnection, now: datetime) -> None:
    """Have the relief flight leave after now, on the day of the storm, in both systems that know it."""
    departs = relief_departure(now)
    values = {
        "number": RELIEF.flight_number,
        "day": departs.date(),
        "departs": departs,
        "arrives": departs + RELIEF.duration,
    }
    await connection.execute(
        text(
            "UPDATE airline_booking.flights SET flight_date = :day, departs_at = :departs, arrives_at = :arrives "
            "WHERE flight_number = :number"
        ),
        values,
    )
    del values["arrives"]
    await connection.execute(
        text(
            "UPDATE airline_operations.movements SET flight_date = :day, scheduled_departure = :departs, "
            "estimated_departure = :departs WHERE flight_number = :number"
        ),
        values,
    )
