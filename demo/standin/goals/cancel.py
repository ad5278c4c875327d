"""How does the stand-in cancel a booking and refund what the fare allows?"""

from demo.standin.goals import Goal, Step
from demo.standin.goals.bookings import pick_booking
from demo.standin.goals.changed import settle_refused
from demo.standin.lexicon import ideas_in
from demo.standin.moves import Move, ask_person, found, gather, hole, need, propose, say
from demo.standin.scene import Scene, Seen, Want
from demo.standin.thread import Task
from demo.standin.wire import Obj
from demo.standin.wording import flight, is_due, money

DEED = "cancel your booking"
NO_MONEY = "Shall I cancel it anyway?"
STEPS = (
    Step("Read the booking", "list_reservations"),
    Step("Check what the fare refunds", "get_fare_rules"),
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
    missing = gather(scene, rules, deed=DEED)
    if missing:
        return missing
    cancel = Want("cancel_reservation", {"reservation_code": booking["reservation_code"]})
    back = refundable_of(booking, found(scene, rules))
    if not back["amount"]:
        return _cancel_without_money(scene, task, booking, cancel)
    if not scene.fast and not scene.offers("refund_payment"):
        return ask_person(scene, f"The customer wishes to cancel; {money(back)} should be refunded.")
    writes = (cancel, _refund(booking)) if _takes_holes(scene) else (cancel,)
    thought = f"{money(back)} can be refunded; the customer should confirm."
    return propose(scene, *writes, since=task.start, thought=thought, deed=DEED)


def refundable_of(booking: Obj, rules: Obj) -> Obj:
    """What the fare gives back of the price paid, rounded down to the cent."""
    paid: Obj = booking["price_paid"]
    share = 100 - int(rules.get("non_refundable_percent") or 0) if rules.get("refundable") else 0
    return {"amount": int(paid["amount"]) * share // 100, "currency": paid["currency"]}


def _takes_holes(scene: Scene) -> bool:
    """Whether the refund may be proposed together with the cancellation that says how much it is."""
    tool = scene.tools.get("refund_payment")
    return tool is not None and "from_tool" in str(tool.properties.get("amount"))


def _refund(booking: Obj) -> Want:
    """The refund of what the cancellation will report."""
    payment = booking.get("payment_id") or hole("cancel_reservation", "payment_id")
    amount = hole("cancel_reservation", "refundable")
    return Want("refund_payment", {"payment_id": payment, "amount": amount, "reason": "cancellation"})


def _cancel_without_money(scene: Scene, task: Task, booking: Obj, cancel: Want) -> Move:
    asked = scene.last_said("assistant")
    offered = asked is not None and asked.position > task.start and NO_MONEY in asked.text
    if offered and "yes" in ideas_in(scene.user_text):
        return propose(scene, cancel, since=task.start, thought="The customer cancels without a refund.", deed=DEED)
    if offered and "no" in ideas_in(scene.user_text):
        return say("All right, your booking stays as it is.")
    return say(f"{flight(booking)} is on the {booking['fare_class']} fare, which is not refunded. {NO_MONEY}")


def _settled(scene: Scene, task: Task) -> Move | None:
    done = scene.executed("cancel_reservation", task.start)
    if done is None:
        decided = scene.decision(task.start)
        return settle_refused(scene, decided, decided.result.get("decision", "")) if decided else None
    booking: Obj = done.result.get("reservation") or {}
    text = f"Your booking {booking.get('reservation_code', '')} is cancelled.".replace("  ", " ")
    refund = scene.executed("refund_payment", task.start)
    if refund and "amount" in refund.result:
        return say(f"{text} {money(refund.result['amount'])} go back to the card you paid with.")
    return _refund_now(scene, task, done, text) or say(text)


def _refund_now(scene: Scene, task: Task, done: Seen, text: str) -> Move | None:
    """Once the cancellation has said how much it is: propose the refund, or have a person see to it."""
    back, booking = done.result.get("refundable"), done.result.get("reservation") or {}
    decided = scene.decision(task.start)
    if not is_due(back) or (decided and decided.result.get("decision") == "declined"):
        return None
    payment = done.result.get("payment_id") or booking.get("payment_id")
    if not payment or not scene.offers("refund_payment") or scene.failures("refund_payment", task.start):
        return ask_person(scene, "The booking is cancelled; the refund has to be made by a person.")
    values: Obj = {"payment_id": payment, "amount": back, "reason": "cancellation"}
    return propose(
        scene, Want("refund_payment", values), since=task.start, thought="The refund follows.", text=text, deed=DEED
    )


GOAL = Goal("Cancel the customer's booking", STEPS, decide)
