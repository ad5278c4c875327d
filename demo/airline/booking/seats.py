"""Which seats of a flight are free?"""

import random
from typing import Literal

from demo.airline.booking.shapes import Seat

ROWS = 20
PREMIUM_ROWS = 3
KINDS: dict[str, Literal["window", "middle", "aisle"]] = {
    "A": "window",
    "B": "middle",
    "C": "aisle",
    "D": "aisle",
    "E": "middle",
    "F": "window",
}
CAPACITY = ROWS * len(KINDS)


def free_seats(flight_number: str, seats_left: int) -> list[Seat]:
    """So many seats, front to back: always the same ones for a number of seats left, fewer as seats are sold."""
    cabin = [(row, letter) for row in range(1, ROWS + 1) for letter in KINDS]
    random.Random(flight_number).shuffle(cabin)
    return [
        Seat(seat=f"{row}{letter}", cabin="premium" if row <= PREMIUM_ROWS else "economy", kind=KINDS[letter])
        for row, letter in sorted(cabin[:seats_left])
    ]
