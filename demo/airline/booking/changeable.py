"""May a reservation be moved from one flight to another at all?"""

from datetime import datetime
from typing import Protocol

from demo.systems.problems import Problem


class Leg(Protocol):
    """A flight as far as moving to it or from it goes."""

    @property
    def flight_id(self) -> str: ...
    @property
    def origin(self) -> str: ...
    @property
    def destination(self) -> str: ...
    @property
    def departs_at(self) -> datetime: ...


def require_changeable(reservation_code: str, status: str, old: Leg, new: Leg, new_status: str, now: datetime) -> None:
    """Raise not_changeable, with the reason, unless the move is from an unflown flight to a later one of its route.

    A disrupted reservation may be moved whatever the time: its flight never left.
    """
    refusal: str | None = None
    if status == "cancelled":
        refusal = f"reservation {reservation_code} is cancelled"
    elif status != "disrupted" and old.departs_at <= now:
        refusal = f"{old.flight_id} has departed"
    elif new.flight_id == old.flight_id:
        refusal = f"the reservation is already on {new.flight_id}"
    elif (new.origin, new.destination) != (old.origin, old.destination):
        refusal = f"{new.flight_id} flies {new.origin}-{new.destination}, not {old.origin}-{old.destination}"
    elif new_status == "cancelled":
        refusal = f"{new.flight_id} is cancelled"
    elif new.departs_at <= now:
        refusal = f"{new.flight_id} has departed"
    if refusal:
        raise Problem("not_changeable", f"{refusal}; offer another flight from search_flights")


def require_seats(flight_id: str, seats_left: int, needed: int) -> None:
    """Raise no_seat_left when the flight cannot take so many passengers."""
    if seats_left < needed:
        raise Problem("no_seat_left", f"{flight_id} has {seats_left} seats left, {needed} needed; offer another flight")
