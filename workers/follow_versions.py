"""How does a process notice that another pack version was activated? It asks every second, and makes it ready."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Self

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.errors import NotReady
from storage.database import Database
from storage.pack_activations import current_activation

log = structlog.get_logger(__name__)

POLL = 1.0
"""Seconds. Which version a request gets is read from the database; this only keeps it from waiting for a new one."""

type Prepare = Callable[[AsyncConnection, str], Awaitable[None]]


class VersionFollower:
    """Prepares every activation of these packs once; an async context manager."""

    def __init__(self, database: Database, names: Sequence[str], prepare: Prepare) -> None:
        self._database = database
        self._names = names
        self._prepare = prepare
        self._epochs: dict[str, int] = {}
        self._told: dict[str, tuple[str, str]] = {}
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Prepare what is active, then follow. Raises NotReady where nothing is active, or it cannot be read here."""
        for name in self._names:
            await self._follow(name)
        self._task = asyncio.create_task(self._follow_forever())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop following."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _follow_forever(self) -> None:
        while True:
            await asyncio.sleep(POLL)
            for name in self._names:
                await self._survive(name)

    async def _survive(self, name: str) -> None:
        """Whatever fails is told once, in its own words where they are ours, and tried again in a second."""
        try:
            await self._follow(name)
            self._told.pop(name, None)
        except Exception as error:  # noqa: BLE001 - the outermost edge: a follower that ended would miss every version
            kind, because = type(error).__name__, str(error).partition("\n")[0] if isinstance(error, NotReady) else ""
            if self._told.get(name) != (kind, because):
                log.warning("version_not_ready", pack=name, error=kind, because=because)
            self._told[name] = (kind, because)

    async def _follow(self, name: str) -> None:
        async with self._database.begin() as connection:
            activation = await current_activation(connection, name)
            if self._epochs.get(name) == activation.epoch:
                return
            await self._prepare(connection, name)
        self._epochs[name] = activation.epoch
        active = [f"{share.digest[:12]}={share.parts / 10_000}" for share in activation.shares]
        log.info("version_ready", pack=name, epoch=activation.epoch, active=active)
