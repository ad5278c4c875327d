"""How does the stand-in help when a flight is cancelled or late?"""

import re
from dataclasses import replace
from datetime import timedelta

from demo.standin.goals import Goal, Step
from demo.standin.goals.bookings import known_bookings, pick_booking, read_ordinal
from demo.standin.goals.change import choose, open_flights, quotes_after, search_for
from demo.standin.goals.changed import settle_change
from demo.standin.goals.purchase import card_of, change_writes, told_new_price, without_payment
from demo.standin.lexicon import ideas_in
from demo.standin.moves import Move, found, gather, need, propose, say
from demo.standin.scene import Said, Scene, Want
from demo.standin.thread import Task
from demo.standin.when import When, read_flight_number, read_when
from demo.standin.wire import Obj
from demo.standin.wording import clock, day, flight, moment, money

DEED = "rebook you"
BROKEN = ("cancelled", "delayed", "disrupted", "diverted")
SHOWN = 2  # how many options are offered
STEPS = (
    Step("Read the booking", "list_reservations"),
    Step("Ask flight operations about the flight", "get_flight_status"),
    Step("Look for later flights", "search_flights"),
    Step("Check the fare rules", "get_fare_rules"),
    Step("Check the loyalty status", "get_loyalty_account"),
    Step("Calculate the price of the two best flights", "quote_change", "planner"),
    Step("Look up the payment methods", "list_payment_methods"),
    Step("Charge what is due", "charge_payment", "planner"),
    Step("Book the chosen flight", "change_flight", "planner"),
    Step("Credit the points", "credit_points", "planner"),
    Step("Note it in the customer record", "add_customer_note"),
)


def decide(scene: Scene, task: Task) -> Move:
    """The next thing to do for a disrupted flight."""
    settled = settle_change(scene, task)
    if settled:
        return say(f"{settled.text}{_credited(scene, task)}") if settled.text else settled
    refused = need(scene, "change_flight", deed=DEED)
    if refused:
        return refused
    booking = _disrupted(scene, task) or pick_booking(scene, task, deed=DEED)
    if isinstance(booking, Move):
        return booking
    today = scene.state.today or moment(booking["departs_at"]).date()
    rules = Want("get_fare_rules", {"fare_class": booking["fare_class"]})
    searches = [search_for(booking, today), search_for(booking, today + timedelta(days=1))]
    status = status_of(booking)
    extra = (status, Want("get_loyalty_account"))
    missing = gather(scene, rules, *searches, optional=extra, deed=DEED)
    if missing:
        return missing
    if not _is_broken(booking, found(scene, status)):
        return say(f"Good news: {flight(booking)} is not cancelled. It is planned to leave on time.")
    options = _options(scene, booking, searches)
    if not options:
        return say(
            "I found no other flight with free seats today or tomorrow. "
            "Shall I ask a colleague to look for another way?"
        )
    return _offer_or_book(scene, task, booking, options, found(scene, rules))


def status_of(booking: Obj) -> Want:
    """The question to flight operations about a booking's flight."""
    return Want("get_flight_status", {"flight_number": booking["flight_number"], "date": booking["departs_at"][:10]})


def _disrupted(scene: Scene, task: Task) -> Obj | None:
    """The booking that is marked as disrupted or whose flight is, or the one the customer's words name."""
    broken = [b for b in known_bookings(scene) if b["status"] == "disrupted" or b.get("flight_status") in BROKEN]
    numbers = [read_flight_number(text) for text in scene.user_texts(task.start)]
    named = [b for b in broken if b["flight_number"] in numbers]
    fitting = named or (broken if len(broken) == 1 else [])
    return fitting[0] if fitting else None


def _is_broken(booking: Obj, status: Obj) -> bool:
    """What flight operations say outranks what the booking says."""
    if status.get("status"):
        return status["status"] in BROKEN
    return booking["status"] == "disrupted" or booking.get("flight_status") in BROKEN


def _options(scene: Scene, booking: Obj, searches: list[Want]) -> list[Obj]:
    """All flights that still go, the two to offer first: those the customer was shown, else the two earliest."""
    flights = [f for search in searches for f in found(scene, search).get("flights") or []]
    going = open_flights(scene, flights, booking)
    shown = _shown(scene)
    again = [f for number in shown for f in going if (f["flight_number"], day(f["departs_at"])) == number]
    first = again if len(again) == len(shown) > 0 else going[:SHOWN]
    return [*first, *(other for other in going if other not in first)]


def _shown(scene: Scene) -> list[tuple[str, str]]:
    """Flight numbers and days of the numbered options in the newest reply that had any."""
    for said in reversed(scene.said):
        pairs = re.findall(r"\d\. (NW\d+) on (\d+ [A-Z][a-z]+)", said.text) if said.role == "assistant" else []
        if pairs:
            return pairs
    return []


