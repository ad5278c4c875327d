"""What is said once the customer or the company has decided on a change?"""

from demo.standin.moves import Move, ask_person, say
from demo.standin.scene import Scene, Seen
from demo.standin.thread import Task
from demo.standin.wire import Obj
from demo.standin.wording import clock, day, money, route

EXPLAINED = {
    "no_seat_left": ("The last seat on that flight has just been taken", " Which other flight would you like?"),
    "not_changeable": ("This booking can no longer be changed", ""),
    "closed": ("The flight could not be changed", ""),
}
PRICE_MOVED = ("quote_stale", "quote_expired", "void")


def settle_change(scene: Scene, task: Task) -> Move | None:
    """The reply when a change is done, declined or impossible; None while there is something to do."""
    moved = scene.executed("change_flight", task.start)
    if moved:
        return say(describe_change(scene, task, moved.result), "The change is carried out; I tell what was done.")
    decided = scene.decision(task.start)
    if decided is None:
        return None
    return settle_refused(scene, decided, decided.result.get("decision", ""))


def settle_refused(scene: Scene, decided: Seen, decision: str) -> Move | None:
    """The reply when a set was declined, ran out or failed; None when the price moved and a new quote helps."""
    if decided.position < scene.turn_start:
        return None
    if decision == "declined":
        return say("All right, I have not changed anything and nothing was charged.")
    if decision == "expired":
        return say("The confirmation has run out, so nothing was changed. Shall I prepare it again?")
    failed = [seen for seen in scene.seen if seen.position == decided.position and seen.code]
    charged = any(s.ok and s.tool == "charge_payment" and s.position == decided.position for s in scene.seen)
    real = [seen for seen in failed if seen.code not in ("undone", "not_sent", "rejected")]
    if real and real[0].code in EXPLAINED:
        why, question = EXPLAINED[real[0].code]
        return say(f"{why}, so nothing was changed.{_given_back(scene, decided)}{question}")
    if decision != "confirmed" or not failed or any(seen.code in PRICE_MOVED for seen in failed):
        return None
    if charged:
        return ask_person(scene, "The payment went through, but the ticket could not be changed.")
    first = (real or failed)[0]
    return ask_person(scene, f"{first.tool} failed after the customer had confirmed: {first.code}.")


def _given_back(scene: Scene, decided: Seen) -> str:
    """What was paid and came back when the rest failed; the customer may see it on their account."""
    undone = [seen for seen in scene.seen if seen.position == decided.position and seen.code == "undone"]
    paid = [seen for seen in undone if seen.tool == "charge_payment" and "amount" in seen.result]
    return f" I have refunded the payment of {money(paid[0].result['amount'])}." if paid else ""


def describe_change(scene: Scene, task: Task, result: Obj) -> str:
    """The new flight, its time and what was paid, all from what the systems answered."""
    booked: Obj = result.get("reservation") or {}
    if "flight_number" not in booked:
        text = "Your flight is changed."
    else:
        text = (
            f"You are now booked on {booked['flight_number']} {route(booked)} on {day(booked['departs_at'])}, "
            f"departing at {clock(booked['departs_at'])}."
        )
    paid = scene.executed("charge_payment", task.start)
    if paid and "amount" in paid.result:
        text += f" I charged {money(paid.result['amount'])}{_card(scene, paid)}."
    return text


def _card(scene: Scene, paid: Seen) -> str:
    listing = scene.executed("list_payment_methods", -1)
    method = paid.arguments.get("payment_method_id")
    for card in (listing.result.get("methods") or []) if listing else []:
        if card["payment_method_id"] == method:
            return f" to your {card['brand']} card ending in {card['last4']}"
    return ""
