"""How does the stand-in move a customer to another flight?"""

from datetime import date

from demo.standin.goals import Goal, Step
from demo.standin.goals.bookings import pick_booking
from demo.standin.goals.changed import settle_change
from demo.standin.goals.purchase import card_of, change_writes, quote_of, told_new_price, without_payment
from demo.standin.moves import Move, found, gather, need, propose, say
from demo.standin.scene import Scene, Want
from demo.standin.thread import Task
from demo.standin.when import HOURS, When, read_when
from demo.standin.wire import Obj
from demo.standin.wording import clock, day, flight, listed, moment, route

DEED = "change your flight"
STEPS = (
    Step("Read the booking", "list_reservations"),
    Step("Check the fare rules", "get_fare_rules"),
    Step("Look for flights on the wished day", "search_flights"),
    Step("Check the loyalty status", "get_loyalty_account"),
    Step("Check the seats", "list_seats"),
    Step("Calculate the price of the change", "quote_change", "planner"),
    Step("Look up the payment methods", "list_payment_methods"),
    Step("Charge what is due", "charge_payment", "planner"),
    Step("Change the ticket", "change_flight", "planner"),
    Step("Recalculate the points", "recalculate_points"),
    Step("Tell flight operations", "notify_operations"),
)


def decide(scene: Scene, task: Task) -> Move:
    """The next thing to do for a change: from what is known and what is missing."""
    settled = settle_change(scene, task)
    if settled:
        return settled
    refused = need(scene, "change_flight", deed=DEED)
    if refused:
        return refused
    booking = pick_booking(scene, task, deed=DEED)
    if isinstance(booking, Move):
        return booking
    when = wished(scene, task, booking)
    if not when.says_something:
        return say(f"Your booking is {flight(booking)}. Which day or flight would you like instead?")
    return _read_and_choose(scene, task, booking, when)


def wished(scene: Scene, task: Task, booking: Obj) -> When:
    """What the customer said of the flight, the newest words first, gaps filled by older ones."""
    booked = moment(booking["departs_at"]).date()
    said = [read_when(text, scene.state.today, booked) for text in scene.user_texts(task.start)]
    own = booking["flight_number"]
    numbers = [when.flight_number for when in said if when.flight_number not in ("", own)]
    telling = [when for when in said if when.says_something and when.flight_number != own]
    if not telling and not numbers:
        return When()
    days = [when.day for when in said if when.day]
    newest = telling[0]
    return When(
        day=days[0] if days else booked,
        part=newest.part,
        order=newest.order,
        clock=newest.clock,
        flight_number=numbers[0] if numbers and newest.flight_number else "",
    )


def _read_and_choose(scene: Scene, task: Task, booking: Obj, when: When) -> Move:
    rules = Want("get_fare_rules", {"fare_class": booking["fare_class"]})
    search = search_for(booking, when.day)
    loyalty = Want("get_loyalty_account")
    missing = gather(scene, rules, search, optional=(loyalty,), deed=DEED)
    if missing:
        return missing
    if not found(scene, rules).get("change_allowed", True):
        return say(
            f"Your booking {booking['reservation_code']} is on the {booking['fare_class']} fare, and this fare does "
            "not allow changes. Your booking stays as it is."
        )
    flights = open_flights(scene, found(scene, search).get("flights") or [], booking)
    chosen = choose(flights, when)
    if chosen is None:
        return _offer_others(booking, when, flights)
    return _quote_and_propose(scene, task, booking, chosen)


def search_for(booking: Obj, on: date | None) -> Want:
    """The search for flights on the booking's route on a day."""
    ends = {"origin": booking["origin"], "destination": booking["destination"]}
    return Want("search_flights", {**ends, "date": on.isoformat() if on else booking["departs_at"][:10]})


def open_flights(scene: Scene, flights: list[Obj], booking: Obj) -> list[Obj]:
    """The flights that still go, have a seat and are not the booked one, in order of departure."""
    now = scene.state.now
    going = [f for f in flights if f.get("status") != "cancelled" and f.get("seats_left", 1) > 0]
    going = [f for f in going if f["flight_id"] != booking["flight_id"]]
    going = [f for f in going if now is None or moment(f["departs_at"]) > now]
    return sorted(going, key=lambda f: f["departs_at"])


def choose(flights: list[Obj], when: When) -> Obj | None:
    """The one flight the wish means, or None."""
    fitting = flights
    if when.flight_number:
        fitting = [f for f in flights if f["flight_number"] == when.flight_number]
    elif when.clock:
        fitting = [f for f in flights if clock(f["departs_at"]) == when.clock]
    elif when.part:
        begin, end = HOURS[when.part]
        fitting = [f for f in flights if begin <= moment(f["departs_at"]).hour < end]
    if not fitting:
        return None
    return fitting[-1] if when.order == "last" else fitting[0]


def _offer_others(booking: Obj, when: When, flights: list[Obj]) -> Move:
    on = day(when.day) if when.day else "that day"
    if not flights:
        return say(f"I found no flight with free seats {route(booking)} on {on}. Which other day would suit you?")
    options = [f"{f['flight_number']} at {clock(f['departs_at'])}" for f in flights[:3]]
    kind = f"{when.part} flight" if when.part else "such flight"
    return say(
        f"There is no {kind} with free seats {route(booking)} on {on}. There is {listed(options)}. "
        "Which one would you like?"
    )


def _quote_and_propose(scene: Scene, task: Task, booking: Obj, chosen: Obj) -> Move:
    quote = Want("quote_change", {"reservation_code": booking["reservation_code"], "flight_id": chosen["flight_id"]})
    seats = Want("list_seats", {"flight_id": chosen["flight_id"]})
    missing = gather(scene, quote, optional=(seats,), deed=DEED, after=quotes_after(scene, task))
    if missing:
        return missing
    if found(scene, seats).get("seats_left") == 0:
        return say(
            f"{chosen['flight_number']} on {day(chosen['departs_at'])} has just sold its last seat. "
            "Which other flight would you like?"
        )
    price = quote_of(scene, quote, quotes_after(scene, task))
    card = card_of(scene, price, deed=DEED)
    if isinstance(card, Move):
        return card
    writes = change_writes(scene, booking, chosen, price, card)
    writes += [
        want
        for want in (
            Want("recalculate_points", {"reservation_code": booking["reservation_code"]}),
            Want(
                "notify_operations",
                {
                    "reservation_code": booking["reservation_code"],
                    "flight_id": chosen["flight_id"],
                    "kind": "passenger_moved",
                },
            ),
        )
        if scene.offers(want.tool)
    ]
    thought = f"The change to {chosen['flight_number']} is quoted; the customer should confirm it."
    text = told_new_price(scene, task, price)
    return propose(scene, *writes, since=task.start, thought=thought, text=text, deed=DEED)


def quotes_after(scene: Scene, task: Task) -> int:
    """Quotes from before a decision are stale: it voided or used them."""
    decided = scene.decision(task.start)
    return decided.position if decided else -1


GOAL = Goal("Move you to the flight you want", STEPS, decide, without_payment)
