"""Which accounts, payees, standing orders and cards does each customer have?"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from demo.bank.seeding.people import HOUSEHOLD, STORY_PEOPLE, Person
from demo.bank.shapes import check_digits

_BANK_CODE, _OTHER_BANK = "70999900", "70150000"

# party, kind → number at the bank, balance and daily limit in cents
STORY_ACCOUNTS = {
    ("P201", "current"): (2010001, 324_050, 200_000),
    ("P201", "savings"): (2010002, 1_200_000, 100_000),
    (HOUSEHOLD, "current"): (3010001, 560_000, 300_000),
    ("P202", "current"): (2020001, 187_320, 200_000),
    ("P203", "current"): (2030001, 915_075, 500_000),
    ("P204", "current"): (2040001, 241_900, 100_000),
    ("P205", "current"): (2050001, 418_260, 200_000),
    ("P206", "current"): (2060001, 750_000, 50_000),
}
STORY_PAYEES = (
    ("P201", "Jonas Weber", 594937),
    ("P201", "Stadtwerke Mainz", 118800),
    ("P202", "Jonas Weber", 594937),
    ("P203", "Pflegedienst Sonnenhof", 771204),
    ("P205", "Carla Neumann", 330411),
    ("P206", "Autohaus Berger", 902755),
)
STORY_CARDS = (
    ("P201", "visa", "4821"),
    ("P201", "girocard", "7310"),
    ("P202", "girocard", "2256"),
    ("P203", "visa", "9034"),
    ("P205", "visa", "6617"),
    ("P206", "girocard", "1180"),
)


@dataclass(frozen=True, slots=True)
class PlannedAccount:
    """An account as it is sown."""

    iban: str
    party_id: str
    kind: str
    balance_minor: int
    daily_limit_minor: int

    def row(self) -> dict[str, Any]:
        """The account's row."""
        names = ("iban", "party_id", "kind", "balance_minor", "daily_limit_minor")
        return {**{name: getattr(self, name) for name in names}, "status": "open"}


def iban_here(number: int) -> str:
    """The IBAN of an account of this bank."""
    return _iban(_BANK_CODE, number)


def iban_elsewhere(number: int) -> str:
    """The IBAN of an account of another bank."""
    return _iban(_OTHER_BANK, number)


def _iban(code: str, number: int) -> str:
    rest = f"{code}{number:010d}"
    return f"DE{check_digits('DE', rest)}{rest}"


def digest(text: str, length: int) -> str:
    """Hexadecimal digits that this text always has."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def plan_accounts(people: list[Person], chance: Random) -> list[PlannedAccount]:
    """The stories' accounts, and for everybody else a current account and mostly a savings account."""
    accounts = [
        PlannedAccount(iban_here(number), party, kind, balance, limit)
        for (party, kind), (number, balance, limit) in STORY_ACCOUNTS.items()
    ]
    for person in people:
        if person in STORY_PEOPLE:
            continue
        number = int(person.customer_id[1:]) * 100_000
        accounts.append(_account(number + 1, person, "current", chance))
        if chance.random() < 0.6:
            accounts.append(_account(number + 2, person, "savings", chance))
    return accounts


def _account(number: int, person: Person, kind: str, chance: Random) -> PlannedAccount:
    limit = chance.choice((50_000, 100_000, 200_000, 500_000))
    return PlannedAccount(iban_here(number), person.customer_id, kind, chance.randint(20_000, 2_000_000), limit)


def plan_payees(people: list[Person], chance: Random) -> list[dict[str, Any]]:
    """The stories' payees, and two for everybody else; some customers pay each other."""
    rows = [_payee(owner, name, iban_elsewhere(number)) for owner, name, number in STORY_PAYEES]
    for person in people:
        if person in STORY_PEOPLE:
            continue
        friend = chance.choice([other for other in people if other is not person and other not in STORY_PEOPLE])
        name = f"{friend.first_name} {friend.last_name}"
        rows.append(_payee(person.customer_id, name, iban_here(int(friend.customer_id[1:]) * 100_000 + 1)))
        rows.append(_payee(person.customer_id, "Hausverwaltung Lindner", iban_elsewhere(chance.randint(10**5, 10**6))))
    return rows


def _payee(owner: str, name: str, iban: str) -> dict[str, Any]:
    payee_id = f"payee_{digest(owner + name + iban, 12)}"
    return {"payee_id": payee_id, "customer_id": owner, "name": name, "iban": iban, "status": "active"}


def plan_cards(people: list[Person], accounts: list[PlannedAccount], chance: Random) -> Iterator[dict[str, Any]]:
    """The stories' cards, and one for everybody else."""
    current = {account.party_id: account.iban for account in accounts if account.kind == "current"}
    others = [(p.customer_id, "girocard", f"{chance.randint(0, 9999):04d}") for p in people if p not in STORY_PEOPLE]
    for owner, brand, last4 in (*STORY_CARDS, *others):
        yield {
            "card_id": f"card_{owner.lower()}{last4}",
            "customer_id": owner,
            "iban": current[owner],
            "brand": brand,
            "last4": last4,
            "status": "active",
            "frozen_for": None,
        }


def plan_standing_orders(accounts: list[PlannedAccount], payees: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rent of everybody who has a payee and an account to pay it from."""
    current = {account.party_id: account.iban for account in accounts if account.kind == "current"}
    first_payee: dict[str, str] = {}
    for payee in payees:
        first_payee.setdefault(payee["customer_id"], payee["payee_id"])
    return [
        {
            "standing_order_id": f"so_{digest(owner, 12)}",
            "iban": current[owner],
            "payee_id": payee_id,
            "amount_minor": 85_000,
            "purpose": "Rent",
            "day_of_month": 1,
            "status": "active",
        }
        for owner, payee_id in first_payee.items()
    ]
