"""What does the fake gateway answer to people at the desk?"""

from typing import Any

from fastapi import APIRouter, Header

from contracts.errors import Refused
from tests.console.fake_gateway import FakeGateway, shown
from tests.console.fake_request import FakeRequest


def desk_routes(fake: FakeGateway) -> APIRouter:
    """The desk's interface."""
    router = APIRouter(prefix="/v1/desk")

    def staff(authorization: str | None) -> str:
        caller = fake.caller(authorization)
        if caller is None or not caller.startswith("demo-"):
            raise Refused(401, "sign_in", "Sign in: this needs a token with one of the roles agent, supervisor.")
        return caller

    @router.get("/queue")
    async def queue(authorization: str | None = Header(None)) -> Any:
        staff(authorization)
        waiting = [one for one in fake.requests.values() if one.holder != "agent"]
        approvals = [one for one in fake.requests.values() if one.card and one.card["state"] == "awaiting_approval"]
        return {"items": [_item(one) for one in waiting], "approvals": [_approval(one) for one in approvals]}

    @router.get("/requests/{request_id}")
    async def whole(request_id: str, authorization: str | None = Header(None)) -> Any:
        request = fake.visible(request_id, staff(authorization))
        effect = {
            "effect_id": "e1",
            "tool": "charge_payment",
            "state": "verified",
            "arguments": {"amount": {"amount": 4500, "currency": "EUR"}},
        }
        return {
            "request": shown(request),
            "handoff": _item(request) if request.holder != "agent" else None,
            "summary": {"open_question": "Which flight?"},
            "transcript": request.transcript,
            "effects": [effect, *request.unsure],
            "facts": [*(_fact("seat", f"{row}A") for row in range(1, 7)), _fact("flight", "NW204")],
            "timeline": request.events,
        }

    @router.post("/requests/{request_id}/{verb}")
    async def act(request_id: str, verb: str, body: dict[str, Any], authorization: str | None = Header(None)) -> Any:
        caller = staff(authorization)
        fake.desk_posts.append((verb, body))
        request = fake.visible(request_id, caller)
        if verb == "claim" and request.held_by == caller:
            return {"request_id": request_id}
        if verb == "claim" and (request.holder != "desk" or body["epoch"] != request.epoch):
            raise Refused(409, "not_waiting", "Somebody else has claimed it, or it was given back.")
        if verb in ("reply", "return", "release") and request.held_by != caller:
            raise Refused(409, "not_yours", "You do not hold this request; claim it first.")
        if verb == "return" and request.unsure:
            raise Refused(
                409, "unsettled", "Say first what became of change_flight: settle it, or release the request."
            )
        _ACTS[verb](request, caller, body)
        return {"request_id": request_id}

    del queue, whole, act
    return router


def _fact(kind: str, value: str) -> dict[str, Any]:
    return {"call_id": "call-1", "tool": "list_seats", "pointer": "/0", "type": kind, "value": value}


def _item(request: FakeRequest) -> dict[str, Any]:
    return {
        "request_id": request.request_id,
        "pack": "airline",
        "reason": "wants_person",
        "state": "claimed" if request.holder == "person" else "waiting",
        "epoch": request.epoch,
        "claimed_by": request.held_by,
        "created_at": "2026-11-21T09:00:00+00:00",
        "summary": {"intent": "person", "goal": None, "open_question": "Which flight?"},
    }


def _approval(request: FakeRequest) -> dict[str, Any]:
    assert request.card is not None
    card = {name: request.card[name] for name in ("title", "lines", "total")}
    given = {name: request.card[name] for name in ("set_id", "digest", "expires_at")}
    return {**given, "request_id": request.request_id, "card": card, "role": "supervisor"}


def _claim(request: FakeRequest, caller: str, _: dict[str, Any]) -> None:
    request.holder, request.held_by = "person", caller
    request.emit("handoff", state="claimed", reason="", epoch=request.epoch, who=caller.removeprefix("demo-"))


def _release(request: FakeRequest, caller: str, _: dict[str, Any]) -> None:
    request.holder, request.held_by, request.epoch = "desk", None, request.epoch + 1
    request.emit("handoff", state="waiting", reason="", epoch=request.epoch, who=caller.removeprefix("demo-"))


def _reply(request: FakeRequest, _: str, body: dict[str, Any]) -> None:
    request.emit("reply.done", turn=request.turn, text=body["text"], by="person", sources=[], cost_usd=0.0)


def _return(request: FakeRequest, caller: str, _: dict[str, Any]) -> None:
    request.holder, request.held_by = "agent", None
    request.emit("handoff", state="returned", reason="", epoch=request.epoch, who=caller.removeprefix("demo-"))
    request.emit("status", state="idle", text="")


def _approve(request: FakeRequest, _: str, body: dict[str, Any]) -> None:
    request.card = None
    request.emit("approval", set_id=body["set_id"], state="approved", role="supervisor")
    request.turn += 1
    request.say("Your refund of 380.00 EUR is on its way.")
    request.emit("status", state="idle", text="")


def _deny(request: FakeRequest, _: str, body: dict[str, Any]) -> None:
    request.card = None
    request.emit("approval", set_id=body["set_id"], state="denied", role="supervisor")
    request.emit("status", state="idle", text="")


def _settle(request: FakeRequest, _: str, body: dict[str, Any]) -> None:
    request.unsure = [one for one in request.unsure if one["effect_id"] != body["effect_id"]]


_ACTS = {
    "settle": _settle,
    "claim": _claim,
    "release": _release,
    "reply": _reply,
    "return": _return,
    "approve": _approve,
    "deny": _deny,
}
