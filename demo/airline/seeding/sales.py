"""Which reservations were sold, and in what state are they?"""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from demo.airline.seeding.people import LATE_FLYER, STORY_PEOPLE, Person
from demo.airline.seeding.schedule import PlannedFlight
from demo.airline.shapes import FareClass

RESERVATIONS = 2_000
CONTRADICTIONS = 20
INCOMPLETE = 20
SURCHARGE: dict[str, int] = {"light": -3_000, "classic": 0, "flex": 9_000}


@dataclass(slots=True)
class Sale:
    """A reservation as it is sown."""

    code: str
    owner: Person
    flight: PlannedFlight
    fare_class: FareClass | None
    price_minor: int
    names: list[tuple[str, str | None]]
    bags: list[tuple[str, str]]
    purchased: timedelta
    status: str
    flight_status: str | None = None

    @property
    def is_story(self) -> bool:
        """It belongs to one of the fixed people."""
        return self.owner in STORY_PEOPLE


def _story(
    person: int,
    flight: PlannedFlight,
    code: str,
    fare_class: FareClass,
    price_minor: int,
    bags: list[tuple[str, str]],
) -> Sale:
    owner = STORY_PEOPLE[person]
    status = "disrupted" if flight.status == "cancelled" else "confirmed"
    names: list[tuple[str, str | None]] = [(owner.first_name, owner.last_name)]
    return Sale(code, owner, flight, fare_class, price_minor, names, bags, timedelta(days=31), status)


def story_sales(flights: Mapping[tuple[str, int], PlannedFlight]) -> list[Sale]:
    """The fixed people's reservations, exactly as the stories tell them."""
    return [
        _story(0, flights["NW212", 3], "K7Q2LM", "classic", 12_900, [("0NW445560", "booked")]),
        _story(1, flights["NW212", 0], "P3XW9T", "classic", 11_900, [("0NW445562", "booked")]),
        _story(2, flights["NW213", -1], "T8BN4C", "classic", 10_900, [("0NW445566", "mishandled")]),
        _story(3, flights["NW301", 9], "H5RD2K", "flex", 28_900, []),
        _story(4, flights["NW401", 5], "Z1QY7V", "light", 6_900, []),
    ]


def late_sale(flights: Mapping[tuple[str, int], PlannedFlight]) -> Sale:
    """A booking that has not heard what flight operations know: her flight is late."""
    names: list[tuple[str, str | None]] = [(LATE_FLYER.first_name, LATE_FLYER.last_name)]
    flight = flights["NW502", 2]
    return Sale(
        "L8BR4N", LATE_FLYER, flight, "classic", 10_900, names, [], timedelta(days=24), "confirmed", "scheduled"
    )


def plan_sales(people: list[Person], planned: list[PlannedFlight], chance: Random) -> list[Sale]:
    """2,000 reservations; 20 of them contradict operations, 20 others lack a field."""
    flights = {(flight.leg.flight_number, flight.day): flight for flight in planned}
    sales = story_sales(flights)
    codes = {sale.code for sale in sales}
    sellable = [flight for flight in planned if flight.leg.flight_number != "NW290"]
    by_id = {person.customer_id: person for person in people}
    others = [person for person in people if person not in STORY_PEOPLE]
    tag = 100_000
    while len(sales) < RESERVATIONS:
        code = "".join(chance.choices(string.ascii_uppercase + string.digits, k=6))
        if code in codes:
            continue
        codes.add(code)
        owner = chance.choice(others)
        sale = _sale(code, owner if owner is not LATE_FLYER else others[0], by_id, chance.choice(sellable), tag, chance)
        tag += len(sale.bags)
        sales.append(sale)
    _spoil(sales, chance)
    return [*sales[:-1], late_sale(flights)]


def _sale(
    code: str, owner: Person, people: Mapping[str, Person], flight: PlannedFlight, tag: int, chance: Random
) -> Sale:
    fare_class: FareClass = chance.choices(("light", "classic", "flex"), (30, 50, 20))[0]
    companions = [people[number] for number in owner.companions] if chance.random() < 0.5 else []
    names: list[tuple[str, str | None]] = [(p.first_name, p.last_name) for p in (owner, *companions)]
    fare = flight.leg.fare_minor + SURCHARGE[fare_class] + chance.randint(-4, 4) * 500
    bags = chance.choices((0, 1, 2), (40, 50, 10))[0]
    bag_status = "booked"
    if flight.day < 0:
        bag_status = "mishandled" if chance.random() < 0.02 else "delivered"
    status = "disrupted" if flight.status == "cancelled" else "confirmed"
    return Sale(
        code=code,
        owner=owner,
        flight=flight,
        fare_class=fare_class,
        price_minor=fare * len(names),
        names=names,
        bags=[(f"0NW{tag + n:06d}", bag_status) for n in range(bags)],
        purchased=timedelta(days=chance.randint(10, 60), minutes=chance.randint(0, 1_000)),
        status="cancelled" if chance.random() < 0.05 else status,
    )


def _spoil(sales: list[Sale], chance: Random) -> None:
    """Let 19 reservations disagree with operations, besides the late flyer's, and 20 others lack a field."""
    sound = [sale for sale in sales if not sale.is_story and sale.status != "cancelled" and 0 <= sale.flight.day <= 7]
    missed = [sale for sale in sound if sale.flight.status == "cancelled"]
    punctual = [sale for sale in sound if sale.flight.status == "scheduled"]
    for sale in chance.sample(missed, CONTRADICTIONS // 2):
        sale.status, sale.flight_status = "confirmed", "scheduled"
    for sale in chance.sample(punctual, CONTRADICTIONS // 2 - 1):
        sale.flight_status = "delayed"
    whole = [sale for sale in sound if sale.flight_status is None and sale.flight.day > 0]
    for position, sale in enumerate(chance.sample(whole, INCOMPLETE)):
        if position % 2:
            sale.fare_class = None
        else:
            sale.names[0] = (sale.names[0][0], None)
