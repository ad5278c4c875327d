"""Is the seed what was promised, the same each time, and always about today?"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from demo.airline.company import AIRLINE
from demo.airline.rolling import relief_departure
from demo.systems.clock import Clock
from demo.systems.database import open_engine, prepare
from tests.demo_airline.airline import Airline
from tests.demo_airline.conftest import NOW

SEEN = (
    "SELECT r.reservation_code, r.status, coalesce(r.flight_status, f.status) AS booked, m.status AS moved "
    "FROM airline_booking.reservations r JOIN airline_booking.flights f ON f.key = r.flight_key "
    "JOIN airline_operations.movements m ON (m.flight_number, m.flight_date) = (f.flight_number, f.flight_date)"
)
AGREES = {"on_time": "scheduled", "delayed": "delayed", "cancelled": "cancelled"}


async def test_the_airline_is_as_large_as_promised(airline: Airline) -> None:
    counts = {
        "airline_booking.flights": 300,
        "airline_operations.movements": 300,
        "airline_customers.customers": 500,
        "airline_booking.reservations": 2_000,
        "airline_payments.payments": 2_000,
        "airline_loyalty.accounts": 500,
    }
    for table, count in counts.items():
        assert (await airline.sql(f"SELECT count(*) FROM {table}"))[0]["count"] == count, table
    tiers = await airline.sql("SELECT DISTINCT tier FROM airline_loyalty.accounts")
    assert {row["tier"] for row in tiers} == {"none", "silver", "gold", "platinum"}
    for table, at_least in {"airline_customers.companions": 120, "airline_booking.bags": 1_000}.items():
        assert (await airline.sql(f"SELECT count(*) FROM {table}"))[0]["count"] >= at_least
    moved = await airline.sql("SELECT status, count(*) FROM airline_operations.movements GROUP BY 1")
    found = {row["status"]: row["count"] for row in moved}
    assert found["cancelled"] == 9
    assert 15 <= found["delayed"] <= 40


async def test_exactly_twenty_bookings_contradict_operations(airline: Airline) -> None:
    rows = await airline.sql(SEEN)
    assert len(rows) == 2_000
    assert sum(AGREES[row["moved"]] != row["booked"] for row in rows) == 20


async def test_exactly_twenty_others_lack_a_field_and_are_refused_a_price(airline: Airline) -> None:
    lacking = await airline.sql(
        "SELECT reservation_code, customer_id FROM airline_booking.reservations WHERE fare_class IS NULL"
    )
    nameless = await airline.sql(
        "SELECT DISTINCT reservation_code FROM airline_booking.passengers WHERE last_name IS NULL"
    )
    assert (len(lacking), len(nameless)) == (10, 10)
    code, sub = lacking[0]["reservation_code"], lacking[0]["customer_id"]
    read = await airline.call("get_reservation", sub=sub, reservation_code=code)
    assert read["reservation"]["fare_class"] is None
    refused = await airline.refused("cancel_reservation", sub=sub, reservation_code=code)
    assert refused[:2] == (409, "incomplete_record")


async def test_every_reservation_of_the_seed_fits_the_contract(airline: Airline) -> None:
    owners = await airline.sql("SELECT DISTINCT customer_id FROM airline_booking.reservations ORDER BY 1 LIMIT 60")
    for row in owners:
        assert await airline.call("list_reservations", sub=row["customer_id"], customer_id=row["customer_id"])


async def test_operations_are_older_than_booking(airline: Airline) -> None:
    booked = await airline.call("get_reservation", reservation_code="K7Q2LM")
    moved = await airline.call("get_flight_status", flight_number="NW212", date="2026-11-24")
    age = datetime.fromisoformat(booked["as_of"]) - datetime.fromisoformat(moved["as_of"])
    assert timedelta(minutes=3) < age < timedelta(minutes=5)


async def _dump(url: str) -> list[list[Any]]:
    engine = open_engine(url)
    tables = ("booking.flights", "booking.reservations", "booking.passengers", "booking.bags", "customers.customers")
    async with engine.connect() as connection:
        dumps = [
            [tuple(row) for row in await connection.execute(text(f"SELECT * FROM airline_{table} ORDER BY 1, 2"))]
            for table in (*tables, "operations.movements", "loyalty.accounts", "payments.payments")
        ]
    await engine.dispose()
    return dumps


async def test_the_seed_is_the_same_each_time(database_url: str, empty_database: str) -> None:
    engine = open_engine(empty_database)
    assert (await prepare(engine, AIRLINE, Clock(NOW))).startswith("created")
    assert (await prepare(engine, AIRLINE, Clock(NOW))) == "found as it was left"
    await engine.dispose()
    assert await _dump(empty_database) == await _dump(database_url)


async def test_rolling_keeps_what_customers_did_and_rolling_back_undoes_it(airline: Airline, database_url: str) -> None:
    before = await _dump(database_url)
    quote = await airline.call("quote_change", sub="C102", reservation_code="P3XW9T", flight_id="NW204-2026-11-22")
    await airline.call(
        "change_flight",
        sub="C102",
        reservation_code="P3XW9T",
        flight_id="NW204-2026-11-22",
        quote_id=quote["quote_id"],
        payment_id=None,
    )
    await airline.call(
        "notify_operations", sub="C102", reservation_code="P3XW9T", flight_id="NW204-2026-11-22", kind="passenger_moved"
    )
    kept = await _dump(database_url)
    assert kept != before
    clock = airline.world.clock
    for days in (1, 1, 40, -42):
        clock.stopped_at = clock.now() + timedelta(days=days)
        assert await prepare(airline.world.engine, AIRLINE, clock) == f"found, dates rolled by {days} days"
        assert await prepare(airline.world.engine, AIRLINE, clock) == "found as it was left"
        tomorrow = clock.today() + timedelta(days=1)
        read = await airline.call("get_reservation", sub="C102", reservation_code="P3XW9T")
        assert read["reservation"]["flight_id"] == f"NW204-{tomorrow}"
        assert read["reservation"]["departs_at"].startswith(f"{tomorrow}T07:10")
        storm = await airline.call("get_flight_status", flight_number="NW212", date=str(clock.today()))
        assert storm["status"] == "cancelled"
    assert await _dump(database_url) == kept


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("2026-11-21T00:05", "2026-11-21T21:15"),
        ("2026-11-21T19:15", "2026-11-21T21:15"),
        ("2026-11-21T19:16", "2026-11-21T21:20"),
        ("2026-11-21T21:58", "2026-11-21T23:50"),
        ("2026-11-21T23:29", "2026-11-21T23:50"),
        ("2026-11-21T23:31", "2026-11-22T01:35"),
    ],
)
def test_the_relief_flight_leaves_today_while_it_can(now: str, leaves: str) -> None:
    departure = relief_departure(datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert departure == datetime.fromisoformat(leaves).replace(tzinfo=UTC)


@pytest.mark.parametrize("hour", [0, 6, 12, 15, 18, 20, 22])
async def test_whatever_the_hour_david_finds_a_flight_today_and_one_tomorrow(airline: Airline, hour: int) -> None:
    clock = airline.world.clock
    clock.stopped_at = datetime(2026, 11, 21, hour, 17, tzinfo=UTC)
    await prepare(airline.world.engine, AIRLINE, clock)
    for day in (date(2026, 11, 21), date(2026, 11, 22)):
        found = await airline.call("search_flights", origin="FRA", destination="LIS", date=str(day))
        later = [
            f for f in found["flights"] if f["departs_at"] > clock.now().isoformat() and f["status"] == "scheduled"
        ]
        usable = [f for f in later if f["seats_left"] > 0]
        assert usable, day
        for flight in usable:
            quote = {"reservation_code": "P3XW9T", "flight_id": flight["flight_id"]}
            assert (await airline.call("quote_change", sub="C102", **quote))["total_due"]["amount"] == 0
    relief = await airline.sql(
        "SELECT f.departs_at, m.scheduled_departure, m.estimated_departure FROM airline_booking.flights f "
        "JOIN airline_operations.movements m USING (flight_number, flight_date) WHERE flight_number = 'NW290'"
    )
    assert len(relief) == 1
    assert len(set(relief[0].values())) == 1
