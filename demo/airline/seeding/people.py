"""Who are the airline's customers, and with whom do they travel?"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from demo.systems.names import FIRST_NAMES, LAST_NAMES, STREETS, TOWNS

FIRST_NUMBER, LAST_NUMBER = 101, 600

TIERS = ("none", "silver", "gold", "platinum")


@dataclass(frozen=True, slots=True)
class Person:
    """A customer with tier, points from earlier years, cards and companions."""

    customer_id: str
    first_name: str
    last_name: str
    email: str
    phone: str
    address: str
    date_of_birth: date
    tier: str
    points: int
    cards: list[tuple[str, str]]
    companions: list[str] = field(default_factory=list[str])

    def record(self) -> dict[str, Any]:
        """The customer's record."""
        return {
            "customer_id": self.customer_id,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email": self.email,
            "phone": self.phone,
            "address": self.address,
            "date_of_birth": self.date_of_birth,
        }

    def methods(self) -> list[dict[str, Any]]:
        """The stored cards, the first one being the default."""
        return [
            {
                "payment_method_id": f"pm_{self.customer_id.lower()}{brand}{last4}",
                "customer_id": self.customer_id,
                "brand": brand,
                "last4": last4,
                "is_default": position == 0,
            }
            for position, (brand, last4) in enumerate(self.cards)
        ]


STORY_PEOPLE = (
    Person(
        "C101",
        "Anna",
        "Keller",
        "anna.keller@example.com",
        "+4915123000101",
        "Lindenstraße 12, 60318 Frankfurt am Main",
        date(1986, 4, 17),
        "gold",
        48_200,
        [("visa", "4242"), ("mastercard", "4444")],
        ["C106"],
    ),
    Person(
        "C102",
        "David",
        "Okafor",
        "david.okafor@example.com",
        "+4915123000102",
        "Bergerstraße 88, 60316 Frankfurt am Main",
        date(1979, 11, 2),
        "silver",
        12_350,
        [("mastercard", "5100")],
    ),
    Person(
        "C103",
        "Maria",
        "Santos",
        "maria.santos@example.com",
        "+351912345103",
        "Rua do Século 41, 1200-433 Lisboa",
        date(1992, 7, 23),
        "none",
        900,
        [("visa", "1881")],
    ),
    Person(
        "C104",
        "James",
        "Wu",
        "james.wu@example.com",
        "+4915123000104",
        "Kaiserplatz 3, 55116 Mainz",
        date(1968, 1, 30),
        "platinum",
        131_700,
        [("amex", "0005")],
    ),
    Person(
        "C105",
        "Sofia",
        "Lind",
        "sofia.lind@example.com",
        "+4915123000105",
        "Schillerstraße 27, 64283 Darmstadt",
        date(1999, 9, 12),
        "none",
        0,
        [("visa", "0077")],
    ),
)
LATE_FLYER = Person(
    "C107",
    "Lena",
    "Brandt",
    "lena.brandt@example.com",
    "+4915123000107",
    "Rosenweg 5, 60318 Frankfurt am Main",
    date(1988, 3, 9),
    "silver",
    7_400,
    [("visa", "0107")],
)
"""Her flight is late, and only flight operations know it."""
_ANNAS_COMPANION = ("C106", "Jonas", "Keller")


def plan_people(chance: Random) -> list[Person]:
    """500 customers: the people of the stories first, the others from the seed."""
    numbers = range(FIRST_NUMBER + len(STORY_PEOPLE), LAST_NUMBER + 1)
    strangers = [_person(number, chance) for number in numbers]
    others = [LATE_FLYER if person.customer_id == LATE_FLYER.customer_id else person for person in strangers]
    for person in chance.sample(others, 120):
        ids = [other.customer_id for other in others if other is not person]
        drawn = chance.sample(ids, chance.choice((1, 1, 2)))
        person.companions.extend(drawn if person is not LATE_FLYER else ())
    return [*STORY_PEOPLE, *others]


def _person(number: int, chance: Random) -> Person:
    customer_id = f"C{number}"
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    if customer_id == _ANNAS_COMPANION[0]:
        _, first, last = _ANNAS_COMPANION
    brands = chance.sample(("visa", "mastercard", "amex"), chance.choice((1, 1, 2)))
    return Person(
        customer_id=customer_id,
        first_name=first,
        last_name=last,
        email=f"{first}.{last}.{number}@example.com".lower(),
        phone=f"+49151{23_000_000 + number}",
        address=f"{chance.choice(STREETS)} {chance.randint(1, 90)}, {chance.choice(TOWNS)}",
        date_of_birth=date(1950, 1, 1) + timedelta(days=chance.randint(0, 20_000)),
        tier=chance.choices(TIERS, (60, 25, 10, 5))[0],
        points=chance.randint(0, 60_000),
        cards=[(brand, f"{chance.randint(0, 9999):04d}") for brand in brands],
    )
