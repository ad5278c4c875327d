"""How does a program speak with the gateway? Typed calls that repeat safely, and events that resume."""

import asyncio
import json
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import httpx2

from contracts.errors import HandrailError
from contracts.model import Contract
from workers.api_shapes import (
    Decided,
    DemoPeople,
    DemoToken,
    DeskView,
    Event,
    Mailbox,
    Opened,
    OpenRequests,
    Queue,
    RequestShown,
    parse_event,
)

ATTEMPTS = 5
RECONNECTIONS = 20
LONGEST_PAUSE = 5.0
"""Seconds between two attempts."""
_REPEATED = frozenset({429, 502, 503, 504})


class Problem(HandrailError):
    """The gateway refused. `code` ends its problem type, such as `closed`."""

    def __init__(self, status: int, code: str, detail: str, retry_after: float = 0) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.retry_after = retry_after

    @property
    def passes(self) -> bool:
        """Whether the same call may succeed later."""
        return self.status in _REPEATED or self.code == "in_progress"


class Unreachable(HandrailError):
    """Nobody answers at the gateway's address."""

    code = "gateway.unreachable"


def new_message_id() -> str:
    """An id under which a message may be sent again."""
    return str(uuid.uuid4())


class GatewayClient:
    """The gateway's calls. `token` may be replaced while it is in use; None is a visitor."""

    def __init__(
        self, url: str, token: str | None = None, *, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        self.url = url.rstrip("/")
        self.token = token
        timeout = httpx2.Timeout(30, connect=5)
        self._http = httpx2.AsyncClient(base_url=self.url, timeout=timeout, trust_env=False, transport=transport)

    async def __aenter__(self) -> Self:
        """The client itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def demo_people(self) -> DemoPeople | None:
        """What the demonstration says of itself; None outside of development."""
        try:
            return await self._call(DemoPeople, "GET", "/demo/people")
        except Problem as error:
            if error.status != 404:
                raise
            return None

    async def demo_letter(self, customer_id: str, pack: str) -> str:
        """The newest letter in a demo customer's mailbox; empty where there is none, and outside of development."""
        query = urlencode({"customer_id": customer_id, "pack": pack})
        try:
            letters = (await self._call(Mailbox, "GET", f"/demo/mailbox?{query}")).letters
        except Problem:
            return ""
        return letters[0].text if letters else ""

    async def demo_token(
        self, customer_id: str | None = None, role: str = "customer", pack: str | None = None
    ) -> str | None:
        """A development token; None for a visitor. Raises Problem with what to do outside of development."""
        body = {"customer_id": customer_id, "role": role, "pack": pack}
        try:
            return (await self._call(DemoToken, "POST", "/demo/token", body)).token
        except Problem as error:
            if error.status != 404:
                raise
            advice = "This gateway gives no demo tokens: sign in yourself, and pass your token with --token."
            raise Problem(404, "no_demo", advice) from error

    async def open_request(self, pack: str, text: str, message_id: str) -> Opened:
        """Open a request with its first message; the same id opens no second one."""
        body = {"pack": pack, "channel": "web", "message": {"id": message_id, "text": text}}
        return await self._call(Opened, "POST", "/v1/requests", body, {"Idempotency-Key": message_id})

    async def write(self, request_id: str, text: str, message_id: str) -> None:
        """Write a further message; the same id counts once."""
        await self._call(Contract, "POST", f"/v1/requests/{request_id}/messages", {"id": message_id, "text": text})

    async def decide(self, request_id: str, set_id: str, digest: str, decision: str) -> str:
        """Confirm or decline exactly this set; returns its state."""
        body = {"confirm": {"set_id": set_id, "digest": digest, "decision": decision}}
        return (await self._call(Decided, "POST", f"/v1/requests/{request_id}/messages", body)).decision

    async def look(self, request_id: str) -> RequestShown:
        """The request as the caller may see it."""
        return await self._call(RequestShown, "GET", f"/v1/requests/{request_id}")

    async def open_requests(self, pack: str) -> OpenRequests:
        """The caller's open requests."""
        return await self._call(OpenRequests, "GET", f"/v1/requests?mine=open&pack={pack}")

    async def queue(self, pack: str | None = None) -> Queue:
        """What waits for people."""
        return await self._call(Queue, "GET", "/v1/desk/queue" + (f"?pack={pack}" if pack else ""))

    async def desk_look(self, request_id: str) -> DeskView:
        """The request with its whole state."""
        return await self._call(DeskView, "GET", f"/v1/desk/requests/{request_id}")

    async def desk_act(self, request_id: str, verb: str, body: Mapping[str, Any]) -> None:
        """Claim, release, approve, deny or return. Not repeated: the second of two finds that it has moved on."""
        await self._once(Contract, "POST", f"/v1/desk/requests/{request_id}/{verb}", body, {})

    async def desk_reply(self, request_id: str, text: str) -> None:
        """Write to the customer; what is sent again after a broken connection is said once."""
        body = {"id": new_message_id(), "text": text}
        await self._call(Contract, "POST", f"/v1/desk/requests/{request_id}/reply", body)

    async def events(self, request_id: str, after: int = 0) -> AsyncIterator[tuple[int, Event]]:
        """Events behind number `after`, each once and in order, until the request is closed.

        Connections that break are made again, from the last event on. Raises Problem when the gateway refuses for good,
        Unreachable when it stays away.
        """
        failures = 0
        while True:
            try:
                async for number, kind, data in self._stream(request_id, after):
                    failures = 0
                    if number <= after:
                        continue
                    after = number
                    event = parse_event(kind, data)
                    if event is not None:
                        yield number, event
                    if kind == "closed":
                        return
            except (Problem, Unreachable) as error:
                if (isinstance(error, Problem) and not error.passes) or failures >= RECONNECTIONS:
                    raise
            failures += 1
            await asyncio.sleep(_pause(failures))

    async def _stream(self, request_id: str, after: int) -> AsyncIterator[tuple[int, str, dict[str, Any]]]:
        headers = {**self._headers(), "Last-Event-ID": str(after), "Accept": "text/event-stream"}
        timeout = httpx2.Timeout(45, connect=5)
        with_stream = self._http.stream("GET", f"/v1/requests/{request_id}/events", headers=headers, timeout=timeout)
        async with self._reaching(), with_stream as answer:
            if answer.status_code >= 400:
                await answer.aread()
                raise _problem(answer)
            fields: dict[str, str] = {}
            async for line in answer.aiter_lines():
                name, _, value = line.partition(": ")
                if line and name in ("id", "event", "data"):
                    fields[name] = value
                elif not line and "data" in fields:
                    yield int(fields["id"]), fields["event"], json.loads(fields["data"])
                    fields = {}

    async def _call[T: Contract](
        self,
        shape: type[T],
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] = {},
    ) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._once(shape, method, path, body, headers)
            except (Problem, Unreachable) as error:
                if attempt == ATTEMPTS or (isinstance(error, Problem) and not error.passes):
                    raise
                asked = error.retry_after if isinstance(error, Problem) else 0
                await asyncio.sleep(min(max(_pause(attempt), asked), LONGEST_PAUSE))
        raise AssertionError("the last attempt returns or raises")

    async def _once[T: Contract](
        self, shape: type[T], method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> T:
        async with self._reaching():
            answer = await self._http.request(method, path, json=body, headers={**self._headers(), **headers})
        if answer.status_code >= 400:
            raise _problem(answer)
        return shape.model_validate_json(answer.content)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    @asynccontextmanager
    async def _reaching(self) -> AsyncGenerator[None]:
        try:
            yield
        except httpx2.TransportError as error:
            raise Unreachable(
                f"Nobody answers at {self.url}: start the gateway (`make run`), or name its address with --url."
            ) from error


def _pause(attempt: int) -> float:
    return min(0.25 * 2 ** (attempt - 1), LONGEST_PAUSE)


def _problem(answer: httpx2.Response) -> Problem:
    try:
        said = answer.json()
    except ValueError:
        said = {}
    said = said if isinstance(said, dict) else {}
    detail = str(said.get("detail") or said.get("title") or f"The gateway answered {answer.status_code}.")
    code = str(said.get("type", answer.status_code)).replace("/", ":").rsplit(":", 1)[-1]
    asked = answer.headers.get("retry-after", "0")
    return Problem(answer.status_code, code, detail, float(asked) if asked.isdigit() else 0)
