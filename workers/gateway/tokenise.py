"""How does a message lose its personal data before anything stores it? In a bounded pool of processes."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Collection
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.find_names import NameFinder
from activities.find_personal_data import PersonalDataFinder
from activities.masking import mask_known
from activities.replace_found import replace_found
from contracts.errors import Refused
from contracts.pack import Pack
from contracts.personal import PersonalCode
from governance.personal import Span, first_of, neutralise_forged_tokens
from storage.database import Database
from storage.vault import Vault
from workers.end_with_parent import end_with_parent
from workers.gateway.measured import NAMES_MISSED

log = structlog.get_logger(__name__)

WITHIN = 5.0
"""Seconds for one message; a slower one is refused with 503, never stored unmasked."""

_finder: dict[str, PersonalDataFinder] = {}


def _begin(load: Callable[[tuple[str, ...]], None], regions: tuple[str, ...]) -> None:
    end_with_parent()
    load(regions)


def _load(regions: tuple[str, ...]) -> None:
    _finder["it"] = PersonalDataFinder(regions)


def _find(text: str, codes: tuple[PersonalCode, ...] = ()) -> list[Span]:
    """The spans; a search beyond the limit ends its process, which alone can stop it and would block all others."""
    signal.setitimer(signal.ITIMER_REAL, WITHIN)
    try:
        return _finder["it"].find(text, codes)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class Tokeniser:
    """Replaces personal values by tokens of the request's vault."""

    def __init__(self, database: Database, vault: Vault, *, processes: int, names: NameFinder | None = None) -> None:
        self._database = database
        self._vault = vault
        self._processes = processes
        self._names = names
        self._regions: frozenset[str] = frozenset()
        self._pool: ProcessPoolExecutor | None = None

    def _make_pool(self, regions: Collection[str]) -> ProcessPoolExecutor:
        given = (_load, tuple(sorted(regions)))
        return ProcessPoolExecutor(self._processes, mp_context=get_context("spawn"), initializer=_begin, initargs=given)

    async def cover(self, regions: Collection[str]) -> None:
        """Recognise these regions' numbers too. The recognisers load, which takes seconds, before a message needs them.

        A pack version that brings a new region replaces the processes; until they are warm the old ones go on, and
        messages to that version are refused. Raises BrokenProcessPool where they do not get warm; then nothing changes.
        """
        if self._pool is not None and self._regions.issuperset(regions):
            return
        wanted = self._regions.union(regions)
        fresh, loop = self._make_pool(wanted), asyncio.get_running_loop()
        try:
            await asyncio.gather(*(loop.run_in_executor(fresh, _find, "warm") for _ in range(self._processes)))
        except BaseException:
            fresh.shutdown(wait=False, cancel_futures=True)
            raise
        older, self._pool, self._regions = self._pool, fresh, wanted
        if older is not None:
            older.shutdown(wait=False)

    async def find(self, text: str, codes: tuple[PersonalCode, ...]) -> list[Span]:
        """The spans of personal values in a text. Raises Refused (503) when that takes too long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WITHIN):
                return await self._find_in_pool(text, codes)
        raise _busy()

    async def _find_in_pool(self, text: str, codes: tuple[PersonalCode, ...]) -> list[Span]:
        """Search in a process; where another message's search has ended the pool, in a new one."""
        loop = asyncio.get_running_loop()
        while True:
            pool = self._pool
            assert pool is not None, "cover comes first"
            try:
                return await loop.run_in_executor(pool, _find, text, codes)
            except BrokenProcessPool:
                self._replace(pool)

    def _replace(self, broken: ProcessPoolExecutor) -> None:
        if self._pool is broken:
            log.warning("finder_pool_replaced")
            broken.shutdown(wait=False, cancel_futures=True)
            self._pool = self._make_pool(self._regions)

    async def tokenise(self, connection: AsyncConnection, request_id: str, text: str, spans: list[Span]) -> str:
        """The text with every span, and every value that the vault knows, as a token; forged tokens are broken."""
        replaced = await replace_found(connection, self._vault, request_id, text, spans, source="message")
        known = await self._vault.known_values(connection, request_id)
        return mask_known(known)(replaced)

    async def clean(self, text: str, pack: Pack) -> tuple[str, list[Span]]:
        """The text with forged tokens broken, and the spans of personal values in it, the company's codes included.

        Raises Refused (503) while the numbers of a region of this pack are not recognised yet: they would be stored.
        """
        if not self._regions.issuperset(pack.manifest.regions):
            log.warning("regions_not_covered", pack=pack.name)
            raise _busy()
        safe = neutralise_forged_tokens(text)
        spans = await self.find(safe, pack.manifest.personal_codes)
        return safe, first_of(spans, await self._named(safe, spans))

    async def _named(self, text: str, spans: list[Span]) -> list[Span]:
        """The names that a language model finds besides. Raises Refused (503) where it must answer and does not."""
        if self._names is None:
            return []
        named = await self._names.find(text, spans)
        if named is not None:
            return named
        NAMES_MISSED.inc()
        if self._names.required:
            raise _busy()
        return []

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)


def _busy() -> Refused:
    return Refused(503, "busy", "We cannot take this right now; please try again.", retry_after=2)