def _offer_or_book(scene: Scene, task: Task, booking: Obj, options: list[Obj], rules: Obj) -> Move:
    chosen = _chosen(scene, task, options)
    wanted = [chosen] if chosen else options[:SHOWN]
    code = booking["reservation_code"]
    quotes = [Want("quote_change", {"reservation_code": code, "flight_id": option["flight_id"]}) for option in wanted]
    after = quotes_after(scene, task)
    missing = gather(scene, *quotes, deed=DEED, after=after)
    if missing:
        return missing
    prices = [found(scene, quote, after) for quote in quotes]
    if chosen is None:
        return _offer(scene, task, booking, wanted, prices, rules)
    return _book(scene, task, booking, chosen, prices[0], rules)


def _chosen(scene: Scene, task: Task, options: list[Obj]) -> Obj | None:
    """Which shown option the customer's words after the offer choose."""
    offered = _offer_text(scene, task)
    if offered is None:
        return None
    for text in scene.user_texts(offered.position):
        option = _choice_in(text, options, scene)
        if option:
            return option
    return None


def _offer_text(scene: Scene, task: Task) -> Said | None:
    """The newest reply of this task that listed options."""
    replies = [said for said in scene.said if said.role == "assistant" and said.position > task.start]
    return next((said for said in reversed(replies) if "1. NW" in said.text), None)


def _choice_in(text: str, options: list[Obj], scene: Scene) -> Obj | None:
    when = read_when(text, scene.state.today)
    if when.flight_number:
        same = [o for o in options if o["flight_number"] == when.flight_number]
        on_day = [o for o in same if when.day is None or moment(o["departs_at"]).date() == when.day]
        return on_day[0] if len(on_day) == 1 else None
    if re.search(r"\b(later|latest|last)\b", text.lower()):
        return max(options[:SHOWN], key=lambda option: option["departs_at"])
    if re.search(r"\b(earlier|earliest|sooner|soonest)\b", text.lower()):
        return min(options[:SHOWN], key=lambda option: option["departs_at"])
    if when.day or when.part or when.clock:
        return _first_fitting(options, when)
    number = read_ordinal(text)
    if len(options) == 1 and "yes" in ideas_in(text):
        number = 1
    return options[number - 1] if number and number <= len(options) else None


def _first_fitting(options: list[Obj], when: When) -> Obj | None:
    """The one shown option on that day or at that time; else the first of all flights that fits."""
    on_day = [o for o in options if when.day is None or moment(o["departs_at"]).date() == when.day]
    timed = replace(when, order="", flight_number="")
    return choose([o for o in on_day if o in options[:SHOWN]], timed) or choose(on_day, timed)


def _offer(scene: Scene, task: Task, booking: Obj, options: list[Obj], prices: list[Obj], rules: Obj) -> Move:
    status = found(scene, status_of(booking))
    state = status.get("status") or booking.get("flight_status") or "cancelled"
    reason = f" ({status['reason']})" if status.get("reason") else ""
    lines = [
        f"{number}. {option['flight_number']} on {day(option['departs_at'])} at {clock(option['departs_at'])}, "
        f"arriving at {clock(option['arrives_at'])}, for {money(price['total_due'])}."
        for number, (option, price) in enumerate(zip(options, prices, strict=True), 1)
    ]
    points = int((rules.get("disruption") or {}).get("points") or 0)
    grant = f"You also receive {points} points for the disruption. " if points else ""
    question = "Which one would you like?" if len(options) > 1 else "Would you like this one?"
    if _offer_text(scene, task):
        return say("\n".join([*lines, question]), "The choice is not clear yet; I ask again.")
    count = "two flights" if len(options) > 1 else "one flight"
    text = (
        f"I am sorry, {booking['flight_number']} on {day(booking['departs_at'])} is {state}{reason}. "
        f"I found {count} for you.\n" + "\n".join(lines) + f"\n{grant}{question}"
    )
    return say(text, "The best flights are quoted; the customer chooses.")


def _book(scene: Scene, task: Task, booking: Obj, chosen: Obj, price: Obj, rules: Obj) -> Move:
    card = card_of(scene, price, deed=DEED)
    if isinstance(card, Move):
        return card
    code = booking["reservation_code"]
    writes = change_writes(scene, booking, chosen, price, card)
    points = int((rules.get("disruption") or {}).get("points") or 0)
    moved = f"from {booking['flight_number']} to {chosen['flight_number']} on {chosen['departs_at'][:10]}"
    extra = [
        Want("credit_points", {"reservation_code": code, "points": points, "reason": "disruption"}),
        Want("add_customer_note", {"text": f"Rebooked {moved} after a disruption."}),
    ]
    writes += [want for want in extra if scene.offers(want.tool) and (points or want.tool != "credit_points")]
    thought = f"The customer chose {chosen['flight_number']}; the set should be confirmed."
    text = told_new_price(scene, task, price)
    return propose(scene, *writes, since=task.start, thought=thought, text=text, deed=DEED)


def _credited(scene: Scene, task: Task) -> str:
    credit = scene.executed("credit_points", task.start)
    return f" {credit.result['credited']} points were credited to your account." if credit else ""


GOAL = Goal("Find another way for you after the disruption", STEPS, decide, without_payment)
