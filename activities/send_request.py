"""What happened to an HTTP call to a company's system? Answered, proven unsent, never made, or lost; no more."""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import httpx2
from pydantic import SecretStr

from activities.encode_body import encode_body
from contracts.tool import ToolContract
from contracts.tool_request import ToolRequest
from governance.strict_json import NotStrict, parse_strict

LONGEST_ANSWER: Final = 2_000_000
"""Bytes."""
DEEPEST_ANSWER: Final = 64
_LARGEST_NUMBER: Final = 2**63 - 1
_NO_KEYS: Final[Mapping[str, SecretStr]] = {}
_BEFORE_LOOKING: Final = frozenset({401, 403, 405, 407})
_STILL_UNDER_WAY: Final = ("idempot", "in_progress", "in-progress")


@dataclass(frozen=True)
class Answered:
    """The system answered: its status and its JSON (None where it is none).

    `names`: people whom a language model found in its free text; None where that must not be kept unsearched.
    """

    status: int
    body: Any
    names: tuple[str, ...] | None = ()

    @property
    def succeeded(self) -> bool:
        """Whether it did what was asked."""
        return 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Whether it definitely did not: a 4xx other than timeouts and rate limits."""
        return 400 <= self.status < 500 and self.status not in (408, 425, 429)

    @property
    def refused_before_looking(self) -> bool:
        """Whether the refusal may be of this send alone, before the system looked whether it knows the key.

        Such an answer says nothing of an earlier send of the same: a token refused, or the first still under way.
        """
        kind = str(self.body.get("type", "")) + str(self.body.get("code", "")) if isinstance(self.body, dict) else ""
        under_way = self.status == 409 and any(word in kind.lower() for word in _STILL_UNDER_WAY)
        return self.status in _BEFORE_LOOKING or under_way


@dataclass(frozen=True)
class Unsent:
    """The connection was never made: nothing can have happened."""

    reason: str


@dataclass(frozen=True)
class Unmade:
    """The request could not be made, and will not be by trying again: nothing left this process. `code` says why."""

    code: str


@dataclass(frozen=True)
class Lost:
    """The request may have arrived; nobody knows."""

    reason: str


Sent = Answered | Unsent | Unmade | Lost


async def send_request(
    client: httpx2.AsyncClient,
    contract: ToolContract,
    request: ToolRequest,
    *,
    token: str,
    idempotency_key: str | None,
    within: timedelta,
    keys: Mapping[str, SecretStr] = _NO_KEYS,
) -> Sent:
    """Send once, with exactly these bytes, signed as the contract says; `within` bounds the whole exchange."""
    seconds = within.total_seconds()
    if any(place.key not in keys for place in contract.keys):
        return Unmade("system_key_missing")
    try:
        made = _make(client, contract, request, token, idempotency_key, keys)
    except (ValueError, httpx2.InvalidURL):
        return Unmade("unsendable")
    made.extensions["timeout"] = httpx2.Timeout(seconds, connect=seconds * 0.8, pool=seconds * 0.8).as_dict()
    try:
        async with asyncio.timeout(seconds):
            answer = await client.send(made, stream=True)
            try:
                return Answered(answer.status_code, await _read(answer))
            finally:
                await answer.aclose()
    except httpx2.UnsupportedProtocol:
        return Unmade("unsendable")
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
        return Unsent(type(error).__name__)
    except (httpx2.TransportError, TimeoutError) as error:
        return Lost(type(error).__name__)


def _make(
    client: httpx2.AsyncClient,
    contract: ToolContract,
    request: ToolRequest,
    token: str,
    idempotency_key: str | None,
    keys: Mapping[str, SecretStr],
) -> httpx2.Request:
    headers = {"Accept": "application/json", **dict(request.headers)}
    cookies, target = list(request.cookies), request.target
    if contract.bearer:
        headers["Authorization"] = f"Bearer {token}"
    for place in contract.keys:
        secret = keys[place.key].get_secret_value()
        if place.prefix:
            secret = place.prefix + base64.b64encode(secret.encode()).decode()
        if place.place == "header":
            headers[place.wire] = secret
        elif place.place == "cookie":
            cookies.append((place.wire, secret))
        else:
            target = str(httpx2.URL(target).copy_merge_params({place.wire: secret}))
    if cookies:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies)
    content: bytes | None = None
    if request.shape is not None:
        headers["Content-Type"], content = encode_body(request.shape, request.body)
    if idempotency_key is not None and contract.overlay.idempotency is not None:
        headers[contract.overlay.idempotency.header] = idempotency_key
    return client.build_request(request.method, contract.server.rstrip("/") + target, content=content, headers=headers)


async def _read(answer: httpx2.Response) -> Any:
    """The answer's JSON; None for a longer one, and for what is not strictly JSON: neither keeps any contract."""
    content = bytearray()
    async for chunk in answer.aiter_bytes():
        content += chunk
        if len(content) > LONGEST_ANSWER:
            return None
    try:
        text = content.decode("utf-8")
        return parse_strict(text, max_bytes=LONGEST_ANSWER, max_depth=DEEPEST_ANSWER, max_integer=_LARGEST_NUMBER)
    except (UnicodeDecodeError, NotStrict):
        return None
