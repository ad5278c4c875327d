"""How does a visitor prove to know a reservation?"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from demo.airline.booking.queries import describe
from demo.airline.booking.shapes import Lookup, OneReservation
from demo.airline.booking.tables import FlightRow, LookupRow, PassengerRow, ReservationRow
from demo.systems.clock import real_now
from demo.systems.conduct import Call
from demo.systems.problems import Problem

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)


async def find_reservation(call: Call, lookup: Lookup) -> OneReservation:
    """The reservation on which a passenger has this last name; locked after five failures, found or not.

    Attempts on one code wait for each other, so that guesses sent at once are all counted.
    """
    code = lookup.reservation_code
    refusal: Problem | None = None
    async with call.world.sessions.begin() as attempt:  # its own transaction: the count outlives the refusal
        await attempt.execute(insert(LookupRow).values(reservation_code=code, failures=0).on_conflict_do_nothing())
        wanted = select(LookupRow).where(LookupRow.reservation_code == code).with_for_update()
        state = (await attempt.scalars(wanted)).one()
        refusal = _locked(state)
        if refusal is None:
            found = await _match(call, lookup)
            if found is not None:
                state.failures, state.locked_until = 0, None
                return found
            state.failures += 1
            if state.failures >= FAILURES_ALLOWED:
                state.failures, state.locked_until = 0, real_now() + LOCKED_FOR
            refusal = Problem("not_found", "no reservation has this code and this last name; check both and try again")
    raise refusal


def _locked(state: LookupRow) -> Problem | None:
    if state.locked_until is None or state.locked_until <= real_now():
        return None
    seconds = int((state.locked_until - real_now()).total_seconds()) + 1
    detail = f"too many failed attempts for this code; try again in {seconds // 60 + 1} minutes or sign in"
    return Problem("locked", detail, headers={"Retry-After": str(seconds)})


async def _match(call: Call, lookup: Lookup) -> OneReservation | None:
    rows = await call.session.execute(
        select(ReservationRow, FlightRow)
        .join(FlightRow, FlightRow.key == ReservationRow.flight_key)
        .where(ReservationRow.reservation_code == lookup.reservation_code)
    )
    row = rows.one_or_none()
    names = select(PassengerRow.last_name).where(PassengerRow.reservation_code == lookup.reservation_code)
    known = {name.casefold() for name in await call.session.scalars(names) if name}
    if row is None or lookup.last_name.strip().casefold() not in known:
        return None
    return OneReservation(as_of=call.as_of, reservation=(await describe(call.session, [row]))[0])
