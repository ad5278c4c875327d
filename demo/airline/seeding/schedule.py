"""Which flights does the airline fly, and what befalls them?"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

FIRST_DAY, LAST_DAY = -7, 15
STORM = "storm over Frankfurt"
_REASONS = ("crew rest", "late arrival of the aircraft", "technical check", "air traffic control", "dense fog")


@dataclass(frozen=True, slots=True)
class Leg:
    """A flight as the timetable has it (times UTC, fare in cents)."""

    flight_number: str
    origin: str
    destination: str
    hour: int
    minute: int
    minutes: int
    fare_minor: int

    @property
    def duration(self) -> timedelta:
        """From departure to arrival."""
        return timedelta(minutes=self.minutes)


TIMETABLE = (
    Leg("NW204", "FRA", "LIS", 7, 10, 190, 14_900),
    Leg("NW212", "FRA", "LIS", 13, 25, 190, 13_900),
    Leg("NW218", "FRA", "LIS", 18, 40, 190, 12_900),
    Leg("NW205", "LIS", "FRA", 11, 20, 185, 13_900),
    Leg("NW213", "LIS", "FRA", 17, 40, 185, 12_900),
    Leg("NW301", "FRA", "MAD", 8, 30, 155, 11_900),
    Leg("NW302", "MAD", "FRA", 12, 15, 150, 11_900),
    Leg("NW401", "FRA", "LHR", 9, 0, 100, 9_900),
    Leg("NW402", "LHR", "FRA", 12, 0, 95, 9_900),
    Leg("NW501", "FRA", "FCO", 10, 10, 115, 10_900),
    Leg("NW502", "FCO", "FRA", 14, 0, 120, 10_900),
    Leg("NW601", "FRA", "ARN", 15, 15, 125, 11_400),
    Leg("NW602", "ARN", "FRA", 18, 30, 130, 11_400),
)
RELIEF = Leg("NW290", "FRA", "LIS", 21, 15, 190, 15_900)

# (flight number, day) → what the stories need to be just so.
FARES = {("NW204", 1): 17_400}
SEATS = {("NW218", 2): 1, ("NW212", 2): 0, ("NW290", 0): 42}
KEPT_ON_TIME = {
    *((number, day) for number in ("NW204", "NW212", "NW218") for day in (0, 1, 2, 3)),
    *(("NW213", -1), ("NW301", 9), ("NW401", 5), ("NW290", 0)),
}
CANCELLED = {
    ("NW302", -5): "technical check",
    ("NW502", -2): "crew rest",
    ("NW213", 0): STORM,
    ("NW601", 0): STORM,
    ("NW402", 1): "air traffic control",
    ("NW501", 2): "technical check",
    ("NW205", 4): "industrial action",
    ("NW602", 6): "technical check",
    ("NW212", 0): STORM,
}


@dataclass(frozen=True, slots=True)
class PlannedFlight:
    """A flight on one day, `day` being its distance from today."""

    key: int
    leg: Leg
    day: int
    departs_at: datetime
    status: str
    reason: str | None
    delay: timedelta
    gate: str
    seats_left: int
    fare_minor: int

    def booking_row(self) -> dict[str, Any]:
        """The flight as booking sells it."""
        return {
            "key": self.key,
            "flight_number": self.leg.flight_number,
            "flight_date": self.departs_at.date(),
            "origin": self.leg.origin,
            "destination": self.leg.destination,
            "departs_at": self.departs_at,
            "arrives_at": self.departs_at + self.leg.duration,
            "status": self.status,
            "seats_left": self.seats_left,
            "fare_minor": self.fare_minor,
        }

    def movement_row(self) -> dict[str, Any]:
        """The flight as operations see it."""
        return {
            "key": self.key,
            "flight_number": self.leg.flight_number,
            "flight_date": self.departs_at.date(),
            "status": "on_time" if self.status == "scheduled" else self.status,
            "reason": self.reason,
            "scheduled_departure": self.departs_at,
            "estimated_departure": None if self.status == "cancelled" else self.departs_at + self.delay,
            "gate": self.gate if self.day <= 0 and self.status != "cancelled" else None,
        }


def plan_flights(today: date, chance: Random) -> list[PlannedFlight]:
    """Thirteen flights a day over 23 days, and the relief flight of today's storm: 300."""
    days = range(FIRST_DAY, LAST_DAY + 1)
    legs = [(leg, day) for day in days for leg in TIMETABLE]
    return [_plan(key, leg, day, today, chance) for key, (leg, day) in enumerate([*legs, (RELIEF, 0)], start=1)]


def _plan(key: int, leg: Leg, day: int, today: date, chance: Random) -> PlannedFlight:
    name = (leg.flight_number, day)
    departs = datetime.combine(today + timedelta(days=day), time(leg.hour, leg.minute), UTC)
    late, seats, step = chance.random() < 0.09, chance.randint(0, 60), chance.randint(0, 12)
    gate, minutes, why = (
        f"{chance.choice('ABC')}{chance.randint(1, 40)}",
        chance.randint(4, 24) * 5,
        chance.choice(_REASONS),
    )
    status, reason = "scheduled", None
    if name in CANCELLED:
        status, reason = "cancelled", CANCELLED[name]
    elif late and name not in KEPT_ON_TIME:
        status, reason = "delayed", why
    return PlannedFlight(
        key=key,
        leg=leg,
        day=day,
        departs_at=departs,
        status=status,
        reason=reason,
        delay=timedelta(minutes=minutes) if status == "delayed" else timedelta(),
        gate=gate,
        seats_left=SEATS.get(name, max(seats, 12) if name in KEPT_ON_TIME else seats),
        fare_minor=FARES.get(name, leg.fare_minor + step * 500),
    )
