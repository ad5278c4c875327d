"""How is a quoted change priced, paid and written?"""

from demo.standin.moves import Move, ask_person, found, gather, hole
from demo.standin.scene import Scene, Want
from demo.standin.thread import Task
from demo.standin.wire import Obj
from demo.standin.wording import is_due, money


def quote_of(scene: Scene, want: Want, after: int) -> Obj:
    """The newest quote for a flight, as `gather` has made sure of it."""
    return found(scene, want, after)


def card_of(scene: Scene, quote: Obj, *, deed: str) -> Obj | Move:
    """The customer's default payment method when something is due, else nothing; or the move that finds it."""
    if not is_due(quote.get("total_due")):
        return {}
    methods = Want("list_payment_methods")
    missing = gather(scene, methods, deed=deed)
    if missing:
        return missing
    cards: list[Obj] = found(scene, methods).get("methods") or []
    if not cards:
        return ask_person(scene, "The change costs money and no payment method is on file.")
    return next((card for card in cards if card.get("is_default")), cards[0])


def change_writes(scene: Scene, booking: Obj, chosen: Obj, quote: Obj, card: Obj) -> list[Want]:
    """Charge what is due, then change the ticket with that payment."""
    code = booking["reservation_code"]
    change: Obj = {"reservation_code": code, "flight_id": chosen["flight_id"], "quote_id": quote["quote_id"]}
    if not card:
        return [Want("change_flight", {**change, "payment_id": None})]
    charge: Obj = {
        "payment_method_id": card["payment_method_id"],
        "amount": quote["total_due"],
        "reservation_code": code,
        "quote_id": quote["quote_id"],
    }
    paid = hole("charge_payment", "payment_id")
    return [Want("charge_payment", charge), Want("change_flight", {**change, "payment_id": paid})]


def without_payment(scene: Scene) -> frozenset[str]:
    """The payment steps, once a quote says that nothing is due."""
    quote = scene.executed("quote_change", scene.last_write)
    free = quote is not None and not is_due(quote.result.get("total_due"))
    return frozenset({"list_payment_methods", "charge_payment"}) if free else frozenset()


def told_new_price(scene: Scene, task: Task, quote: Obj) -> str:
    """A word about a price that changed after the customer had been asked to confirm another; else nothing."""
    decided = scene.decision(task.start)
    if decided is None:
        return ""
    earlier = [s for s in scene.seen if s.ok and s.tool == "quote_change" and s.position < decided.position]
    if not earlier:
        return ""
    before, now = earlier[-1].result["total_due"], quote["total_due"]
    if before == now:
        return f"The price is still {money(now)}. Please confirm once more."
    return f"The price has changed. It is now {money(now)} instead of {money(before)}. Please confirm the new price."
