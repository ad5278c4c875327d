"""What does a message to a bank wish for?"""

import re

from demo.standin.lexicon import words_of
from demo.standin.relevance import find_note
from demo.standin.state import Note
from demo.standin.wishes import Heard, asides_of, wants_person


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_IBAN = re.compile(r"<IBAN_\d+>")
_PAY = _set("transfer send pay wire")
_PAYEE = _set("payee payees recipient recipients beneficiary beneficiaries")
_CARD = _set("card cards visa girocard wallet purse")
_STOP = frozenset(
    ["freeze", "block", "lock", "stop", "lost", "stolen", "gone", "suspend", "deactivate", "fraud", "copied"]
)
_GO = _set("unfreeze unblock unlock reactivate activate")
_RAISE = _set("raise increase higher up more lift set bigger extend change put")
_BOOKED = frozenset(
    [
        "transactions",
        "bookings",
        "booking",
        "booked",
        "payments",
        "spend",
        "spent",
        "salary",
        "line",
        "lines",
        "debited",
        "paid",
    ]
)
_HOLD = _set("balance balances account accounts money savings")
_TERMS = _set("cost costs fee fees interest terms highest price free")
_ASK = frozenset(
    ["what", "how", "which", "when", "who", "where", "can", "may", "does", "do", "is", "are", "from", "if"]
)


def hear(text: str, notes: tuple[Note, ...] = ()) -> Heard:
    """The one wish of a message, or none, and what it says besides."""
    if wants_person(text):
        return Heard(tasks=("person",))
    wish = _wish_of(text, set(words_of(text)), notes)
    return Heard((wish,) if wish else (), asides_of(text, busy=bool(wish)))


def _wish_of(text: str, words: set[str], notes: tuple[Note, ...]) -> str | None:
    for wish, holds in (
        ("unfreeze", bool(words & _GO and words & _CARD)),
        ("freeze", bool(words & _STOP and words & _CARD)),
        ("standing", {"standing"} <= words and bool(words & {"order", "orders"})),
        ("new_payee", bool(words & {"add", "new", "save"} and (words & _PAYEE or _IBAN.search(text)))),
        ("raise_limit", "limit" in words and bool(words & _RAISE) and bool(re.search(r"\d", text))),
        ("transfer", bool(words & _PAY) and bool(re.search(r"\d", _IBAN.sub("", text)) or words & {"want", "please"})),
        ("payees", bool(words & _PAYEE)),
        ("limit", "limit" in words and not _is_general(words)),
        ("statement", bool(words & {"statement", "statements"}) and "post" not in words),
        ("notes", bool(words & {"note", "notes", "noted"})),
        ("transactions", bool(words & _BOOKED) or _of_money(words) or {"came", "went"} <= words),
        ("question", bool(words & _ASK or "?" in text) and _is_general(words) and find_note(notes, text) is not None),
        ("balance", bool(words & _HOLD) and not _is_general(words)),
        ("question", bool(words & _ASK or "?" in text) and find_note(notes, text) is not None),
        ("question", "?" in text and bool(words & _TERMS)),
    ):
        if holds:
            return wish
    return None


def _of_money(words: set[str]) -> bool:
    return {"pay", "get"} <= words and not words & _TERMS


def _is_general(words: set[str]) -> bool:
    """A question about terms rather than about the customer's own."""
    return bool(words & _TERMS) or not words & {"my", "our", "me", "mine", "i"}
