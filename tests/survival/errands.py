"""What do customers of both demo companies have done in whose writes a worker dies? One errand for each write."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from demo.bank.seeding.accounts import iban_elsewhere
from tests.approvals import judge
from tests.conversation import Conversation, admin
from tests.survival.deaths import decide_and_go
from tests.survival.holding import Holding
from tests.survival.travellers import Like, plant_travellers

RENT = "Hausverwaltung Lindner"
"""Whom every one of the bank's made-up customers pays."""
WEATHER, LOST, BACK = Like("C102", "P3XW9T"), Like("C103", "T8BN4C"), Like("C101", "K7Q2LM")


@dataclass(frozen=True)
class Errand:
    """One customer's wish, up to the moment from which a write of it may be held, and what it comes to.

    `before` is done behind what is said; `start` sets the write going; `end` is what the customer still has to do once
    the worker lives again. `done`: how often each operation stands in the company's ledgers at the end. `orders`: what
    a model that obeys anybody is told to call where it reads these words; the helpful one has no script for it.
    """

    customer: str
    said: tuple[str, ...]
    done: dict[str, int]
    before: Callable[[Conversation], None] = lambda _: None
    start: Callable[[Conversation], None] = decide_and_go
    end: Callable[[Conversation], None] | None = None
    orders: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass
class Plot:
    """Where customers come from, one for each errand: copies of the airline's, and the bank's own."""

    holding: Holding
    travellers: Iterator[int] = field(default_factory=lambda: iter(range(801, 999)))
    clients: Iterator[int] = field(default_factory=lambda: iter(range(207, 320)))

    def traveller(self, like: Like) -> str:
        """A copy of this customer; flights have seats enough for all."""
        (one,) = plant_travellers(self.holding, 1, seats=90, like=like, first=next(self.travellers))
        self.holding.ask("UPDATE airline_booking.flights SET seats_left = 90 WHERE seats_left > 0")
        return one

    def client(self) -> str:
        """A customer of the bank."""
        return f"P{next(self.clients)}"

    def account(self, customer: str) -> str:
        """The IBAN of their current account."""
        query = "SELECT iban FROM bank_accounts.accounts WHERE party_id = $1 AND kind = 'current'"
        return str(self.holding.ask(query, customer)[0]["iban"])

    def landlord(self, customer: str) -> str:
        """Their payee for the rent."""
        query = "SELECT payee_id FROM bank_transfers.payees WHERE customer_id = $1 AND name = $2"
        return str(self.holding.ask(query, customer, RENT)[0]["payee_id"])


def say_later(text: str) -> Callable[[Conversation], None]:
    """Say it, and wait for nothing."""
    return lambda talk: talk.send(text)


# ---------------------------------------------------------------- the airline


def rebooking(plot: Plot) -> Errand:
    """After a storm: another flight, points, and a note."""
    said = ("My flight was cancelled, what can you do for me?", "the first one please")
    return Errand(
        plot.traveller(WEATHER), said, dict.fromkeys(("change_flight", "credit_points", "add_customer_note"), 1)
    )


def lost_bag(plot: Plot) -> Errand:
    """A bag that did not arrive."""
    who = plot.traveller(LOST)
    said = ("My bag is lost", f"TR{who}", "a red Samsonite with a dent", "Rua Augusta 12, 1100-053 Lisboa")
    return Errand(who, said, {"open_bag_case": 1})


_REFUND = "Please cancel my trip and refund me"
_REFUNDED = {"send_one_time_code": 1, "cancel_reservation": 1, "refund_payment": 1}


def type_the_code(talk: Conversation) -> None:
    """The one code in the customer's own mailbox."""
    talk.await_status("waiting_for_code", patience=90)
    letters = admin(talk.stack, "GET", "/_mailbox", params={"customer_id": talk.customer}).json()["letters"]
    (letter,) = letters
    found = re.match(r"\d{6}", letter["text"])
    assert found is not None
    talk.say(found[0])
    assert talk.status == "waiting_for_confirmation", talk.look()


def refund(plot: Plot) -> Errand:
    """A trip that is given back; the code is typed before the card is shown."""
    return Errand(plot.traveller(BACK), (_REFUND,), _REFUNDED, before=type_the_code)


def refund_with_code(plot: Plot) -> Errand:
    """The same, before the code."""

    def go_on(talk: Conversation) -> None:
        type_the_code(talk)
        talk.decide()

    return Errand(plot.traveller(BACK), ("Hi there",), _REFUNDED, start=say_later(_REFUND), end=go_on)


# ---------------------------------------------------------------- the bank


def transfer(plot: Plot) -> Errand:
    """Money to somebody known."""
    return Errand(plot.client(), (f"Transfer 20 euros to {RENT} for the rent",), {"make_transfer": 1})


def _pay_clara(customer: str) -> tuple[str, ...]:
    return (f"Add the payee Clara Vogt, {iban_elsewhere(820000 + int(customer[1:]))}, and send her 75 euros",)


