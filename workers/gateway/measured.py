"""What does the gateway count? Requests, their times, open streams, and what waits in the database."""

import time

from prometheus_client import Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storage.backlog import unsettled_effects, waiting_messages
from storage.database import Database

REQUESTS = Counter("handrail_gateway_requests", "Answered HTTP requests", ["method", "route", "status"])
SECONDS = Histogram(
    "handrail_gateway_seconds",
    "Until an answer begins; a request with ?wait= waits for its turn",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
NAMES_MISSED = Counter("handrail_names_not_searched", "Messages kept or refused without the language model for names")
STREAMS = Gauge("handrail_gateway_open_streams", "Event streams that are open now")
MESSAGES = Gauge("handrail_inbox_messages", "Messages that no turn has finished, by state", ["state"])
EFFECTS = Gauge("handrail_effects_unsettled", "Writes that are not settled, by state", ["state"])
ELSEWHERE = "elsewhere"
"""The route of a path that there is not: paths that callers make up would be labels without end."""


class Measured:
    """ASGI middleware that counts and times requests by their route's pattern, which holds no id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; the answer's first message is what is counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = _route_of(scope)
                REQUESTS.labels(_method_of(scope), route, str(message["status"])).inc()
                SECONDS.labels(route).observe(time.monotonic() - started)
            await send(message)

        await self._app(scope, receive, noted)


def _route_of(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", ELSEWHERE))


def _method_of(scope: Scope) -> str:
    method = str(scope["method"])
    return method if method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS") else ELSEWHERE


async def measure_backlog(database: Database) -> None:
    """Set the gauges that come from the database. Raises what the database raises."""
    async with database.begin() as connection:
        waiting, unsettled = await waiting_messages(connection), await unsettled_effects(connection)
    for state, count in waiting.items():
        MESSAGES.labels(state).set(count)
    for state, count in unsettled.items():
        EFFECTS.labels(state).set(count)


def forget_backlog() -> None:
    """Show no figures rather than old ones."""
    MESSAGES.clear()
    EFFECTS.clear()
