"""Who are the many customers that want the same at once? Copies of the one who wants tomorrow's morning flight."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.conversation import Conversation
from tests.days import in_days
from tests.stack import Stack
from tests.survival.holding import Holding

MORNING = "NW204"
WISH = "Move me to tomorrow's morning flight"
WRITES = {
    "charge_payment": "payments",
    "change_flight": "booking",
    "recalculate_points": "loyalty",
    "notify_operations": "operations",
}
"""What is confirmed, in order, and the system of each write."""


@dataclass(frozen=True)
class Like:
    """Whose copies they are: a customer of the seed, and the reservation that is theirs."""

    customer: str = "C101"
    reservation: str = "K7Q2LM"


_THEIR_CUSTOMER = "'customer_id', $1::text"
_THEIR_BOOKING = "'reservation_code', 'TR' || $1::text"
_THEIR_METHOD = "'payment_method_id', 'pm_' || lower($1::text) || 'visa4242'"
_OF_CUSTOMER, _OF_BOOKING = "customer_id = '{like.customer}'", "reservation_code = '{like.reservation}'"
_COPIES = (
    ("airline_customers.customers", _OF_CUSTOMER, _THEIR_CUSTOMER),
    ("airline_loyalty.accounts", _OF_CUSTOMER, _THEIR_CUSTOMER),
    ("airline_payments.methods", f"{_OF_CUSTOMER} AND is_default", f"{_THEIR_CUSTOMER}, {_THEIR_METHOD}"),
    ("airline_booking.reservations", _OF_BOOKING, f"{_THEIR_CUSTOMER}, {_THEIR_BOOKING}"),
    ("airline_booking.passengers", _OF_BOOKING, _THEIR_BOOKING),
    ("airline_booking.bags", _OF_BOOKING, f"{_THEIR_BOOKING}, 'bag_tag', '0NW000' || right($1::text, 3)"),
    (
        "airline_payments.payments",
        f"{_OF_BOOKING} AND quote_id IS NULL",
        f"{_THEIR_CUSTOMER}, {_THEIR_BOOKING}, {_THEIR_METHOD}, 'payment_id', 'pay_' || left(md5($1::text), 16)",
    ),
    (
        "airline_loyalty.entries",
        _OF_BOOKING,
        f"{_THEIR_CUSTOMER}, {_THEIR_BOOKING},"
        " 'entry', nextval(pg_get_serial_sequence('airline_loyalty.entries', 'entry'))",
    ),
)
ANNA = Like()


def plant_travellers(holding: Holding, count: int, *, seats: int, like: Like = ANNA, first: int = 701) -> list[str]:
    """So many copies of a customer, each with a reservation `TR<id>`; the morning flight has `seats` left.

    Returns their ids, from `C<first>` on: three digits.
    """
    ids = [f"C{number}" for number in range(first, first + count)]
    for one in ids:
        for table, where, changed in _COPIES:
            copy = f"jsonb_populate_record(t, jsonb_build_object({changed}))"
            those = where.format(like=like)
            holding.ask(f"INSERT INTO {table} SELECT ({copy}).* FROM {table} AS t WHERE {those}", one)
    seats_left = "UPDATE airline_booking.flights SET seats_left = $1 WHERE flight_number = $2 AND flight_date = $3"
    holding.ask(seats_left, seats, MORNING, in_days(1))
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
