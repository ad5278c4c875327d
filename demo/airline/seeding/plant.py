"""How does the seed get into the tables?"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from demo.airline.booking.tables import BagRow, FlightRow, PassengerRow, ReservationRow
from demo.airline.customers.tables import CompanionRow, CustomerRow
from demo.airline.fares.tables import RuleRow
from demo.airline.loyalty.points import points_earned
from demo.airline.loyalty.tables import AccountRow, EntryRow
from demo.airline.operations.tables import MovementRow
from demo.airline.payments.tables import MethodRow, PaymentRow
from demo.airline.seeding.people import Person, plan_people
from demo.airline.seeding.sales import SURCHARGE, Sale, plan_sales
from demo.airline.seeding.schedule import plan_flights

DATASET = "northwind-1"
SEED = 2026

# fare class, change allowed, change fee, refundable, kept percent, extra bag, fare cover a passenger, disruption points
_RULES = (
    ("light", False, 0, False, 100, 5_500, 10_000, 1_000),
    ("classic", True, 6_000, True, 50, 4_000, 15_000, 1_500),
    ("flex", True, 0, True, 0, 3_000, 25_000, 2_500),
)


async def plant(connection: AsyncConnection, today: date) -> None:
    """Fill empty tables with the same airline each time, dated around today."""
    chance = Random(SEED)
    people = plan_people(chance)
    flights = plan_flights(today, chance)
    sales = plan_sales(people, flights, chance)
    await connection.execute(insert(RuleRow), _rules())
    await connection.execute(insert(CustomerRow), [person.record() for person in people])
    await connection.execute(insert(CompanionRow), _companions(people))
    await connection.execute(insert(MethodRow), [method for person in people for method in person.methods()])
    await connection.execute(insert(FlightRow), [flight.booking_row() for flight in flights])
    await connection.execute(insert(MovementRow), [flight.movement_row() for flight in flights])
    await connection.execute(insert(ReservationRow), [_reservation(sale) for sale in sales])
    await connection.execute(insert(PassengerRow), [row for sale in sales for row in _passengers(sale)])
    await connection.execute(insert(BagRow), [row for sale in sales for row in _bags(sale)])
    await connection.execute(insert(PaymentRow), [_purchase(sale) for sale in sales])
    await connection.execute(insert(AccountRow), _accounts(people, sales))
    await connection.execute(insert(EntryRow), [_earned(sale, today) for sale in sales])
    for table in ("airline_booking.flights", "airline_operations.movements"):  # keys were given, not drawn
        await connection.execute(text(f"ALTER TABLE {table} ALTER COLUMN key RESTART WITH {len(flights) + 1}"))


def _rules() -> list[dict[str, Any]]:
    names = (
        "change_allowed",
        "change_fee_minor",
        "refundable",
        "non_refundable_percent",
        "extra_bag_fee_minor",
        "fare_cover_minor",
        "disruption_points",
    )
    return [
        {"fare_class": name, "surcharge_minor": SURCHARGE[name], **dict(zip(names, terms, strict=True))}
        for name, *terms in _RULES
    ]


def _companions(people: Iterable[Person]) -> list[dict[str, Any]]:
    return [{"customer_id": p.customer_id, "companion_id": other} for p in people for other in p.companions]


def _reservation(sale: Sale) -> dict[str, Any]:
    cancelled_flight = sale.flight.status == "cancelled" and sale.status == "disrupted"
    return {
        "reservation_code": sale.code,
        "customer_id": sale.owner.customer_id,
        "flight_key": sale.flight.key,
        "status": sale.status,
        "fare_class": sale.fare_class,
        "flight_status": sale.flight_status,
        "price_minor": sale.price_minor,
        "purchased_at": sale.flight.departs_at - sale.purchased,
        "disrupted_at": sale.flight.departs_at - timedelta(hours=7) if cancelled_flight else None,
        "ticket_number": f"942-{int(_digest(sale.code), 16) % 10**10:010d}",
    }


def _passengers(sale: Sale) -> list[dict[str, Any]]:
    return [
        {"reservation_code": sale.code, "position": position, "first_name": first, "last_name": last}
        for position, (first, last) in enumerate(sale.names)
    ]


def _bags(sale: Sale) -> list[dict[str, Any]]:
    return [{"bag_tag": tag, "reservation_code": sale.code, "status": status} for tag, status in sale.bags]


def _purchase(sale: Sale) -> dict[str, Any]:
    return {
        "payment_id": f"pay_{_digest(sale.code)}",
        "customer_id": sale.owner.customer_id,
        "payment_method_id": sale.owner.methods()[0]["payment_method_id"],
        "reservation_code": sale.code,
        "quote_id": None,
        "amount_minor": sale.price_minor,
        "refunded_minor": 0,
        "idempotency_key": None,
        "captured_at": sale.flight.departs_at - sale.purchased,
    }


def _accounts(people: Iterable[Person], sales: Iterable[Sale]) -> list[dict[str, Any]]:
    points = {person.customer_id: person.points for person in people}
    for sale in sales:
        points[sale.owner.customer_id] += _points(sale)
    return [{"customer_id": p.customer_id, "tier": p.tier, "points": points[p.customer_id]} for p in people]


def _earned(sale: Sale, today: date) -> dict[str, Any]:
    return {
        "customer_id": sale.owner.customer_id,
        "reservation_code": sale.code,
        "kind": "earned",
        "points": _points(sale),
        "reason": "purchase",
        "at": datetime.combine(today, time(), UTC),
    }


def _points(sale: Sale) -> int:
    return 0 if sale.status == "cancelled" else points_earned(sale.owner.tier, sale.price_minor)


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()[:16]
