"""How is a reservation moved to another flight?"""

import secrets

from sqlalchemy import func, select

from demo.airline.booking.changeable import require_changeable, require_seats
from demo.airline.booking.for_others import as_on_sale, is_flight
from demo.airline.booking.queries import describe
from demo.airline.booking.shapes import Change, Changed
from demo.airline.booking.tables import FlightRow, PassengerRow, ReservationRow
from demo.airline.fares.for_others import OpenQuote, find_quote, mark_used, present_total
from demo.airline.ownership import may_reach
from demo.airline.payments.for_others import is_captured_for
from demo.systems.conduct import Call
from demo.systems.problems import Problem, invalid, not_found
from demo.systems.shapes import in_words


async def change_flight(call: Call, reservation_code: str, change: Change) -> Changed:
    """Move a reservation and issue a new ticket.

    Raises not_found, invalid_argument, not_changeable, no_seat_left, quote_stale, payment_required.
    """
    reservation = await lock_reservation(call, reservation_code)
    quote = await find_quote(call.session, change.quote_id, reservation_code)
    if quote is None:
        raise not_found("quote for this reservation", change.quote_id, "/quote_id")
    old, new = await _lock_flights(call, reservation, change.flight_id)
    now = call.world.clock.now()
    require_changeable(reservation_code, reservation.status, as_on_sale(old), as_on_sale(new), new.status, now)
    if quote.flight_id != new.flight_id:
        raise invalid("flight_id", f"quote {quote.quote_id} is for {quote.flight_id}; quote {new.flight_id} first")
    await _require_price(call, quote, change.payment_id)
    seats = await _count_passengers(call, reservation_code)
    require_seats(new.flight_id, new.seats_left, seats)
    await _move(call, reservation, old, new, quote, seats)
    return Changed(
        reservation=(await describe(call.session, [(reservation, new)]))[0], ticket_number=reservation.ticket_number
    )


async def lock_reservation(call: Call, reservation_code: str) -> ReservationRow:
    """The reservation, locked until the call ends; not_found unless the caller may reach it."""
    wanted = select(ReservationRow).where(ReservationRow.reservation_code == reservation_code).with_for_update()
    row = await call.session.scalar(wanted)
    if row is None or not await may_reach(call, owner=row.customer_id, reservation_code=reservation_code):
        raise not_found("reservation", reservation_code, "/reservation_code")
    return row


async def _lock_flights(call: Call, reservation: ReservationRow, flight_id: str) -> tuple[FlightRow, FlightRow]:
    """Both flights, locked in the order of their keys, so that two changes never wait for each other."""
    either = is_flight(flight_id) | (FlightRow.key == reservation.flight_key)
    wanted = select(FlightRow).where(either).order_by(FlightRow.key).with_for_update()
    flights = {row.flight_id: row for row in await call.session.scalars(wanted)}
    new = flights.get(flight_id)
    if new is None:
        raise invalid("flight_id", f"no flight {flight_id!r} is known; take one from search_flights")
    old = next(row for row in flights.values() if row.key == reservation.flight_key)
    return old, new


async def _require_price(call: Call, quote: OpenQuote, payment_id: str | None) -> None:
    """A captured payment of the quote holds its price; without one the quote must still be open and right."""
    if quote.used:
        raise Problem("quote_stale", f"quote {quote.quote_id} was used for a change before; ask for a new quote")
    if quote.total_minor > 0:
        due = in_words(quote.total_minor)
        if payment_id is None:
            raise Problem("payment_required", f"{due} is due for quote {quote.quote_id}; charge_payment first")
        if not await is_captured_for(call.session, payment_id, quote.quote_id):
            raise not_found(f"captured payment of {due} for quote {quote.quote_id}", payment_id, "/payment_id")
        return
    if payment_id is not None:
        raise invalid("payment_id", "nothing is due for this quote; send payment_id null")
    total = await present_total(call, quote)
    if total != quote.total_minor or quote.has_expired:
        raise Problem(
            "quote_stale", f"quote {quote.quote_id} no longer holds: the total is now {in_words(total)}; quote again"
        )


async def _count_passengers(call: Call, reservation_code: str) -> int:
    where = PassengerRow.reservation_code == reservation_code
    return (await call.session.scalars(select(func.count()).select_from(PassengerRow).where(where))).one()


async def _move(
    call: Call, reservation: ReservationRow, old: FlightRow, new: FlightRow, quote: OpenQuote, seats: int
) -> None:
    if old.status != "cancelled":
        old.seats_left += seats
    new.seats_left -= seats
    reservation.flight_key = new.key
    reservation.flight_status = None
    reservation.status = "confirmed"
    reservation.price_minor += quote.fare_difference_minor
    reservation.ticket_number = f"942-{secrets.randbelow(10**10):010d}"
    await mark_used(call.session, quote.quote_id)
    await call.session.flush()
