"""How does the stand-in tell whether a flight goes?"""

from demo.standin.goals import Goal, Step
from demo.standin.goals.bookings import LIST, known_bookings, pick_booking
from demo.standin.goals.disruption import status_of
from demo.standin.moves import Move, found, gather, say
from demo.standin.scene import Scene, Want
from demo.standin.thread import Task
from demo.standin.when import read_when
from demo.standin.wire import Obj
from demo.standin.wording import clock, day, flight

DEED = "look up your flight"
STEPS = (
    Step("Look up your bookings", "list_reservations"),
    Step("Ask flight operations", "get_flight_status"),
    Step("Check what your booking shows", "get_reservation"),
)
_SAME = {"scheduled": "on_time", "on time": "on_time"}


def decide(scene: Scene, task: Task) -> Move:
    """Read booking and operations at once; tell the flight's state, and both sides where the two disagree."""
    when = read_when(task.text, scene.state.today)
    on = when.day.isoformat() if when.day else str(scene.state.today)
    if when.flight_number and not scene.state.signed_in and not known_bookings(scene):
        return _tell_public(scene, when.flight_number, on)
    asked = Want("get_flight_status", {"flight_number": when.flight_number, "date": on})
    if when.flight_number and (missing := gather(scene, asked, optional=[LIST], deed=DEED)):
        return missing
    mine = [b for b in known_bookings(scene) if b["flight_number"] == when.flight_number]
    if when.flight_number and not mine:
        return say(_public(scene, when.flight_number, on, found(scene, asked)))
    booking = mine[0] if mine else pick_booking(scene, task, deed=DEED)
    if isinstance(booking, Move):
        return booking
    status = status_of(booking)
    again = Want("get_reservation", {"reservation_code": booking["reservation_code"]})
    missing = gather(scene, status, optional=[again], deed=DEED)
    if missing:
        return missing
    return say(_tell(scene, booking, found(scene, status)))


def _tell_public(scene: Scene, number: str, on: str) -> Move:
    """Whether a flight goes is no secret: anybody may ask by its number."""
    read = Want("get_flight_status", {"flight_number": number, "date": on})
    missing = gather(scene, read, deed=DEED)
    if missing:
        return missing
    return say(_public(scene, number, on, found(scene, read)))


def _public(scene: Scene, number: str, on: str, status: Obj) -> str:
    text = f"{number} on {day(on)} {_state(status)}.{_details(status)}"
    return " ".join([text, *_disagreements(scene, f"{number}-{on}")])


def _disagreements(scene: Scene, flight_id: str) -> list[str]:
    """What the state says that systems say differently of this flight, in the company's own words."""
    return [note.text for note in scene.state.disagreements if note.note_id.endswith(f" {flight_id}")]


def _tell(scene: Scene, booking: Obj, status: Obj) -> str:
    text = f"{flight(booking)} {_state(status)}.{_details(status)}"
    if about := _disagreements(scene, str(booking.get("flight_id"))):
        return " ".join([text, *about])
    booked = _SAME.get(str(booking.get("flight_status")), booking.get("flight_status"))
    if booked and status.get("status") and booked != status["status"]:
        shown = str(booked).replace("_", " ")
        text += f" Your booking still shows it as {shown}, but flight operations know better."
    return text


def _state(status: Obj) -> str:
    state = str(status.get("status") or "unknown")
    return {"on_time": "is on time", "delayed": "is delayed", "cancelled": "is cancelled"}.get(state, f"is {state}")


def _details(status: Obj) -> str:
    estimated = status.get("estimated_departure")
    text = f" It is expected to leave at {clock(estimated)}." if estimated and status.get("status") == "delayed" else ""
    text += f" The reason given is {status['reason']}." if status.get("reason") else ""
    gate = status.get("gate")
    return f"{text} The gate is {gate}." if gate and status.get("status") != "cancelled" else text


GOAL = Goal("Find out whether your flight is on time", STEPS, decide)
