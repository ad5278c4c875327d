"""Who is woken when a request has new events? One LISTEN connection for the whole process, with a poll as a net."""

import asyncio
import contextlib
import json
from collections.abc import Generator
from types import TracebackType
from typing import Any, Self

import asyncpg
import structlog
from sqlalchemy.engine import make_url

from storage.database import CHANNEL, Database

log = structlog.get_logger(__name__)

POLL = 1.0
"""Seconds. A lost wake-up costs a reader no more than this."""


CHECK = 30.0
"""Seconds between two questions whether the connection still stands: a silent network tells nobody that it went."""
ANSWER_WITHIN = 5.0


class News:
    """Whether a request has news since they were last waited for."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def come(self) -> None:
        """There are news."""
        self._event.set()

    async def wait(self, within: float = POLL) -> None:
        """Return when there may be news, or after `within` seconds, a second at the latest."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), min(within, POLL))
        self._event.clear()


class EventListener:
    """Lets coroutines wait for news of a request."""

    def __init__(self, database: Database) -> None:
        self._url = make_url(database.url)
        self._watching: dict[str, set[News]] = {}
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

    @contextlib.contextmanager
    def watch(self, request_id: str) -> Generator["News"]:
        """Watch a request while the block runs. Look first, then wait: what happens between the two is not missed."""
        news = News()
        self._watching.setdefault(request_id, set()).add(news)
        try:
            yield news
        finally:
            watching = self._watching[request_id]
            watching.discard(news)
            if not watching:
                del self._watching[request_id]

    def _heard(self, *received: Any) -> None:
        for request_id in json.loads(received[-1]):
            for news in self._watching.get(request_id, ()):
                news.come()

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
            while not lost.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(lost.wait(), CHECK)
                    return
                await connection.execute("SELECT 1", timeout=ANSWER_WITHIN)
        finally:
            await connection.close(timeout=1)
