"""How do the fake gateway's scripted turns go?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.console.fake_gateway import FakeGateway
    from tests.console.fake_request import FakeRequest

STEPS = [
    ("s1", "Read your booking", "Reading your bookings…"),
    ("s2", "Check fare rules", "Checking fare rules…"),
    ("s3", "Price the change", "Calculating the price of the change…"),
    ("s4", "Take the payment", "Charging your card…"),
    ("s5", "Change the ticket", "Changing your flight…"),
]
LINES = [
    {"label": "Reservation", "value": "K7Q2LM"},
    {"label": "New flight", "value": "NW210 FRA to LIS, Sunday 22 November 2026 at 07:15 UTC"},
    {"label": "Charge", "value": "45.00 EUR to Visa ending 4242"},
]


def emit_plan(request: FakeRequest, done: int) -> None:
    """The plan with so many steps done."""
    steps = [
        {"id": step, "title": title, "state": "done" if at < done else "open"}
        for at, (step, title, _) in enumerate(STEPS)
    ]
    request.emit("plan", goal="Move you to tomorrow's morning flight", steps=steps)


def open_card(request: FakeRequest, set_id: str = "set-1", total: str = "45.00 EUR", minutes: float = 15) -> None:
    """Show a confirmation card."""
    expires = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
    card = {"set_id": set_id, "digest": f"digest-{set_id}", "state": "open", "title": "Change your flight"}
    request.emit("confirm", **card, lines=LINES, total=total, expires_at=expires, code="4711")


def _use(request: FakeRequest, at: int) -> None:
    call = f"{request.request_id}:t{at}"
    request.emit("tool", call=call, tool=STEPS[at][0], text=STEPS[at][2], state="started")
    request.emit("tool", call=call, tool=STEPS[at][0], text=STEPS[at][2], state="done")
    emit_plan(request, at + 1)


async def _greet(request: FakeRequest) -> None:
    request.say("Hello, and welcome to Northwind Air. ", "How can I help?")
    request.emit("status", state="idle", text="")


async def _price(request: FakeRequest) -> None:
    request.say(
        "An extra checked bag costs 40.00 EUR on a classic fare.",
        sources=["Baggage terms, section 2", "the customer"],
    )
    request.emit("status", state="idle", text="")


async def _move(request: FakeRequest) -> None:
    emit_plan(request, 0)
    for at in range(3):
        _use(request, at)
    open_card(request)
    request.say("Please check the details below. Nothing happens until you confirm.", by="runtime")
    request.emit("status", state="waiting_for_confirmation", text="")


async def _refund(request: FakeRequest) -> None:
    open_card(request, total="380.00 EUR")
    request.emit("status", state="waiting_for_confirmation", text="")


async def _hand_over(request: FakeRequest) -> None:
    text = "I'm passing you to a colleague, who sees everything we've written so far. You needn't repeat anything."
    request.emit("reply.done", turn=request.turn, text=text, by="runtime", sources=[], cost_usd=0.0)
    request.epoch, request.holder = request.epoch + 1, "desk"
    request.emit("handoff", state="waiting", reason="wants_person", epoch=request.epoch, who=None)
    request.emit("status", state="waiting_for_person", text="")


async def _bag(request: FakeRequest) -> None:
    request.say("I have opened case BAG10001 for your bag. ", "I'll write to you when there is news.")
    request.emit("status", state="waiting_for_company", text="")


NOTICE = "I'm an automated assistant, and can pass you to a person."
PICTURE = "https://media.invalid/tag.svg"
PARTS: list[dict[str, Any]] = [
    {
        "kind": "image",
        "name": "tag",
        "title": "A bag tag",
        "url": PICTURE,
        "text": "The number stands on the sticker.",
    },
    {
        "kind": "form",
        "name": "form",
        "title": "Report a bag",
        "url": "https://media.invalid/report",
        "text": "You can use this form as well:",
    },
    {"kind": "buttons", "choices": ["Hi, I have it", "I lost it"]},
]


async def _show(request: FakeRequest) -> None:
    request.say("What is the number on your bag tag?", notice=NOTICE, parts=PARTS)
    request.emit("status", state="idle", text="")


DRAWING = "/media/airline/0123456789abcdef/tag.svg"


async def _draw(request: FakeRequest) -> None:
    request.say("It stands on the sticker.", parts=[{**PARTS[0], "url": DRAWING}])
    request.emit("status", state="idle", text="")


async def _goodbye(request: FakeRequest) -> None:
    request.say("Goodbye, and have a good flight.")
    request.emit("closed", outcome="resolved")


TURNS: dict[str, Callable[[FakeRequest], Awaitable[None]]] = {
    "draw it": _draw,
    "hi": _greet,
    "how much": _price,
    "move me": _move,
    "cancel": _refund,
    "i want a person": _hand_over,
    "my bag": _bag,
    "show me": _show,
    "bye": _goodbye,
}
"""By how a message begins. One that begins otherwise is answered by the test itself."""


def answer_decision(fake: FakeGateway, request: FakeRequest, given: dict[str, Any]) -> str:
    """Take a decision on the open card, once."""
    from contracts.errors import Refused

    if request.card is None or request.card["set_id"] != given["set_id"]:
        raise Refused(409, "unknown_set", "There is no such open confirmation.")
    needs_approval = request.card["total"] == "380.00 EUR"
    state = {"confirm": "confirmed", "decline": "declined"}[given["decision"]]
    card = request.card
    request.emit("confirm", set_id=given["set_id"], state=state)
    if needs_approval and state == "confirmed":
        request.emit("approval", set_id=given["set_id"], state="awaited", role="supervisor")
        request.emit("status", state="waiting_for_approval", text="")
        request.card = {**card, "state": "awaiting_approval"}
        return "awaiting_approval"
    fake.start(_carry_out(request) if state == "confirmed" else _leave(request))
    return state


async def _carry_out(request: FakeRequest) -> None:
    _use(request, 3)
    _use(request, 4)
    request.turn += 1
    request.say("Done: you now fly on NW210 tomorrow morning. ", "45.00 EUR were charged to your Visa.")
    emit_plan(request, len(STEPS))
    request.emit("status", state="idle", text="")


async def _leave(request: FakeRequest) -> None:
    request.turn += 1
    request.say("All right, I have changed nothing.")
    request.emit("status", state="idle", text="")
