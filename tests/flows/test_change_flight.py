"""Flow 3: does a customer get to tomorrow's morning flight, with exactly the change that was confirmed?"""

from tests.conversation import Conversation
from tests.stack import Stack


def test_a_confirmed_change_is_paid_once_and_told(stack: Stack) -> None:
    customer = Conversation(stack, "C101")
    customer.say("Move me to tomorrow's morning flight")
    card = customer.look()["open_confirmation"]
    assert card["total"] == "45.00 EUR"
    assert customer.ledger("payments") == []

    (reply,) = customer.decide()

    assert "NW204" in reply
    assert "45.00 EUR" in reply
    assert len(customer.ledger("payments", "charge_payment")) == 1
    assert len(customer.ledger("booking", "change_flight")) == 1
    assert len(customer.ledger("loyalty", "recalculate_points")) == 1
    assert len(customer.ledger("operations", "notify_operations")) == 1