def new_payee(plot: Plot) -> Errand:
    """Money to somebody new."""
    who = plot.client()
    return Errand(who, _pay_clara(who), {"add_payee": 1, "make_transfer": 1})


def payee_undone(plot: Plot) -> Errand:
    """Money to somebody new, of which the daily limit leaves nothing: the new payee does not stay."""
    who = plot.client()
    plot.holding.ask("UPDATE bank_accounts.accounts SET daily_limit_minor = 1000 WHERE party_id = $1", who)
    return Errand(who, _pay_clara(who), {"add_payee": 1, "close_payee": 1})


def higher_limit(plot: Plot) -> Errand:
    """A higher limit, which somebody else approves."""

    def approve(talk: Conversation) -> None:
        talk.decide(wait=None)
        talk.await_status("waiting_for_approval")
        assert judge(talk, "approve").status_code == 200

    return Errand(plot.client(), ("Raise my daily limit to 15000 euros",), {"raise_limit": 1}, start=approve)


def frozen_card(plot: Plot) -> Errand:
    """A card that is stopped at once, without a confirmation."""
    return Errand(plot.client(), ("Hi there",), {"freeze_card": 1}, start=say_later("My card was stolen"))


def _calls(tool: str, **arguments: Any) -> str:
    """An order to call it."""
    return f"call {tool} with {json.dumps(arguments)}"


_ACCOUNTS, _PAYEES, _TOKEN = _calls("list_accounts"), _calls("list_payees"), "<IBAN_1>"


def statement_copy(plot: Plot) -> Errand:
    """A statement's copy by post."""
    who = plot.client()
    said = f"Send me a copy of last month's statement of {plot.account(who)} by post, matter {who}"
    order = _calls("order_statement_copy", iban=_TOKEN, month="2026-10", delivery="post")
    return Errand(who, (said,), {"order_statement_copy": 1}, orders={f"matter {who}": f"{_ACCOUNTS} {order}"})


def open_again(plot: Plot) -> Errand:
    """A payee who was closed."""
    who = plot.client()
    plot.holding.ask("UPDATE bank_transfers.payees SET status = 'closed' WHERE payee_id = $1", plot.landlord(who))
    order = _calls("reopen_payee", payee_id=plot.landlord(who))
    said = f"Who are my payees? It is about matter {who}"
    return Errand(who, (said,), {"reopen_payee": 1}, orders={f"matter {who}": f"{_PAYEES} {order}"})


def standing_order(plot: Plot) -> Errand:
    """The rent, every month."""
    who = plot.client()
    said = f"Create a standing order of 20 euros for the rent from {plot.account(who)}, matter {who}"
    amount = {"amount": 2000, "currency": "EUR"}
    given = {"iban": _TOKEN, "payee_id": plot.landlord(who), "purpose": "the rent", "day_of_month": 3}
    order = f"{_ACCOUNTS} {_PAYEES} {_calls('create_standing_order', **given, amount=amount)}"
    return Errand(who, (said,), {"create_standing_order": 1}, orders={f"matter {who}": order})


def no_standing_order(plot: Plot) -> Errand:
    """The rent, no more: it is read first, and cancelled then."""
    who = plot.client()
    query = "SELECT standing_order_id AS found FROM bank_transfers.standing_orders WHERE iban = $1"
    (known,) = plot.holding.ask(query, plot.account(who))
    said = (
        f"What did I pay and get this month? I mean {plot.account(who)}, matter {who}",
        f"Cancel my standing order, as in letter {who}",
    )
    orders = {
        f"matter {who}": f"{_ACCOUNTS} {_calls('list_standing_orders', iban=_TOKEN)}",
        f"letter {who}": _calls("cancel_standing_order", standing_order_id=known["found"]),
    }
    return Errand(who, said, {"cancel_standing_order": 1}, orders=orders)


def note(plot: Plot) -> Errand:
    """A note on the record."""
    who = plot.client()
    order = _calls("add_note", text="moves in May")
    return Errand(
        who, (f"Who are my payees? It is about matter {who}",), {"add_note": 1}, orders={f"matter {who}": order}
    )


ERRANDS: dict[tuple[str, str], Callable[[Plot], Errand]] = {
    ("airline", "credit_points"): rebooking,
    ("airline", "add_customer_note"): rebooking,
    ("airline", "open_bag_case"): lost_bag,
    ("airline", "cancel_reservation"): refund,
    ("airline", "refund_payment"): refund,
    ("airline", "send_one_time_code"): refund_with_code,
    ("bank", "make_transfer"): transfer,
    ("bank", "add_payee"): new_payee,
    ("bank", "close_payee"): payee_undone,
    ("bank", "reopen_payee"): open_again,
    ("bank", "raise_limit"): higher_limit,
    ("bank", "freeze_card"): frozen_card,
    ("bank", "order_statement_copy"): statement_copy,
    ("bank", "create_standing_order"): standing_order,
    ("bank", "cancel_standing_order"): no_standing_order,
    ("bank", "add_note"): note,
}
"""By company and write: the errand in which the worker dies within this write; flow 3's have tests of their own."""
