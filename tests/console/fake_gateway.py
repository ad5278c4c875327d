"""What would the gateway answer? Its interface in memory, with scripted turns and faults on request."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from fastapi import APIRouter, FastAPI, Header, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse

from contracts.errors import Refused
from tests.console.fake_request import UI, FakeRequest
from tests.console.fake_turns import PICTURE, TURNS, answer_decision
from workers.gateway import chat_page
from workers.gateway.problems import add_problem_handlers, problem
from workers.gateway.service import get_service

PEOPLE = [
    {
        "customer_id": "C101",
        "first_name": "Anna",
        "last_name": "Keller",
        "tier": "gold",
        "reservation_code": "K7Q2LM",
        "story": "flies Frankfurt-Lisbon in three days and wants to go earlier",
        "says": "Move me to tomorrow's morning flight",
    },
    {
        "customer_id": "C103",
        "first_name": "Maria",
        "last_name": "Santos",
        "tier": "none",
        "reservation_code": "T8BN4C",
        "story": "flew home from Lisbon yesterday, without the bag 0NW445566",
        "says": "My bag is lost",
    },
]


@dataclass
class FakeGateway:
    """All requests, what was posted, and the faults that are planned."""

    requests: dict[str, FakeRequest] = field(default_factory=dict[str, FakeRequest])
    posts: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    desk_posts: list[tuple[str, dict[str, Any]]] = field(default_factory=list[tuple[str, dict[str, Any]]])
    resumed_from: list[int] = field(default_factory=list[int])
    tokens: int = 0
    expired: set[str] = field(default_factory=set[str])
    fail_posts: int = 0
    """So many posts are taken, and then answered as if they had not been."""
    break_streams: int = 0
    """So many streams end after their next event."""
    forgets: bool = False
    """Every stream begins with the first event, whatever was asked for."""
    stand_in: bool = True
    demo: bool = True
    turns: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    @property
    def only(self) -> FakeRequest:
        """The one request there is."""
        (request,) = self.requests.values()
        return request

    @property
    def latest(self) -> FakeRequest:
        """The newest request."""
        return list(self.requests.values())[-1]

    def reset(self) -> None:
        """Forget everything; open streams end."""
        for task in self.turns:
            task.cancel()
        for request in self.requests.values():
            request.status = "gone"
            request.news.set()
        self.__init__()

    def accept(self, request: FakeRequest, message_id: str, text: str) -> bool:
        """Take a message once; a scripted turn answers it. Answers whether it is new."""
        if message_id in request.messages:
            if request.messages[message_id] != text:
                raise Refused(409, "message_conflict", "This message id was used for another text.")
            return False
        request.messages[message_id] = text
        request.emit("status", state="received", text="")
        self.start(self._answer(request, text))
        return True

    def start(self, turn: Any) -> None:
        """Run a turn beside the request that caused it."""
        task: asyncio.Task[None] = asyncio.create_task(turn)
        self.turns.add(task)
        task.add_done_callback(self.turns.discard)

    async def _answer(self, request: FakeRequest, text: str) -> None:
        request.enter(text)
        if request.holder != "agent":
            request.emit("status", state="waiting_for_person", text="")
            return
        request.emit("status", state="understanding", text="Reading…")
        turn = next((turn for start, turn in TURNS.items() if text.lower().startswith(start)), None)
        if turn is not None:
            await turn(request)

    def token(self, subject: str) -> str:
        """A new token for somebody."""
        self.tokens += 1
        return f"{subject}.{self.tokens}"

    def caller(self, authorization: str | None) -> str | None:
        """Whose token it is; Refused when it has expired."""
        if authorization is None:
            return None
        token = authorization.removeprefix("Bearer ")
        if token in self.expired:
            raise Refused(401, "token_expired", "The token has expired: sign in again.")
        return token.split(".")[0]

    def visible(self, request_id: str, caller: str | None) -> FakeRequest:
        """The request, if the caller may see it."""
        request = self.requests.get(request_id)
        staff = caller is not None and caller.startswith("demo-")
        if request is None or (not staff and request.customer != caller):
            raise Refused(404, "not_found", f"There is no request {request_id!r} for you.")
        return request


class FakePacks:
    """One pack, of which the page asks where its pictures are."""

    def __iter__(self) -> Iterator[str]:
        yield "airline"

    async def current(self, name: str) -> SimpleNamespace:
        """What it shows."""
        del name
        return SimpleNamespace(media={"tag": SimpleNamespace(kind="image", url=PICTURE)})


def make_app(fake: FakeGateway) -> FastAPI:
    """The fake as an ASGI application, with the real chat page."""
    from tests.console.fake_desk import desk_routes

    app = FastAPI()
    add_problem_handlers(app)
    app.include_router(chat_page.router)
    app.dependency_overrides[get_service] = lambda: SimpleNamespace(packs=FakePacks())
    app.include_router(_customer_routes(fake))
    app.include_router(_demo_routes(fake))
    app.include_router(desk_routes(fake))
    return app


def _demo_routes(fake: FakeGateway) -> APIRouter:
    router = APIRouter()

    @router.get("/demo/people")
    async def people() -> Any:
        if not fake.demo:
            raise Refused(404, "not_found", "Not here.")
        label = "stand-in model, not an LLM" if fake.stand_in else "a language model"
        return {"people": PEOPLE, "model": {"label": label, "stand_in": fake.stand_in, "note": "gpt-5-mini"}}

    @router.get("/readyz")
    async def ready() -> Any:
        return {"status": "ready", "model": "stand-in model, not an LLM" if fake.stand_in else "real models"}

    @router.post("/demo/token")
    async def token(body: dict[str, Any]) -> Any:
        if not fake.demo:
            raise Refused(404, "not_found", "Not here.")
        if body.get("customer_id"):
            return {"token": fake.token(str(body["customer_id"]))}
        role = body.get("role", "customer")
        return {"token": fake.token(f"demo-{role}") if role != "customer" else None}

    del people, ready, token
    return router


def _customer_routes(fake: FakeGateway) -> APIRouter:
    router = APIRouter(prefix="/v1/requests")

    @router.post("", status_code=201)
    async def create(body: dict[str, Any], authorization: str | None = Header(None)) -> Any:
        caller = fake.caller(authorization)
        fake.posts.append(body)
        message = body["message"]
        known = next((one for one in fake.requests.values() if message["id"] in one.messages), None)
        request = known or FakeRequest(f"request-{len(fake.requests) + 1}", caller)
        fake.requests[request.request_id] = request
        fake.accept(request, message["id"], message["text"])
        return _answered(fake, {"request_id": request.request_id, "status": request.status, "events_url": ""}, 201)

    @router.get("")
    async def mine(authorization: str | None = Header(None)) -> Any:
        caller = fake.caller(authorization)
        found = [one for one in fake.requests.values() if caller and one.customer == caller and one.status != "closed"]
        rows = [
            {
                "request_id": one.request_id,
                "status": one.status,
                "intent": "",
                "title": f"Wish {n}",
                "opened_at": _now(),
                "age_seconds": 7_300 * n,
            }
            for n, one in enumerate(found, start=1)
        ]
        return {"requests": rows}

    @router.get("/{request_id}")
    async def look(request_id: str, authorization: str | None = Header(None)) -> Any:
        return shown(fake.visible(request_id, fake.caller(authorization)))

    @router.post("/{request_id}/messages", status_code=202)
    async def write(request_id: str, body: dict[str, Any], authorization: str | None = Header(None)) -> Any:
        request = fake.visible(request_id, fake.caller(authorization))
        fake.posts.append(body)
        if request.status == "closed":
            raise Refused(409, "closed", "This request is closed; open a new one.")
        answer: dict[str, Any] = {"request_id": request_id}
        replayed = False
        if "confirm" in body:
            answer["decision"] = answer_decision(fake, request, body["confirm"])
        else:
            replayed = not fake.accept(request, body["id"], body["text"])
        return _answered(fake, answer, 202, replayed=replayed)

    @router.get("/{request_id}/events")
    async def follow(
        request_id: str,
        request: Request,
        authorization: str | None = Header(None),
        last_event_id: int = Header(0),
        after: int = Query(0),
    ) -> StreamingResponse:
        found = fake.visible(request_id, fake.caller(authorization))
        fake.resumed_from.append(last_event_id)
        begin = 0 if fake.forgets else max(last_event_id, after)
        return StreamingResponse(_stream(fake, found, begin), media_type="text/event-stream")

    del create, mine, look, write, follow
    return router


def _answered(fake: FakeGateway, answer: dict[str, Any], status: int, *, replayed: bool = False) -> JSONResponse:
    if fake.fail_posts > 0:
        fake.fail_posts -= 1
        return problem(503, "busy", "We cannot take this right now; please try again.", retry_after=0)
    return JSONResponse(answer, status, {"Idempotent-Replayed": "true"} if replayed else None)


async def _stream(fake: FakeGateway, request: FakeRequest, last: int) -> AsyncIterator[str]:
    yield "retry: 1000\n\n"
    while request.status != "gone":
        for event in request.events[last:]:
            last = event["n"]
            yield f"id: {last}\nevent: {event['type']}\ndata: {json.dumps(event['data'])}\n\n"
            if fake.break_streams > 0:
                fake.break_streams -= 1
                return
            if event["type"] == "closed":
                return
        request.news.clear()
        if last == len(request.events):
            await request.news.wait()


def shown(request: FakeRequest) -> dict[str, Any]:
    """What a look at the request answers."""
    return {
        "request_id": request.request_id,
        "pack": "airline",
        "channel": "web",
        "status": request.status,
        "route": "planner",
        "intent": "change_flight",
        "goal": request.plan["goal"] if request.plan else None,
        "plan": request.plan["steps"] if request.plan else None,
        "holder": request.holder,
        "replies": [line for line in request.transcript if line["who"] != "customer"],
        "transcript": request.transcript,
        "open_confirmation": {**request.card, "state": "pending"} if request.card else None,
        "cost_usd": 0.0012,
        "temporal_url": f"{UI}/{request.request_id}",
        "last_event": len(request.events),
    }


def _now() -> str:
    return datetime.now(UTC).isoformat()
