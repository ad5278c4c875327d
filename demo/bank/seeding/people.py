"""Who are the bank's customers, and for whom do they act?"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from demo.systems.names import FIRST_NAMES, LAST_NAMES, STREETS, TOWNS

FIRST_NUMBER, LAST_NUMBER = 201, 320
HOUSEHOLD = "J301"
"""The Hartmanns' joint account belongs to both of them together."""


@dataclass(frozen=True, slots=True)
class Person:
    """A customer, and the parties for whom they act: (party, role)."""

    customer_id: str
    first_name: str
    last_name: str
    email: str
    phone: str
    address: str
    date_of_birth: date
    acts_for: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def record(self) -> dict[str, Any]:
        """The customer's record."""
        names = ("customer_id", "first_name", "last_name", "email", "phone", "address", "date_of_birth")
        return {name: getattr(self, name) for name in names}


def _story(
    number: int, first: str, last: str, address: str, born: date, acts_for: list[tuple[str, str]] | None = None
) -> Person:
    email = f"{first}.{last}@example.org".lower()
    return Person(f"P{number}", first, last, email, f"+4915155000{number}", address, born, acts_for or [])


STORY_PEOPLE = (
    _story(
        201,
        "Lena",
        "Hartmann",
        "Uferweg 9, 55116 Mainz",
        date(1988, 3, 14),
        [(HOUSEHOLD, "joint_holder")],
    ),
    _story(202, "Tom", "Hartmann", "Uferweg 9, 55116 Mainz", date(1985, 9, 2), [(HOUSEHOLD, "joint_holder")]),
    _story(
        203,
        "Priya",
        "Raman",
        "Gartenfeld 21, 60318 Frankfurt am Main",
        date(1979, 6, 30),
        [("P204", "power_of_attorney")],
    ),
    _story(204, "Meena", "Raman", "Gartenfeld 23, 60318 Frankfurt am Main", date(1948, 1, 11)),
    _story(205, "Oskar", "Brandt", "Hafenstraße 4, 50667 Köln", date(1993, 12, 5)),
    _story(206, "Nadia", "Silva", "Rosenweg 60, 64283 Darmstadt", date(1990, 8, 19)),
)


def plan_people(chance: Random) -> list[Person]:
    """120 customers: the stories' first, the others from the seed; each twelfth of them has a power of attorney."""
    others = [_person(number, chance) for number in range(FIRST_NUMBER + len(STORY_PEOPLE), LAST_NUMBER + 1)]
    for position, person in enumerate(others):
        if position % 12 == 0:
            person.acts_for.append((others[position + 1].customer_id, "power_of_attorney"))
    return [*STORY_PEOPLE, *others]


def _person(number: int, chance: Random) -> Person:
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    return Person(
        customer_id=f"P{number}",
        first_name=first,
        last_name=last,
        email=f"{first}.{last}.{number}@example.org".lower(),
        phone=f"+49151{55_000_000 + number}",
        address=f"{chance.choice(STREETS)} {chance.randint(1, 90)}, {chance.choice(TOWNS)}",
        date_of_birth=date(1950, 1, 1) + timedelta(days=chance.randint(0, 20_000)),
    )
