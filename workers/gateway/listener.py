"""Who is woken when a request has new events? One LISTEN connection for the whole process, with a poll as a net."""

import asyncio
import json
from types import TracebackType
from typing import Any, Self

import asyncpg
import structlog
from sqlalchemy.engine import make_url

from storage.database import CHANNEL, Database

log = structlog.get_logger(__name__)

POLL = 1.0
"""Seconds. A lost wake-up costs a reader no more than this."""


class EventListener:
    """Lets coroutines wait for news of a request."""

    def __init__(self, database: Database) -> None:
        self._url = make_url(database.url)
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Start listening."""
        self._task = asyncio.create_task(self._listen_forever())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def wait(self, request_id: str, within: float = POLL) -> None:
        """Return when the request may have news, or after `within` seconds at the latest."""
        event = asyncio.Event()
        self._waiting.setdefault(request_id, set()).add(event)
        try:
            await asyncio.wait_for(event.wait(), min(within, POLL))
        except TimeoutError:
            pass
        finally:
            waiting = self._waiting.get(request_id, set())
            waiting.discard(event)
            if not waiting:
                self._waiting.pop(request_id, None)

    def _heard(self, *received: Any) -> None:
        for request_id in json.loads(received[-1]):
            for event in self._waiting.get(request_id, ()):
                event.set()

    async def _listen_forever(self) -> None:
        while True:
            try:
                await self._listen()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("listener_reconnects", error=type(error).__name__)
            await asyncio.sleep(1)

    async def _listen(self) -> None:
        url = self._url
        host = url.query.get("host") or url.host
        connection = await asyncpg.connect(
            host=host if isinstance(host, str) else None,
            port=url.port,
            user=url.username,
            password=url.password,
            database=url.database,
            timeout=5,
        )
        lost = asyncio.Event()
        connection.add_termination_listener(lambda *_: lost.set())
        try:
            await connection.add_listener(CHANNEL, self._heard)
            await lost.wait()
        finally:
            await connection.close(timeout=1)
