"""How do many customers write at once? Over HTTP, as chats do, each message with an id of its own."""

import asyncio
from dataclasses import dataclass, field
from time import perf_counter

import httpx2

from evals.conversation import headers

FULL = 429
GONE = (502, 503, 504)


@dataclass
class Writer:
    """One customer's request, or a visitor's."""

    http: httpx2.AsyncClient
    url: str
    customer: str | None = None
    request_id: str = ""
    sent: list[str] = field(default_factory=list[str])
    refused: int = 0
    """Messages that were sent again since too many were unanswered."""

    async def send(self, text: str, *, wait: str | None = None) -> float:
        """Write one message; returns the seconds until it was accepted, or with `wait` until it was answered.

        Sent again, with the same id, while the request is full or the gateway is away. Raises AssertionError where
        it is refused for good.
        """
        message_id = f"m{len(self.sent)}"
        self.sent.append(text)
        started = perf_counter()
        while True:
            answer = await self._post(text, message_id, wait)
            if answer.status_code in (200, 201, 202):
                self.request_id = answer.json()["request_id"]
                return perf_counter() - started
            assert answer.status_code == FULL or answer.status_code in GONE, answer.text
            self.refused += answer.status_code == FULL
            await asyncio.sleep(0.05)

    async def _post(self, text: str, message_id: str, wait: str | None) -> httpx2.Response:
        params = {"wait": wait} if wait else {}
        message = {"id": message_id, "text": text}
        if self.request_id:
            path, body = f"/v1/requests/{self.request_id}/messages", message
        else:
            path, body = "/v1/requests", {"pack": "airline", "channel": "web", "message": message}
        authorised = headers(self.customer, pack="airline")
        return await self.http.post(f"{self.url}{path}", params=params, json=body, headers=authorised)
