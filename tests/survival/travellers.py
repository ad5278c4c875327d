"""Who are the many customers that want the same at once? Copies of the one who wants tomorrow's morning flight."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from tests.conversation import Conversation
from tests.stack import NOW, Stack
from tests.survival.holding import Holding

MORNING = "NW204"
TOMORROW = datetime.fromisoformat(NOW).date() + timedelta(days=1)
WISH = "Move me to tomorrow's morning flight"
WRITES = {
    "charge_payment": "payments",
    "change_flight": "booking",
    "recalculate_points": "loyalty",
    "notify_operations": "operations",
}
"""What is confirmed, in order, and the system of each write."""

_COPIES = (
    ("airline_customers.customers", "customer_id = 'C101'", "'customer_id', $1::text"),
    ("airline_loyalty.accounts", "customer_id = 'C101'", "'customer_id', $1::text"),
    (
        "airline_payments.methods",
        "customer_id = 'C101' AND is_default",
        "'customer_id', $1::text, 'payment_method_id', 'pm_' || lower($1::text) || 'visa4242'",
    ),
    (
        "airline_booking.reservations",
        "reservation_code = 'K7Q2LM'",
        "'customer_id', $1::text, 'reservation_code', 'TR' || $1::text",
    ),
    ("airline_booking.passengers", "reservation_code = 'K7Q2LM'", "'reservation_code', 'TR' || $1::text"),
    (
        "airline_loyalty.entries",
        "reservation_code = 'K7Q2LM'",
        "'customer_id', $1::text, 'reservation_code', 'TR' || $1::text,"
        " 'entry', nextval(pg_get_serial_sequence('airline_loyalty.entries', 'entry'))",
    ),
)


def plant_travellers(holding: Holding, count: int, *, seats: int) -> list[str]:
    """So many customers, each with a reservation to move; the morning flight has `seats` left. Returns their ids."""
    ids = [f"C{number}" for number in range(701, 701 + count)]
    for one in ids:
        for table, where, changed in _COPIES:
            copy = f"jsonb_populate_record(t, jsonb_build_object({changed}))"
            holding.ask(f"INSERT INTO {table} SELECT ({copy}).* FROM {table} AS t WHERE {where}", one)
    seats_left = "UPDATE airline_booking.flights SET seats_left = $1 WHERE flight_number = $2 AND flight_date = $3"
    holding.ask(seats_left, seats, MORNING, TOMORROW)
    return ids


def writes(talk: Conversation) -> Counter[str]:
    """What the company's systems did for this request, by their own ledgers."""
    return Counter(row["operation"] for system in WRITES.values() for row in talk.ledger(system))


def at_once[Given, Answer](do: Callable[[Given], Answer], each: list[Given], most: int = 100) -> list[Answer]:
    """Do it for each of them at the same time, for no more than `most` of them at once."""
    with ThreadPoolExecutor(min(len(each), most)) as pool:
        return list(pool.map(do, each))


def shown_the_card(stack: Stack, customers: list[str]) -> list[Conversation]:
    """Each has said what they want and sees what is to be confirmed; a few at once, so that nobody waits too long."""
    talks = [Conversation(stack, customer) for customer in customers]
    at_once(lambda talk: talk.say(WISH), talks, most=5)
    for talk in talks:
        assert talk.status == "waiting_for_confirmation", talk.look()
    return talks
