"""What happened to an HTTP call to a company's system? Answered, proven unsent, or lost; never more than that."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2

from contracts.tool import ToolContract, ToolRequest

LONGEST_ANSWER = 2_000_000
"""Bytes."""


@dataclass(frozen=True)
class Answered:
    """The system answered: its status and its JSON (None where it is none)."""

    status: int
    body: Any

    @property
    def succeeded(self) -> bool:
        """Whether it did what was asked."""
        return 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Whether it definitely did not: a 4xx other than timeouts and rate limits."""
        return 400 <= self.status < 500 and self.status not in (408, 425, 429)


@dataclass(frozen=True)
class Unsent:
    """The connection was never made: nothing can have happened."""

    reason: str


@dataclass(frozen=True)
class Lost:
    """The request may have arrived; nobody knows."""

    reason: str


Sent = Answered | Unsent | Lost


def http_client() -> httpx2.AsyncClient:
    """The client for company systems: no environment proxies, no redirects, no retries."""
    limits = httpx2.Limits(max_connections=100, max_keepalive_connections=20)
    return httpx2.AsyncClient(trust_env=False, follow_redirects=False, limits=limits)


async def send_request(
    client: httpx2.AsyncClient,
    contract: ToolContract,
    request: ToolRequest,
    *,
    token: str,
    body: bytes | None,
    idempotency_key: str | None,
    within: timedelta,
) -> Sent:
    """Send once, with exactly these bytes."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if idempotency_key is not None and contract.overlay.idempotency is not None:
        headers[contract.overlay.idempotency.header] = idempotency_key
    try:
        answer = await client.request(
            request.method,
            contract.server.rstrip("/") + request.path,
            params=list(request.query),
            content=body,
            headers=headers,
            timeout=within.total_seconds(),
        )
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
        return Unsent(type(error).__name__)
    except httpx2.TransportError as error:
        return Lost(type(error).__name__)
    return Answered(answer.status_code, _parse(answer.content))


def _parse(content: bytes) -> Any:
    if len(content) > LONGEST_ANSWER:
        return None
    try:
        return json.loads(content)
    except ValueError:
        return None
