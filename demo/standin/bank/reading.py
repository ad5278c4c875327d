"""Which account, amount and payee do the customer's words mean?"""

import re

from demo.standin.moves import found
from demo.standin.scene import Scene, Want
from demo.standin.thread import Task
from demo.standin.wire import Obj

ACCOUNTS, PAYEES = Want("list_accounts"), Want("list_payees")
_TOKEN = re.compile(r"<[A-Z_]+_\d+>")
_FIGURE = re.compile(r"(?<![\w.,-])(\d{1,3}(?:[,.' ]\d{3})+|\d{1,9})(?:[.,](\d{1,2}))?(?=(?:eur|euros?)?(?!\w))", re.I)
_IBAN = re.compile(r"<IBAN_\d+>")
_NEW_NAME = re.compile(
    r"\b(?:payee|recipient|beneficiary|add)\s+(?:the\s+|a\s+|new\s+)*"
    r"(<NAME_\d+>|[A-ZÄÖÜ][\w'’-]+(?:\s+[A-ZÄÖÜ][\w'’-]+){0,3})"
)
_PURPOSE = re.compile(r"\bfor\s+(?:the\s+|my\s+|our\s+)?([^.?!<\n]{3,60})", re.I)
_INSTEAD = re.compile(
    r"\b(?:instead|(?:make|change) (?:it|that))\b"
    r"|^\W*(?:(?:no|actually|sorry|rather|only|just)\W+)+(?:eur\W*)?\d[\d.,]*\W*(?:eur|euros?)?\W*(?:please)?\W*$",
    re.IGNORECASE,
)
_REFUSED_AMOUNT = re.compile(r"\bnot\W+(?:eur\W*)?\d", re.IGNORECASE)


def words_since(scene: Scene, task: Task) -> str:
    """What the customer has written for this wish, oldest first."""
    return " \n".join(reversed(scene.user_texts(task.start)))


def amount_in(text: str) -> Obj | None:
    """The last amount that the words name, as money; None without one."""
    figures = list(_FIGURE.finditer(_TOKEN.sub(" ", text)))
    if not figures:
        return None
    whole = int(re.sub(r"\D", "", figures[-1][1]))
    return {"amount": whole * 100 + int((figures[-1][2] or "0").ljust(2, "0")), "currency": "EUR"}


def amount_instead(text: str) -> Obj | None:
    """The amount that the words put in place of another one; None where they only speak of one."""
    meant = _INSTEAD.search(text) and "?" not in text and not _REFUSED_AMOUNT.search(text)
    return amount_in(text) if meant else None


def account_in(scene: Scene, text: str) -> Obj | None:
    """The account that the words mean: the joint one, a savings one, one held for somebody, else one's own current."""
    listing = found(scene, ACCOUNTS)
    accounts: list[Obj] = listing.get("accounts") or []
    mine = listing.get("customer_id")
    own = [account for account in accounts if account["owner"] == mine]
    fitting = own
    if re.search(r"\b(joint|our)\b", text, re.I):
        fitting = [account for account in accounts if str(account["owner"]).startswith("J")]
    elif re.search(r"\b(mother|father|parent)\b", text, re.I):
        fitting = [account for account in accounts if account not in own and str(account["owner"]).startswith("P")]
    if re.search(r"\bsaving", text, re.I):
        fitting = [account for account in fitting if account["kind"] == "savings"]
    current = [account for account in fitting if account["kind"] == "current"]
    return next(iter(current or fitting), None)


def payee_in(scene: Scene, text: str) -> Obj | None:
    """The active payee whose name (or its token) the words hold."""
    active = [payee for payee in found(scene, PAYEES).get("payees") or [] if payee["status"] == "active"]
    return next((payee for payee in active if payee["name"] in text or payee["iban"] in text), None)


def new_payee_in(text: str) -> Obj:
    """Name and IBAN of somebody new, as far as the words hold them."""
    name, iban = _NEW_NAME.search(text), _IBAN.search(text)
    return {"name": name[1] if name else "", "iban": iban[0] if iban else ""}


def purpose_in(text: str) -> str:
    """What a transfer is for, as the customer says."""
    said = _PURPOSE.search(text)
    return said[1].strip(" ,;") if said else "Transfer"
