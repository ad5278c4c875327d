"""How does a message lose its personal data before anything stores it? In a bounded pool of processes."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.find_personal_data import PersonalDataFinder
from activities.masking import mask_known
from contracts.errors import Refused
from contracts.pack import Pack
from governance.personal import Span, neutralise_forged_tokens, replace_spans
from storage.database import Database
from storage.vault import Vault
from workers.gateway.end_with_parent import end_with_parent

log = structlog.get_logger(__name__)

WITHIN = 5.0
"""Seconds for one message; a slower one is refused with 503, never stored unmasked."""

_finder: dict[str, PersonalDataFinder] = {}


def _begin(load: Callable[[tuple[str, ...]], None], regions: tuple[str, ...]) -> None:
    end_with_parent()
    load(regions)


def _load(regions: tuple[str, ...]) -> None:
    _finder["it"] = PersonalDataFinder(regions)


def _find(text: str) -> list[Span]:
    """The spans; a search beyond the limit ends its process, which alone can stop it and would block all others."""
    signal.setitimer(signal.ITIMER_REAL, WITHIN)
    try:
        return _finder["it"].find(text)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class Tokeniser:
    """Replaces personal values by tokens of the request's vault."""

    def __init__(self, database: Database, vault: Vault, packs: Mapping[str, Pack], *, processes: int) -> None:
        self._database = database
        self._vault = vault
        self._processes = processes
        self._regions = tuple(sorted({region for pack in packs.values() for region in pack.manifest.regions}))
        self._pool = self._make_pool()

    def _make_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._processes, mp_context=get_context("spawn"), initializer=_begin, initargs=(_load, self._regions)
        )

    async def warm_up(self) -> None:
        """Load the recognisers in every process, which takes seconds, before the first message needs them."""
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(self._pool, _find, "warm") for _ in range(self._processes)))

    async def find(self, text: str) -> list[Span]:
        """The spans of personal values in a text. Raises Refused (503) when that takes too long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WITHIN):
                return await self._find_in_pool(text)
        raise Refused(503, "busy", "We cannot take this right now; please try again.", retry_after=2)

    async def _find_in_pool(self, text: str) -> list[Span]:
        """Search in a process; where another message's search has ended the pool, in a new one."""
        loop = asyncio.get_running_loop()
        while True:
            pool = self._pool
            try:
                return await loop.run_in_executor(pool, _find, text)
            except BrokenProcessPool:
                self._replace(pool)

    def _replace(self, broken: ProcessPoolExecutor) -> None:
        if self._pool is broken:
            log.warning("finder_pool_replaced")
            broken.shutdown(wait=False, cancel_futures=True)
            self._pool = self._make_pool()

    async def tokenise(self, connection: AsyncConnection, request_id: str, text: str, spans: list[Span]) -> str:
        """The text with every span, and every value that the vault knows, as a token; forged tokens are broken."""
        clean = text
        pairs = [(span.kind, span.value or clean[span.start : span.end]) for span in spans]
        tokens = await self._vault.tokens_for(connection, request_id, pairs, source="message")
        replaced = replace_spans(clean, [(span, tokens[pair]) for span, pair in zip(spans, pairs, strict=True)])
        known = await self._vault.known_values(connection, request_id)
        return mask_known(known)(replaced)

    async def clean(self, text: str) -> tuple[str, list[Span]]:
        """The text with forged tokens broken, and the spans of personal values in it."""
        safe = neutralise_forged_tokens(text)
        return safe, await self.find(safe)

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown(wait=False, cancel_futures=True)
