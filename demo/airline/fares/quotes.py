"""How are terms read and changes quoted?"""

import secrets
from datetime import timedelta

from demo.airline.booking.changeable import require_changeable, require_seats
from demo.airline.booking.for_others import OnSale, Sold, find_on_sale, find_sold
from demo.airline.fares.pricing import price_change
from demo.airline.fares.shapes import Disruption, FareRules, Quote, QuoteRequest
from demo.airline.fares.tables import QuoteRow, RuleRow
from demo.airline.ownership import may_reach
from demo.airline.shapes import FareClass
from demo.systems.clock import real_now
from demo.systems.conduct import Call
from demo.systems.problems import invalid, not_found
from demo.systems.shapes import euros

VALID_FOR = timedelta(minutes=15)


async def get_fare_rules(call: Call, fare_class: FareClass) -> FareRules:
    """The terms of a fare class."""
    rule = await call.session.get_one(RuleRow, fare_class)
    return FareRules(
        as_of=call.as_of,
        fare_class=fare_class,
        change_allowed=rule.change_allowed,
        change_fee=euros(rule.change_fee_minor),
        refundable=rule.refundable,
        non_refundable_percent=rule.non_refundable_percent,
        extra_bag_fee=euros(rule.extra_bag_fee_minor),
        disruption=Disruption(
            rebooking_free=True,
            fare_cover=euros(rule.fare_cover_minor),
            points=rule.disruption_points,
        ),
    )


async def quote_change(call: Call, request: QuoteRequest) -> Quote:
    """Price a change and hold the price for a quarter of an hour, unless the fare moves.

    Raises not_found, invalid_argument, not_changeable, no_seat_left, incomplete_record.
    """
    sold, flight = await _both(call, request)
    now = call.world.clock.now()
    require_changeable(sold.reservation_code, sold.status, sold, flight, flight.status, now)
    price = await price_change(call.session, sold, flight)
    require_seats(flight.flight_id, flight.seats_left, sold.passengers)
    row = QuoteRow(
        quote_id=f"q_{secrets.token_hex(8)}",
        reservation_code=sold.reservation_code,
        flight_number=flight.flight_id.partition("-")[0],
        flight_date=flight.departs_at.date(),
        fare_difference_minor=price.fare_difference_minor,
        total_minor=price.total_minor,
        expires_at=real_now() + VALID_FOR,
        used=False,
    )
    call.session.add(row)
    return Quote(
        as_of=call.as_of,
        quote_id=row.quote_id,
        reservation_code=sold.reservation_code,
        flight_id=flight.flight_id,
        fare_difference=euros(price.fare_difference_minor),
        change_fee=euros(price.change_fee_minor),
        change_fee_waived=price.change_fee_waived,
        total_due=euros(price.total_minor),
        expires_at=row.expires_at,
    )


async def _both(call: Call, request: QuoteRequest) -> tuple[Sold, OnSale]:
    sold = await find_sold(call.session, request.reservation_code)
    if sold is None or not await may_reach(call, owner=sold.customer_id, reservation_code=request.reservation_code):
        raise not_found("reservation", request.reservation_code, "/reservation_code")
    flight = await find_on_sale(call.session, request.flight_id)
    if flight is None:
        raise invalid("flight_id", f"no flight {request.flight_id!r} is known; take one from search_flights")
    return sold, flight
