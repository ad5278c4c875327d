"""Which of the customer's bookings is meant?"""

import re
from collections.abc import Callable
from datetime import datetime

from demo.standin.goals.identify import CODE, identify
from demo.standin.moves import Move, found, gather, say
from demo.standin.places import codes_in
from demo.standin.scene import Scene, Want
from demo.standin.thread import Task
from demo.standin.when import read_flight_number
from demo.standin.wire import Obj
from demo.standin.wording import flight, listed, moment

LIST = Want("list_reservations")


def known_bookings(scene: Scene) -> list[Obj]:
    """Every reservation the transcript shows, the newest reading of each."""
    by_code: dict[str, Obj] = {}
    for seen in scene.seen:
        entries = [seen.result["reservation"]] if "reservation" in seen.result else seen.result.get("reservations")
        for entry in entries or []:
            if isinstance(entry, dict) and "reservation_code" in entry:
                by_code[entry["reservation_code"]] = entry
    return list(by_code.values())


def pick_booking(
    scene: Scene, task: Task, *, deed: str, past: bool = False, prefer: Callable[[Obj], bool] | None = None
) -> Obj | Move:
    """The reservation a task is about, or the move that finds out: reading the list or asking which."""
    if not scene.state.signed_in:
        return _of_visitor(scene, task, deed)
    missing = gather(scene, LIST, deed=deed)
    if missing:
        return missing
    fitting = [entry for entry in known_bookings(scene) if _fits(entry, scene.state.now, past)]
    if not fitting:
        when = "recent" if past else "upcoming"
        return say(
            f"I do not see any {when} booking in your account. Do you have a reservation code I should look for?"
        )
    named = [entry for text in scene.user_texts(task.start) for entry in _named(text, fitting)]
    likely = named[:1] or [entry for entry in fitting if prefer and prefer(entry)]
    if len(likely) == 1 or len(fitting) == 1:
        return (likely or fitting)[0]
    options = [f"{entry['reservation_code']} ({flight(entry)})" for entry in fitting[:4]]
    codes = [str(entry["reservation_code"]) for entry in fitting[:4]]
    return say(f"You have several bookings: {listed(options)}. Which one do you mean?", choices=codes)


def _of_visitor(scene: Scene, task: Task, deed: str) -> Obj | Move:
    """A visitor has the one booking they identified themselves for."""
    code = scene.state.identified_for
    if not code:
        return identify(scene, task, deed=deed)
    shown = [entry for entry in known_bookings(scene) if entry["reservation_code"] == code]
    read = Want("get_reservation", {"reservation_code": code})
    return shown[0] if shown else gather(scene, read, deed=deed) or found(scene, read)["reservation"]


def _fits(entry: Obj, now: datetime | None, past: bool) -> bool:
    if entry.get("status") == "cancelled":
        return False
    if now is None:
        return True
    return (moment(entry["departs_at"]) <= now) if past else (moment(entry["departs_at"]) > now)


def _named(text: str, entries: list[Obj]) -> list[Obj]:
    codes = {code.upper() for code in CODE.findall(text)}
    number, places = read_flight_number(text), codes_in(text)
    exact = [e for e in entries if e["reservation_code"] in codes or (number and e["flight_number"] == number)]
    if exact:
        return exact[:1]
    there = [e for e in entries if e["destination"] in places]
    return there if len(there) == 1 else _by_ordinal(text, entries)


def _by_ordinal(text: str, entries: list[Obj]) -> list[Obj]:
    number = read_ordinal(text)
    return [entries[number - 1]] if number and number <= len(entries) else []


def read_ordinal(text: str) -> int | None:
    """Which of a shown list a short answer chooses: `2`, `the second one`, `option 1`; None when it does not say."""
    low = text.lower()
    for number, names in enumerate((("first", "1st", "one"), ("second", "2nd", "two"), ("third", "3rd")), 1):
        if re.search(rf"\b(number|option|nr\.?|no\.?)?\s*{number}\b(?![:.]\d|\d|/)", low) and len(low) < 60:
            return number
        pattern = rf"\b({'|'.join(names[:2])})\b|\b(option|number) {names[-1]}\b"
        if re.search(pattern, low):
            return number
    return None
