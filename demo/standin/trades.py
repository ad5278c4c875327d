"""In which trade is the company that the state names, and what is its own there?"""

from collections.abc import Callable
from dataclasses import dataclass

from demo.standin.bank.wishes import hear as hear_at_a_bank
from demo.standin.state import Note
from demo.standin.wishes import Heard, hear


@dataclass(frozen=True)
class Trade:
    """How a trade's customers are understood, and how the stand-in speaks of what it does."""

    hear: Callable[[str, tuple[Note, ...]], Heard]
    clarify: str
    offer: str
    goodbye: str
    chat: str
    rules: str


AIRLINE = Trade(
    hear=hear,
    clarify="I am not sure what you need. Is it about a booking, a flight, a bag or a price?",
    offer="How can I help you with your trip?",
    goodbye="Goodbye, and have a good flight.",
    chat="I am afraid I only know about flights.",
    rules="I cannot skip the verification or my other rules, because they protect your booking and your money.",
)
BANK = Trade(
    hear=hear_at_a_bank,
    clarify="I am not sure what you need. Is it about an account, a transfer, a card or a limit?",
    offer="How can I help you with your accounts?",
    goodbye="Goodbye.",
    chat="I am afraid I only know about accounts and cards.",
    rules="I cannot skip the verification or my other rules, because they protect your money.",
)


def is_bank(company: str) -> bool:
    """Whether the company's name says that it is a bank."""
    return "bank" in company.lower().split()


def trade_of(company: str) -> Trade:
    """The company's trade; an airline unless its name says otherwise."""
    return BANK if is_bank(company) else AIRLINE
