"""Does the runtime compute from the right facts, and refuse to guess where there are none?"""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.facts import Fact
from contracts.formula import Formula
from governance.formulas import find_attributes, write_formulas
from tests.governance.governance_samples import MONEY, NOW, TEXT, fact, make_tool

REST = {
    "function": "percentage",
    "round": "up",
    "of": [
        {"argument": "payment", "through": ["reservation", "paid"]},
        {"argument": "payment", "through": ["reservation", "fare_class", "percent"]},
    ],
    "unless": {"argument": "payment", "through": ["reservation", "status"], "one_of": ["disrupted"]},
}
BACK = {"function": "difference", "of": [{"argument": "payment", "through": ["reservation", "paid"]}, REST]}
REFUND = make_tool(
    "refund",
    "write",
    {"payment": TEXT, "amount": MONEY},
    parameters={
        "payment": {"source": "reference", "type": "payment"},
        "amount": {"source": "computed", "type": "refund", "max_age": "30m", "formula": BACK},
    },
    about={"fare_class": {"argument": "payment", "through": ["reservation", "fare_class"]}},
)


def eur(amount: int, currency: str = "EUR") -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


def facts(paid: int = 12_900, percent: Any = 50, status: str = "confirmed", **changes: Any) -> list[Fact]:
    """A payment, the reservation it is for, the rules of its fare; and a companion's reservation beside it."""
    return [
        fact("payment", "pay_1", "/payments/0/payment_id", call="p"),
        fact("reservation", "K7Q2LM", "/payments/0/reservation_code", call="p"),
        fact("reservation", "K7Q2LM", "/reservations/0/reservation_code", call="r"),
        fact("fare_class", "classic", "/reservations/0/fare_class", call="r"),
        fact("status", status, "/reservations/0/status", call="r"),
        fact("paid", changes.get("money", eur(paid)), "/reservations/0/price_paid", call="r"),
        fact("reservation", "OTHER1", "/reservations/1/reservation_code", call="r"),
        fact("fare_class", "flex", "/reservations/1/fare_class", call="r"),
        fact("paid", eur(99_900), "/reservations/1/price_paid", call="r"),
        fact("fare_class", "classic", "/fare_class", call="f"),
        fact("percent", percent, "/non_refundable_percent", call="f"),
        fact("fare_class", "flex", "/fare_class", call="g"),
        fact("percent", 0, "/non_refundable_percent", call="g"),
    ]


def bind(known: list[Fact], **given: Any) -> Any:
    return write_formulas({"payment": "pay_1", **given}, REFUND, known, NOW)


@given(st.integers(0, 10_000_000), st.integers(0, 100))
def test_what_comes_back_and_what_is_kept_are_all_that_was_paid(paid: int, percent: int) -> None:
    back = bind(facts(paid, percent)).arguments["amount"]["amount"]
    assert 0 <= back <= paid
    assert back == paid * (100 - percent) // 100, "a cent that cannot be split is kept"


def test_a_flight_that_was_cancelled_gives_everything_back() -> None:
    assert bind(facts(status="disrupted")).arguments["amount"] == eur(12_900)


def test_nobody_may_state_another_value_and_the_same_one_is_fine() -> None:
    assert bind(facts(), amount=eur(12_900)).verdict.code == "computed_argument"
    assert bind(facts(), amount=eur(6_450)).verdict.allowed


@pytest.mark.parametrize("missing", ["payment", "paid", "fare_class", "percent", "status", "reservation"])
def test_without_any_one_fact_nothing_is_computed(missing: str) -> None:
    refused = bind([one for one in facts() if one.type != missing])
    assert refused.verdict.code == "not_computable"
    assert "amount" not in refused.arguments


@pytest.mark.parametrize("percent", [101, -1, "50", 50.5, True, None])
def test_a_percentage_that_is_none_computes_nothing(percent: Any) -> None:
    assert bind(facts(percent=percent)).verdict.code == "not_computable"


@pytest.mark.parametrize("money", [eur(-1), eur(1, ""), {"amount": "5", "currency": "EUR"}, 5, {"amount": True}, None])
def test_what_is_no_money_computes_nothing(money: Any) -> None:
    if money == eur(1, ""):
        money = {"amount": 1}
    assert bind(facts(money=money)).verdict.code == "not_computable"


def test_old_facts_compute_nothing() -> None:
    old = [one.model_copy(update={"as_of": NOW - timedelta(minutes=31)}) for one in facts()]
    assert bind(old).verdict.code == "not_computable"


def test_the_newest_of_two_readings_counts_and_two_that_differ_at_once_are_none() -> None:
    newer = (
        fact("percent", 10, "/non_refundable_percent", call="f2"),
        fact("fare_class", "classic", "/fare_class", call="f2"),
    )
    later = [one.model_copy(update={"as_of": NOW + timedelta(seconds=1)}) for one in newer]
    assert bind([*facts(), *later]).arguments["amount"] == eur(11_610)
    assert bind([*facts(), *newer]).verdict.code == "not_computable"


def test_another_payment_is_not_computed_from_this_one() -> None:
    assert write_formulas({"payment": "pay_2"}, REFUND, facts(), NOW).verdict.code == "not_computable"


def test_policies_see_what_reads_say_and_nothing_that_they_do_not() -> None:
    assert find_attributes(REFUND, {"payment": "pay_1"}, facts(), NOW) == {"fare_class": "classic"}
    assert find_attributes(REFUND, {"payment": "pay_2"}, facts(), NOW) == {}


def test_amounts_of_two_currencies_are_not_added() -> None:
    both = Formula.model_validate(
        {
            "function": "sum",
            "of": [{"argument": "payment", "through": ["a"]}, {"argument": "payment", "through": ["b"]}],
        }
    )
    tool = make_tool(
        "add",
        "write",
        {"payment": TEXT, "amount": MONEY},
        parameters={
            "payment": {"source": "reference", "type": "payment"},
            "amount": {"source": "computed", "type": "total", "formula": both.model_dump()},
        },
    )
    known = [fact("payment", "pay_1", "/x/id"), fact("a", eur(1), "/x/a"), fact("b", eur(2, "USD"), "/x/b")]
    assert write_formulas({"payment": "pay_1"}, tool, known, NOW).verdict.code == "not_computable"
    known[2] = fact("b", eur(2), "/x/b")
    assert write_formulas({"payment": "pay_1"}, tool, known, NOW).arguments["amount"] == eur(3)
