"""How does a model that takes the whole processor answer, and nobody else waits? In a process of its own."""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context

import structlog

from contracts.errors import ModelFailed, NotReady
from contracts.name_port import LocalNames, NameSpan
from workers.end_with_parent import end_with_parent

log = structlog.get_logger(__name__)

MOST_WAITING = 4
"""Texts that wait for the model or are with it: a text behind more of them would not be searched in time."""

WITHIN = 30.0
"""Seconds for one text, far beyond what any caller waits: a model that hangs is ended with its process."""
_loaded: dict[str, LocalNames] = {}


def _find(load: Callable[[], LocalNames], text: str, within: float, loads_within: float) -> Sequence[NameSpan] | None:
    """In the process of the pool: the model is loaded once. What loading raises comes back; None: it failed later.

    A text that takes longer than `within` seconds ends the process, which alone can stop a library that hangs; so does
    loading that takes longer than `loads_within`.
    """
    if "it" not in _loaded:
        signal.setitimer(signal.ITIMER_REAL, loads_within)
        _loaded["it"] = load()
    signal.setitimer(signal.ITIMER_REAL, within)
    try:
        return _loaded["it"].find(text)
    except Exception:  # noqa: BLE001 - the process's edge: libraries raise what they like, not all of it can be sent
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class NamesInProcess:
    """A `NamePort` over a `LocalNames` that `load` makes; `load` is sent to a fresh process, so it must be picklable.

    A process that ends is replaced; while the model loads again, texts are not searched in time, which their caller
    sees as a failure.
    """

    def __init__(self, load: Callable[[], LocalNames], *, loads_within: float = 300.0) -> None:
        self._load = load
        self._loads_within = loads_within
        self._pool, self._pid = _make_pool()
        self._busy = 0

    async def start(self) -> None:
        """Load the model. Raises NotReady where it is not there, or not in time; seconds, as `loads_within`."""
        loading = self._pool.submit(_find, self._load, "Anna Keller", WITHIN, self._loads_within)
        try:
            await asyncio.wrap_future(loading)
        except BrokenProcessPool as error:
            raise NotReady(
                f"The model for names did not load within {self._loads_within:g} s, or its process ended, as for want"
                " of memory. Where it is still being downloaded or is large, fetch it before, or raise"
                " HANDRAIL_NAMES_LOAD_SECONDS; HANDRAIL_NAMES=off does without it."
            ) from error

    async def find(self, text: str) -> Sequence[NameSpan]:
        """The model's spans. Raises ModelFailed where too many texts wait, or its process has ended."""
        if self._busy >= MOST_WAITING:
            raise ModelFailed("model.busy", "too many texts wait for the names in them", retryable=True)
        pool = self._pool
        try:
            found = asyncio.wrap_future(pool.submit(_find, self._load, text, WITHIN, self._loads_within))
            self._busy += 1
            found.add_done_callback(self._is_done)
            # Shielded: a text that nobody waits for any more is with the model all the same.
            spans = await asyncio.shield(found)
        except BrokenProcessPool as error:
            self._replace(pool)
            raise ModelFailed("model.broken", "the process of the model has ended", retryable=True) from error
        if spans is None:
            raise ModelFailed("model.broken", "the model failed over a text", retryable=True)
        return spans

    def _is_done(self, found: asyncio.Future[Sequence[NameSpan] | None]) -> None:
        self._busy -= 1
        if not found.cancelled():
            found.exception()  # read here: nobody may be waiting any more

    def _replace(self, broken: ProcessPoolExecutor) -> None:
        if self._pool is broken:
            log.warning("names_process_replaced")
            broken.shutdown(wait=False, cancel_futures=True)
            self._pool, self._pid = _make_pool()

    async def aclose(self) -> None:
        """End the process, also one whose model hangs: this one could not exit before it."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for child in active_children():
            if child.pid == self.pid:
                child.kill()

    @property
    def pid(self) -> int | None:
        """Of the process, once it runs."""
        is_known = self._pid.done() and not self._pid.cancelled() and self._pid.exception() is None
        return self._pid.result() if is_known else None


def _make_pool() -> tuple[ProcessPoolExecutor, Future[int]]:
    """A pool of one process, and what its id will be."""
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=end_with_parent)
    return pool, pool.submit(os.getpid)
