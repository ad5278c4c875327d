"""Which HTTP calls does the stand-in answer?"""

import asyncio
import json
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from dataclasses import replace
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from demo.standin import LABEL
from demo.standin.brain import think
from demo.standin.chat import stream_chunks, write_completion, write_event
from demo.standin.control import Change, Control, Fault, Latency
from demo.standin.faults import BEFORE_ANSWER, IN_ANSWER, IN_STREAM, fail, spoil
from demo.standin.models import OFFERED, is_known
from demo.standin.obedient import be_obedient
from demo.standin.response import Draft, write_draft
from demo.standin.scene import read_scene
from demo.standin.shows import add_marks
from demo.standin.sloppy import be_sloppy, misplace_airports, misstate_prices
from demo.standin.stream import stream_events
from demo.standin.strict import accept_response_request
from demo.standin.strict_chat import accept_chat_request
from demo.standin.tokens import PromptCache, count_tokens, write_prompt
from demo.standin.wire import Answer, Ask, Obj, Refused

_HANG_LIMIT = 600  # seconds until a hanging call gives up when its client does not
_MARK = {"x-standin-label": LABEL}


class CutStream(StreamingResponse):
    """A stream that ends in the middle: the connection is closed without its last chunk."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        async for chunk in self.body_iterator:
            data = chunk.encode() if isinstance(chunk, str) else bytes(chunk)
            await send({"type": "http.response.body", "body": data, "more_body": True})


class StandIn:
    """One server: its control, its prompt cache, and the two APIs over one brain."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self._cache = PromptCache()

    async def answer(self, request: Request, *, chat: bool) -> Response:
        """Accept, decide, write; a refusal or a fault becomes OpenAI's error."""
        character = request.headers.get("x-standin-character") or self.control.character
        entry = self.control.record(request.url.path, character, None)
        started = time.perf_counter()
        try:
            response = await self._answer(request, entry, character, chat=chat)
        except Refused as refused:
            response = JSONResponse(refused.body, status_code=refused.status)
        entry["status"] = response.status_code
        if isinstance(response, StreamingResponse):
            response.body_iterator = timed(response.body_iterator, entry, started)
        response.headers.update(_MARK)
        return response

    async def _answer(self, request: Request, entry: Obj, character: str, *, chat: bool) -> Response:
        check_key(request.headers.get("authorization", ""))
        body = await read_body(request)
        entry["body"] = body
        ask = accept_chat_request(body) if chat else accept_response_request(body)
        fault = self.control.take_fault(ask.model, BEFORE_ANSWER)
        if fault and fault.kind == "hang":
            await _hang(request)
        if fault:
            return fail(fault, ask.model)
        draft = self._draft(ask, character)
        latency = self.control.latency_of(ask.model)
        await asyncio.sleep(latency.ttft_ms / 1000)
        if not ask.stream:
            await asyncio.sleep(draft.usage.output / latency.tokens_per_s if latency.tokens_per_s else 0)
            return JSONResponse(write_completion(draft) if chat else draft.as_response(finished=True))
        cut = self.control.take_fault(ask.model, IN_STREAM)
        return self._stream(draft, latency, cut, chat=chat)

    def _draft(self, ask: Ask, character: str) -> Draft:
        answer = self._misspeak(ask, add_marks(ask, think(read_scene(ask, self.control.withdrawn))), character)
        if ask.body.get("parallel_tool_calls") is False:
            answer = replace(answer, calls=answer.calls[:1])
        prompt = write_prompt(ask)
        return write_draft(ask, answer, count_tokens(prompt), self._cache.reuse(ask.model, prompt))

    def _misspeak(self, ask: Ask, answer: Answer, character: str) -> Answer:
        if character == "sloppy":
            answer = be_sloppy(ask, answer, self.control.mistakes)
        if character == "compromised":
            answer = be_obedient(ask, answer, self.control.orders)
        if any(call.name == "search_flights" for call in answer.calls) and self.control.take_fault(
            ask.model, ("wrong_airport",)
        ):
            answer = misplace_airports(answer)
        wrong = misstate_prices(answer.text)
        if wrong != answer.text and self.control.take_fault(ask.model, ("wrong_price",)):
            answer = Answer(answer.thought, wrong, answer.calls)
        spoiled = self.control.take_fault(ask.model, IN_ANSWER)
        return spoil(spoiled, ask, answer) if spoiled else answer

    def _stream(self, draft: Draft, latency: Latency, cut: Fault | None, *, chat: bool) -> Response:
        if chat:
            texts: Iterable[str] = (*(write_event(chunk) for chunk in stream_chunks(draft)), "data: [DONE]\n\n")
        else:
            texts = (f"event: {e['type']}\ndata: {json.dumps(e, ensure_ascii=False)}\n\n" for e in stream_events(draft))
        kind = CutStream if cut else StreamingResponse
        paced = pace(texts, latency.tokens_per_s, cut.after_events if cut else None)
        return kind(paced, media_type="text/event-stream", headers={"cache-control": "no-cache"})


