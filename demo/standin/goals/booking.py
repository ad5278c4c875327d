"""How does the stand-in show a booking?"""

from demo.standin.goals import Goal, Step
from demo.standin.goals.bookings import pick_booking
from demo.standin.moves import Move, say
from demo.standin.scene import Scene
from demo.standin.thread import Task
from demo.standin.wire import Obj
from demo.standin.wording import flight

STEPS = (Step("Read the booking", "list_reservations"), Step("Find the booking by code and name", "find_reservation"))


def decide(scene: Scene, task: Task) -> Move:
    """Show the booking; a visitor first says code and name."""
    booking = pick_booking(scene, task, deed="look up your booking")
    return booking if isinstance(booking, Move) else say(describe(booking))


def describe(booking: Obj) -> str:
    """A booking in two sentences."""
    return (
        f"Your booking {booking['reservation_code']} is {flight(booking)}, on the {booking['fare_class']} fare. "
        f"It is {booking['status']}."
    )


def other_way(scene: Scene) -> frozenset[str]:
    """A customer's bookings are listed, a visitor's is found: never both."""
    return frozenset({"find_reservation" if scene.state.signed_in else "list_reservations"})


GOAL = Goal("Look up your booking", STEPS, decide, other_way)
