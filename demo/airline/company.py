"""What makes Northwind Air a demo company?"""

from datetime import timedelta

from demo.airline import control
from demo.airline.booking import api as booking
from demo.airline.booking.tables import BookingTable
from demo.airline.customers import api as customers
from demo.airline.customers.tables import CustomersTable
from demo.airline.fares import api as fares
from demo.airline.fares.tables import FaresTable
from demo.airline.loyalty import api as loyalty
from demo.airline.loyalty.tables import LoyaltyTable
from demo.airline.operations import api as operations
from demo.airline.operations.tables import OperationsTable
from demo.airline.payments import api as payments
from demo.airline.payments.tables import PaymentsTable
from demo.airline.rolling import postpone_relief_flight, roll_dates
from demo.airline.seeding.plant import DATASET, plant
from demo.airline.seeding.stories import STORIES
from demo.airline.settings import AirlineSettings
from demo.airline.shapes import CUSTOMER_ID, RESERVATION_CODE, SYSTEMS
from demo.systems.company import Company, Visitor
from demo.systems.problems import Refusals

_TITLES = {
    "already_cancelled": (409, "The reservation is already cancelled"),
    "already_credited": (409, "The points were already credited"),
    "already_paid": (409, "The quote is already paid"),
    "case_exists": (409, "The bag already has a case"),
    "incomplete_record": (409, "The record lacks a field"),
    "no_seat_left": (409, "No seat is left"),
    "not_changeable": (409, "The reservation cannot be changed"),
    "not_cancellable": (409, "The reservation cannot be cancelled"),
    "not_entitled": (409, "Nothing is granted for this reservation"),
    "not_flown": (409, "The flight has not departed"),
    "nothing_due": (409, "Nothing is due"),
    "not_refundable": (409, "The amount cannot be refunded"),
    "payment_required": (409, "The change must be paid first"),
    "refund_changed": (409, "Another amount can be refunded"),
    "quote_stale": (409, "The quote no longer holds"),
}


AIRLINE = Company(
    name="airline",
    title="Northwind Air",
    realm="northwind",
    systems=SYSTEMS,
    apis={
        "booking": booking,
        "fares": fares,
        "loyalty": loyalty,
        "customers": customers,
        "payments": payments,
        "operations": operations,
    },
    control=control.router,
    settings=AirlineSettings,
    refusals=Refusals("urn:northwind:problem:", _TITLES),
    subject=CUSTOMER_ID,
    claimed_record=RESERVATION_CODE,
    record="reservation_code",
    dataset=DATASET,
    tables=(
        BookingTable.metadata,
        CustomersTable.metadata,
        FaresTable.metadata,
        LoyaltyTable.metadata,
        OperationsTable.metadata,
        PaymentsTable.metadata,
    ),
    plant=plant,
    roll=roll_dates,
    settle=postpone_relief_flight,
    people=lambda: STORIES,
    visitor=Visitor(
        "knows a reservation code and a last name",
        ("Hi there", "How much is an extra bag?", "When does my booking leave?", "I want a person"),
    ),
    # operations publishes every few minutes, loyalty every minute; the others answer from the record itself
    feed_age={"operations": timedelta(minutes=4), "loyalty": timedelta(minutes=1)},
)