async def timed[Part](parts: AsyncIterable[Part], entry: Obj, started: float) -> AsyncIterator[Part]:
    """The same parts; after the last one the entry says in `ms` how long the model took."""
    async for part in parts:
        yield part
    entry["ms"] = round((time.perf_counter() - started) * 1000, 3)


async def pace(texts: Iterable[str], tokens_per_s: float, limit: int | None) -> AsyncIterator[str]:
    """The events one by one, as fast as the model speaks; `limit` ends the stream after so many."""
    for number, text in enumerate(texts):
        if limit is not None and number >= limit:
            return
        if tokens_per_s and "delta" in text[:80]:
            await asyncio.sleep(1 / tokens_per_s)
        elif number % 100 == 99:
            await asyncio.sleep(0)
        yield text


async def _hang(request: Request) -> None:
    for _ in range(_HANG_LIMIT * 5):
        if await request.is_disconnected():
            return
        await asyncio.sleep(0.2)


async def read_body(request: Request) -> Obj:
    """The JSON object of a request; `Refused` when it is none."""
    try:
        body: Any = json.loads(await request.body())
    except ValueError as wrong:
        raise Refused("We could not parse the JSON body of your request.") from wrong
    if not isinstance(body, dict):
        raise Refused("Invalid type for the request body: expected an object.", code="invalid_type")
    return body


def check_key(header: str) -> None:
    """Refuse a missing key, and any key that begins with `sk-invalid`; every other key is taken."""
    key = header.removeprefix("Bearer ").strip()
    if not header.startswith("Bearer ") or not key:
        raise Refused(
            "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer "
            "auth (i.e. Authorization: Bearer YOUR_KEY).",
            status=401,
        )
    if key.startswith("sk-invalid"):
        raise Refused(f"Incorrect API key provided: {key[:10]}***.", status=401, code="invalid_api_key")


def create_app(control: Control | None = None) -> FastAPI:
    """The application; `control` is its behaviour at the start."""
    control = control or Control()
    model = StandIn(control)
    app = FastAPI(title="Stand-in model, not an LLM", docs_url=None, redoc_url=None)

    @app.get("/healthz")
    async def healthz() -> Obj:  # pyright: ignore[reportUnusedFunction]  # routes are found by FastAPI
        return {"ok": True, "label": LABEL}

    @app.get("/v1/models")
    async def models() -> Obj:  # pyright: ignore[reportUnusedFunction]
        return {"object": "list", "data": [describe_model(name) for name in OFFERED]}

    @app.get("/v1/models/{name}", response_model=None)
    async def one_model(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        if is_known(name):
            return JSONResponse(describe_model(name))
        refused = Refused(f"The model '{name}' does not exist", status=404, param="model", code="model_not_found")
        return JSONResponse(refused.body, status_code=404)

    @app.post("/v1/responses", response_model=None)
    async def responses(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        return await model.answer(request, chat=False)

    @app.get("/v1/responses/{response_id}", response_model=None)
    async def stored(response_id: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        refused = Refused(f"Response with id '{response_id}' not found.", status=404)
        return JSONResponse(refused.body, status_code=404)

    @app.post("/v1/chat/completions", response_model=None)
    async def completions(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        return await model.answer(request, chat=True)

    add_control(app, control)
    return app


def describe_model(name: str) -> Obj:
    """A model as `GET /v1/models` lists it; its owner says what it is."""
    return {"id": name, "object": "model", "created": 1767225600, "owned_by": LABEL}


def add_control(app: FastAPI, control: Control) -> None:
    """The calls by which tests and operators steer the stand-in and look at what it received."""

    @app.get("/_control")
    async def show() -> Obj:  # pyright: ignore[reportUnusedFunction]
        return control.as_body()

    @app.post("/_control")
    async def change(wished: Change) -> Obj:  # pyright: ignore[reportUnusedFunction]
        control.apply(wished)
        return control.as_body()

    @app.delete("/_control")
    async def reset() -> Obj:  # pyright: ignore[reportUnusedFunction]
        control.reset()
        return control.as_body()

    @app.get("/_requests")
    async def received() -> Obj:  # pyright: ignore[reportUnusedFunction]
        return {"requests": list(control.received)}

    @app.delete("/_requests")
    async def forget() -> Obj:  # pyright: ignore[reportUnusedFunction]
        control.received.clear()
        return {"requests": []}
