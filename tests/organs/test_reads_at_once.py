"""Do independent reads run at once? The second starts before the first has completed."""

from datetime import datetime
from itertools import pairwise
from typing import Any

from tests.conversation import Conversation, admin
from tests.stack import Stack

SLOW_MS = 1000
READS = ("search_flights", "get_fare_rules", "get_loyalty_account")


def calls_of(customer: Conversation, *operations: str) -> list[dict[str, Any]]:
    """The company's own log of the calls of this request, in the order of their start."""
    params = {"request_id": customer.request_id}
    found = admin(customer.stack, "GET", "/_calls", params=params).json()["rows"]
    return [row for row in found if row["operation"] in operations]


def test_alternatives_rules_and_loyalty_are_read_concurrently(stack: Stack) -> None:
    for system, operation in (("booking", "search_flights"), ("fares", "get_fare_rules")):
        fault = {"system": system, "operation": operation, "mode": "slow", "times": 1, "delay_ms": SLOW_MS}
        admin(stack, "POST", "/_control", json=fault)
    customer = Conversation(stack, "C101")
    customer.say("Move me to tomorrow's morning flight")
    reads = calls_of(customer, *READS)
    assert {read["operation"] for read in reads} == set(READS)
    ended = min(datetime.fromisoformat(read["finished_at"]) for read in reads if read["operation"] != READS[2])
    started = max(datetime.fromisoformat(read["started_at"]) for read in reads)
    assert started < ended, "the last started before the first of the slow ones had completed"


def test_writes_of_a_set_run_one_after_the_other(stack: Stack) -> None:
    customer = Conversation(stack, "C101")
    customer.say("Move me to tomorrow's morning flight")
    customer.decide()
    writes = calls_of(customer, "charge_payment", "change_flight", "recalculate_points", "notify_operations")
    assert [write["operation"] for write in writes] == [
        "charge_payment",
        "change_flight",
        "recalculate_points",
        "notify_operations",
    ]
    for first, second in pairwise(writes):
        assert datetime.fromisoformat(first["finished_at"]) <= datetime.fromisoformat(second["started_at"])
