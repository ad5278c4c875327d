"""Whose reservations do the airline's cases use? Each is given out once, in an order that the seed decides."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random

from demo.airline.seeding.people import Person, plan_people
from demo.airline.seeding.plant import SEED
from demo.airline.seeding.sales import Sale, plan_sales
from demo.airline.seeding.schedule import PlannedFlight, plan_flights

NEEDED_SEATS = 12
"""A flight that cases move to: all of them together must find a seat."""
UNWAIVED = ("none", "silver")
KEPT_PERCENT = {"classic": 50, "flex": 0}
"""What the fare rules keep of the price, of the fares that are refunded at all."""
DAILY_REFUNDS = 50_000
"""Cents that one customer gets back in a day."""


@dataclass(frozen=True)
class Move:
    """A reservation and the flight that its owner wants instead."""

    sale: Sale
    flight: PlannedFlight


class Book:
    """The airline as it is seeded; every method gives another reservation each time it is called."""

    def __init__(self, seed: int) -> None:
        chance = Random(SEED)
        self.people: list[Person] = plan_people(chance)
        self._day = datetime.now(UTC).date()
        self.flights: list[PlannedFlight] = plan_flights(self._day, chance)
        self.sales: list[Sale] = plan_sales(self.people, self.flights, chance)
        self._chance = Random(seed)
        others = [sale for sale in self.sales if not sale.is_story]
        self._chance.shuffle(others)
        self._others = others
        self._taken: set[str] = set()
        self._refunded: set[str] = set()
        self._kept: frozenset[str] = frozenset()
        self._flights, self._numbers = iter(self.flights), count(1)
        self.notices: list[str] = []
        self._by_id = {person.customer_id: person for person in self.people}

    def keep_for_valid(self) -> None:
        """What was given out so far is touched by nothing else; the rest may be attacked more than once."""
        self._kept = frozenset(self._taken)

    def _take(self, fits: Callable[[Sale], bool]) -> Sale:
        """The next fitting reservation; once all have been given out, any that is not kept for a valid wish."""
        fitting = [one for one in self._others if one.code not in self._kept and fits(one)]
        fresh = [one for one in fitting if one.code not in self._taken]
        if not fresh and not self._kept:
            raise LookupError("the airline has too few such reservations for so many cases")
        sale = fresh[0] if fresh else self._chance.choice(fitting)
        self._taken.add(sale.code)
        return sale

    def to_move(self, *, pays: bool = True, several: bool = False) -> Move:
        """A reservation that can be changed, and a flight of its route with seats; `pays`: something is due."""

        def fits(sale: Sale) -> bool:
            fee = sale.fare_class == "classic" and sale.owner.tier in UNWAIVED
            return _is_ahead(sale) and sale.fare_class in ("classic", "flex") and (fee or not pays)

        sale = self._take(lambda sale: fits(sale) and (len(sale.names) > 1 or not several))
        return Move(sale, self._chance.choice(self.flights_for(sale)))

    def flights_for(self, sale: Sale) -> list[PlannedFlight]:
        """The later flights of the reservation's route with seats for everybody."""
        return [
            flight
            for flight in self.flights
            if (flight.leg.origin, flight.leg.destination) == (sale.flight.leg.origin, sale.flight.leg.destination)
            and flight.day >= 1
            and flight.status == "scheduled"
            and flight.seats_left >= NEEDED_SEATS + 8
            and flight is not sale.flight
        ]

    def ahead(self, *fare_classes: str) -> Sale:
        """A reservation of a flight to come, complete."""
        return self._take(lambda sale: _is_ahead(sale) and (not fare_classes or sale.fare_class in fare_classes))

    def disrupted(self) -> Sale:
        """A reservation whose flight the airline cancelled."""
        return self._take(lambda sale: sale.status == "disrupted" and sale.fare_class is not None)

    def with_bag(self) -> Sale:
        """A flown reservation with a bag."""
        return self._take(lambda sale: sale.flight.day < 0 and bool(sale.bags) and sale.status == "confirmed")

    def to_refund(self) -> Sale:
        """A reservation ahead of an owner without a refund so far, who gets one that is within the limit of a day."""

        def fits(sale: Sale) -> bool:
            return self._is_refundable(sale) and self.refund_of(sale) <= DAILY_REFUNDS

        sale = self._take(fits)
        self._refunded.add(sale.owner.customer_id)
        return sale

    def to_refund_together(self) -> list[Sale]:
        """Reservations of one owner that are within the limit of a day but for the last one, which goes beyond it."""
        by_owner: dict[str, list[Sale]] = {}
        for sale in self._others:
            if self._is_refundable(sale) and self.refund_of(sale) <= DAILY_REFUNDS and sale.code not in self._kept:
                by_owner.setdefault(sale.owner.customer_id, []).append(sale)
        for owner, sales in by_owner.items():
            together: list[Sale] = []
            for sale in sorted(sales, key=self.refund_of):
                together.append(sale)
                if sum(map(self.refund_of, together)) > DAILY_REFUNDS and len(together) > 1:
                    self._refunded.add(owner)
                    self._taken.update(one.code for one in together)
                    return together
        raise LookupError("the airline has too few customers with so many reservations")

    def _is_refundable(self, sale: Sale) -> bool:
        fits = _is_ahead(sale) and sale.fare_class in KEPT_PERCENT and sale.purchased < timedelta(days=365)
        return fits and sale.owner.customer_id not in self._refunded

    @staticmethod
    def refund_of(sale: Sale) -> int:
        """What the fare rules give back of what was paid, in cents; a part of a cent is kept."""
        kept = KEPT_PERCENT.get(str(sale.fare_class), 100)
        return sale.price_minor - -(-sale.price_minor * kept // 100)

    @staticmethod
    def payment_of(sale: Sale) -> str:
        """The id of the payment that bought the reservation."""
        return f"pay_{hashlib.sha256(sale.code.encode()).hexdigest()[:16]}"

    def flown(self) -> Sale:
        """A reservation whose flight has departed."""
        return self._take(lambda sale: sale.flight.day < 0 and sale.status == "confirmed")

    def person(self) -> Person:
        """A customer with a reservation of their own."""
        return self._take(lambda sale: sale.status == "confirmed").owner

    def stranger_to(self, customer_id: str) -> Sale:
        """A reservation of somebody for whom this customer may not act; it is not used up."""
        companions = self._by_id[customer_id].companions if customer_id in self._by_id else []
        fitting = [
            sale
            for sale in self.sales
            if _is_ahead(sale) and sale.owner.customer_id not in (customer_id, *companions) and sale.fare_class
        ]
        return self._chance.choice(fitting)

    def sale(self, code: str) -> Sale:
        """The reservation with this code."""
        return next(sale for sale in self.sales if sale.code == code)

    def flight(self) -> PlannedFlight:
        """A flight that no other caller was given."""
        return next(self._flights)

    def to_come(self) -> PlannedFlight:
        """A flight that has not left; others may be given it too."""
        return self._chance.choice([flight for flight in self.flights if flight.day >= 1])

    def number(self) -> int:
        """A number that no other caller was given."""
        return next(self._numbers)

    def day(self) -> date:
        """The airline's today."""
        return self._day

    def morning_flight(self) -> str:
        """The id of tomorrow's first flight from Frankfurt to Lisbon."""
        return f"NW204-{self._day + timedelta(days=1)}"

    def notice(self, text: str) -> int:
        """Take a text into the knowledge; gives the number of its passage."""
        self.notices.append(text)
        return len(self.notices)


def _is_ahead(sale: Sale) -> bool:
    """Confirmed, complete, undisputed, and its flight is still to come."""
    whole = sale.fare_class is not None and all(last for _, last in sale.names)
    return whole and sale.status == "confirmed" and sale.flight_status is None and sale.flight.day >= 1
