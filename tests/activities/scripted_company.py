"""A company's system that answers each call as a test has planned."""

from collections.abc import Callable
from typing import Any

import httpx2

type Answer = Callable[[httpx2.Request], httpx2.Response]


def says(status: int, body: Any = None) -> Answer:
    """An answer."""
    return lambda _: httpx2.Response(status, json=body)


def refuses_connections(_: httpx2.Request) -> httpx2.Response:
    """Nobody listens: nothing was sent."""
    raise httpx2.ConnectError("refused")


def loses_its_answer(_: httpx2.Request) -> httpx2.Response:
    """The request arrived, its answer does not."""
    raise httpx2.ReadError("reset")


class ScriptedCompany(httpx2.AsyncBaseTransport):
    """Answers in the planned order and keeps what it was sent."""

    def __init__(self) -> None:
        self.planned: list[Answer] = []
        self.sent: list[httpx2.Request] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Keep the request, give the next answer; AssertionError when none is planned."""
        self.sent.append(request)
        assert self.planned, f"nobody planned an answer to {request.method} {request.url.path}"
        return self.planned.pop(0)(request)

    @property
    def arrived(self) -> list[str]:
        """Method and path of every call."""
        return [f"{request.method} {request.url.path}" for request in self.sent]
