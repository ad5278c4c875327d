"""How does the stand-in cancel a booking and refund what the fare allows?"""

from demo.standin.goals import Goal, Step
from demo.standin.goals.bookings import pick_booking
from demo.standin.goals.changed import settle_refused
from demo.standin.lexicon import ideas_in
from demo.standin.moves import Move, ask_person, found, gather, need, propose, say
from demo.standin.scene import Scene, Want
from demo.standin.thread import Task
from demo.standin.wire import Obj
from demo.standin.wording import flight, money

DEED = "cancel your booking"
NO_MONEY = "Shall I cancel it anyway?"
FINAL = ("over_limit", "refunds-have-a-limit", "old-purchases-are-refunded-by-a-person", "light-is-not-refunded")
"""Refusals of a refund that no other call will mend."""
STEPS = (
    Step("Read the booking", "list_reservations"),
    Step("Check what the fare refunds", "get_fare_rules"),
    Step("Look up what was paid", "list_payments"),
    Step("Cancel the booking", "cancel_reservation", "planner"),
    Step("Refund the money", "refund_payment", "planner"),
)


def decide(scene: Scene, task: Task) -> Move:
    """The next thing to do for a cancellation."""
    settled = _settled(scene, task)
    if settled:
        return settled
    refused = need(scene, "cancel_reservation", deed=DEED)
    if refused:
        return refused
    booking = pick_booking(scene, task, deed=DEED)
    if isinstance(booking, Move):
        return booking
    rules = Want("get_fare_rules", {"fare_class": booking["fare_class"]})
    missing = gather(scene, rules, deed=DEED, after=_since(scene, task))
    if missing:
        return missing
    cancel = Want("cancel_reservation", {"reservation_code": booking["reservation_code"]})
    back = refundable_of(booking, found(scene, rules, _since(scene, task)))
    if not back["amount"]:
        return _cancel_without_money(scene, task, booking, cancel)
    return _cancel_and_refund(scene, task, cancel, back)


def _since(scene: Scene, task: Task) -> int:
    """The rules that were read before a decision may be the reason why it was void."""
    decided = scene.decision(task.start)
    return decided.position if decided else -1


def refundable_of(booking: Obj, rules: Obj) -> Obj:
    """What the fare gives back of the price paid: all less the part it keeps, which is rounded up to the cent."""
    paid: Obj = booking["price_paid"]
    if booking.get("status") == "disrupted":
        return paid
    keeps = int(rules.get("non_refundable_percent") or 0) if rules.get("refundable") else 100
    kept = -(-int(paid["amount"]) * keeps // 100)
    return {"amount": int(paid["amount"]) - kept, "currency": paid["currency"]}


def _cancel_and_refund(scene: Scene, task: Task, cancel: Want, back: Obj) -> Move:
    """Both in one answer: they stand together. The runtime computes the amounts."""
    stuck = next((seen for seen in scene.failures("refund_payment") if seen.code in FINAL), None)
    if stuck or (not scene.fast and not scene.offers("refund_payment")):
        why = f" ({stuck.code})" if stuck else ""
        return ask_person(scene, f"The customer wishes to cancel; {money(back)} should be refunded{why}.")
    listing = Want("list_payments", cancel.values)
    missing = gather(scene, listing, deed=DEED)
    if missing:
        return missing
    payment = _payment_with(found(scene, listing).get("payments") or [], back)
    if payment is None:
        return ask_person(scene, f"{money(back)} should be refunded, and no single payment holds that much.")
    refund = Want("refund_payment", {"payment_id": payment["payment_id"], "reason": "Cancellation by the customer"})
    thought = f"{money(back)} can be refunded; the customer should confirm."
    return propose(scene, cancel, refund, since=task.start, thought=thought, deed=DEED)


def _payment_with(payments: list[Obj], back: Obj) -> Obj | None:
    """The oldest payment of which so much is left."""
    left = (p for p in payments if int(p["amount"]["amount"]) - int(p["refunded"]["amount"]) >= int(back["amount"]))
    return next(left, None)


def _cancel_without_money(scene: Scene, task: Task, booking: Obj, cancel: Want) -> Move:
    asked = scene.last_said("assistant")
    offered = asked is not None and asked.position > task.start and NO_MONEY in asked.text
    if offered and "yes" in ideas_in(scene.user_text):
        return propose(scene, cancel, since=task.start, thought="The customer cancels without a refund.", deed=DEED)
    if offered and "no" in ideas_in(scene.user_text):
        return say("All right, your booking stays as it is.")
    return say(
        f"I am sorry, {flight(booking)} is on the {booking['fare_class']} fare, which is not refunded. "
        f"You can keep the booking, or cancel it without a refund. {NO_MONEY}"
    )


def _settled(scene: Scene, task: Task) -> Move | None:
    done = scene.executed("cancel_reservation", task.start)
    if done is None:
        decided = scene.decision(task.start)
        return settle_refused(scene, decided, decided.result.get("decision", "")) if decided else None
    booking: Obj = done.result.get("reservation") or {}
    text = f"Your booking {booking.get('reservation_code', '')} is cancelled.".replace("  ", " ")
    refund = scene.executed("refund_payment", task.start)
    if refund and "amount" in refund.result:
        text = f"{text} {money(refund.result['amount'])} go back to the card you paid with."
    return say(text, "The cancellation is carried out; I tell what was done.")


GOAL = Goal("Cancel your booking", STEPS, decide)
