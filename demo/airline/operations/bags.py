"""How is a missing bag searched for?"""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from demo.airline.booking.for_others import find_sold, has_bag
from demo.airline.operations.shapes import BagCase, BagReport, CaseOpened
from demo.airline.operations.tables import CASE_NUMBERS, CaseRow
from demo.airline.ownership import may_reach, require_customer
from demo.airline.settings import tracing_time
from demo.airline.shapes import AIRPORTS
from demo.systems.clock import real_now
from demo.systems.conduct import Call
from demo.systems.problems import Problem, invalid, not_found


async def open_bag_case(call: Call, report: BagReport) -> CaseOpened:
    """Open the one case of a bag; its result is known when the tracing is done.

    Raises not_found, invalid_argument for a bag of another reservation, not_flown, case_exists.
    """
    await require_customer(call, report.customer_id)
    sold = await find_sold(call.session, report.reservation_code)
    if sold is None or sold.customer_id != report.customer_id:
        raise not_found("reservation", report.reservation_code, "/reservation_code")
    if not await has_bag(call.session, report.reservation_code, report.bag_tag):
        raise invalid("bag_tag", f"no bag {report.bag_tag!r} was checked on reservation {report.reservation_code}")
    if sold.departs_at > call.world.clock.now():
        raise Problem("not_flown", f"{sold.flight_id} has not departed; a bag can be missing only after the flight")
    case_id = await _insert_case(call, report, sold.origin)
    if case_id is None:
        known = await call.session.scalar(select(CaseRow.case_id).where(CaseRow.bag_tag == report.bag_tag))
        raise Problem("case_exists", f"bag {report.bag_tag} is searched for already: case {known}")
    return CaseOpened(case_id=case_id, status="searching")


async def _insert_case(call: Call, report: BagReport, origin: str) -> str | None:
    number = await call.session.scalar(CASE_NUMBERS)
    tracing = tracing_time(call.world)
    statement = insert(CaseRow).values(
        case_id=f"BAG{number}",
        customer_id=report.customer_id,
        reservation_code=report.reservation_code,
        bag_tag=report.bag_tag,
        description=report.description,
        delivery_address=report.delivery_address,
        location=f"{AIRPORTS[origin]} airport, transfer store {origin}",
        expected_delivery=call.world.clock.today() + timedelta(days=tracing.days + 1),
        opened_at=real_now(),
        tracing_ready_at=real_now() + tracing,
    )
    inserted = statement.on_conflict_do_nothing(index_elements=[CaseRow.bag_tag]).returning(CaseRow.case_id)
    return await call.session.scalar(inserted)


async def get_bag_case(call: Call, case_id: str) -> BagCase:
    """How far the search is; not_found unless the caller may reach its reservation."""
    row = await call.session.get(CaseRow, case_id)
    if row is None or not await may_reach(call, owner=row.customer_id, reservation_code=row.reservation_code):
        raise not_found("bag case", case_id, "/case_id")
    found = row.tracing_ready_at <= real_now()
    return BagCase(
        as_of=real_now() if found else call.as_of,
        case_id=row.case_id,
        status="found" if found else "searching",
        location=row.location if found else None,
        expected_delivery=row.expected_delivery if found else None,
    )


async def finish_tracing(session: AsyncSession, case_id: str) -> datetime | None:
    """Have the tracing of a case done now; gives the moment, or None for an unknown case."""
    statement = update(CaseRow).where(CaseRow.case_id == case_id).values(tracing_ready_at=real_now())
    return await session.scalar(statement.returning(CaseRow.tracing_ready_at))
