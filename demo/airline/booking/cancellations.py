"""How is a reservation cancelled, and what does it give back?"""

from sqlalchemy import func, select

from demo.airline.booking.changes import lock_reservation
from demo.airline.booking.queries import describe
from demo.airline.booking.shapes import Cancellation, Cancelled
from demo.airline.booking.tables import FlightRow, PassengerRow, ReservationRow
from demo.airline.fares.for_others import non_refundable_part
from demo.systems.conduct import Call
from demo.systems.problems import Problem
from demo.systems.shapes import Money, euros, in_words


async def cancel_reservation(call: Call, reservation_code: str, cancellation: Cancellation) -> Cancelled:
    """Cancel before departure and free the seats; a flight that the airline cancelled gives everything back.

    Raises not_found, already_cancelled, not_cancellable, incomplete_record, refund_changed.
    """
    reservation = await lock_reservation(call, reservation_code)
    if reservation.status == "cancelled":
        raise Problem(
            "already_cancelled", f"reservation {reservation_code} is cancelled already; nothing is left to do"
        )
    wanted = select(FlightRow).where(FlightRow.key == reservation.flight_key).with_for_update()
    flight = (await call.session.scalars(wanted)).one()
    if reservation.status != "disrupted" and flight.departs_at <= call.world.clock.now():
        raise Problem("not_cancellable", f"{flight.flight_id} has departed; only the unflown can be cancelled")
    kept = await _kept(call, reservation)
    _require_expected(cancellation, euros(reservation.price_minor - kept))
    if flight.status != "cancelled":
        where = PassengerRow.reservation_code == reservation_code
        seats = (await call.session.scalars(select(func.count()).select_from(PassengerRow).where(where))).one()
        flight.seats_left += seats
    reservation.status = "cancelled"
    await call.session.flush()
    return Cancelled(
        reservation=(await describe(call.session, [(reservation, flight)]))[0],
        refundable=euros(reservation.price_minor - kept),
        non_refundable=euros(kept),
    )


def _require_expected(cancellation: Cancellation, refundable: Money) -> None:
    expected = cancellation.expected_refund
    if expected is not None and expected != refundable:
        told, now = in_words(expected.amount), in_words(refundable.amount)
        raise Problem("refund_changed", f"{now} can be refunded, not {told}; ask the customer again")


async def _kept(call: Call, reservation: ReservationRow) -> int:
    if reservation.status == "disrupted":
        return 0
    if reservation.fare_class is None:
        code = reservation.reservation_code
        raise Problem("incomplete_record", f"reservation {code} has no fare class on record; a person must complete it")
    return await non_refundable_part(call.session, reservation.fare_class, reservation.price_minor)
