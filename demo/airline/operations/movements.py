"""How is a flight's status read, and operations told of a moved passenger?"""

import secrets
from datetime import date

from sqlalchemy import select

from demo.airline.booking.for_others import find_sold
from demo.airline.operations.shapes import FlightMovement, Notification, Notified
from demo.airline.operations.tables import MovementRow, NotificationRow
from demo.airline.ownership import may_reach
from demo.systems.clock import real_now
from demo.systems.conduct import Call
from demo.systems.problems import invalid, not_found


async def get_flight_status(call: Call, flight_number: str, day: date) -> FlightMovement:
    """The flight's movement on that day; not_found when it does not fly then."""
    where = (MovementRow.flight_number == flight_number) & (MovementRow.flight_date == day)
    row = await call.session.scalar(select(MovementRow).where(where))
    if row is None:
        raise not_found("flight", f"{flight_number}-{day.isoformat()}", "/flight_number")
    return FlightMovement.model_validate(
        {
            "as_of": call.as_of,
            "flight_number": row.flight_number,
            "flight_id": f"{row.flight_number}-{row.flight_date.isoformat()}",
            "status": row.status,
            "reason": row.reason,
            "scheduled_departure": row.scheduled_departure,
            "estimated_departure": row.estimated_departure,
            "gate": row.gate,
        }
    )


async def notify_operations(call: Call, notification: Notification) -> Notified:
    """Record to which flight a reservation was moved; invalid_argument unless booking has it on that flight."""
    sold = await find_sold(call.session, notification.reservation_code)
    code = notification.reservation_code
    if sold is None or not await may_reach(call, owner=sold.customer_id, reservation_code=code):
        raise not_found("reservation", code, "/reservation_code")
    if sold.flight_id != notification.flight_id:
        raise invalid("flight_id", f"reservation {code} is on {sold.flight_id}, not on {notification.flight_id}")
    notification_id = f"ntf_{secrets.token_hex(8)}"
    call.session.add(
        NotificationRow(
            notification_id=notification_id,
            reservation_code=code,
            flight_number=sold.flight_id.partition("-")[0],
            flight_date=sold.departs_at.date(),
            kind=notification.kind,
            at=real_now(),
        )
    )
    return Notified(notification_id=notification_id)
