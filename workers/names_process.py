"""How does a model that takes the whole processor answer, and nobody else waits? In a process of its own."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Final

import structlog

from contracts.errors import ModelFailed
from contracts.name_port import LocalNames, NameSpan
from workers.end_with_parent import end_with_parent

log = structlog.get_logger(__name__)

MOST_WAITING = 4
"""Texts that wait for the model or are with it: a text behind more of them would not be searched in time."""

_FAILS: Final = (ArithmeticError, LookupError, OSError, RuntimeError, TypeError, ValueError)
"""What libraries of models raise over a text that they cannot read; running out of memory ends the process."""
_loaded: dict[str, LocalNames] = {}


def _find(load: Callable[[], LocalNames], text: str) -> Sequence[NameSpan] | None:
    """In the process of the pool: the model is loaded once. What loading raises comes back; None: it failed later."""
    if "it" not in _loaded:
        _loaded["it"] = load()
    try:
        return _loaded["it"].find(text)
    except _FAILS:
        return None


class NamesInProcess:
    """A `NamePort` over a `LocalNames` that `load` makes; `load` is sent to a fresh process, so it must be picklable.

    A process that ends is replaced; while the model loads again, texts are not searched in time, which their caller
    sees as a failure.
    """

    def __init__(self, load: Callable[[], LocalNames]) -> None:
        self._load = load
        self._pool = _make_pool()
        self._busy = 0

    async def start(self) -> None:
        """Load the model. Raises NotReady where it is not there."""
        await asyncio.wrap_future(self._pool.submit(_find, self._load, "Anna Keller"))

    async def find(self, text: str) -> Sequence[NameSpan]:
        """The model's spans. Raises ModelFailed where too many texts wait, or its process has ended."""
        if self._busy >= MOST_WAITING:
            raise ModelFailed("model.busy", "too many texts wait for the names in them", retryable=True)
        pool = self._pool
        try:
            found = asyncio.wrap_future(pool.submit(_find, self._load, text))
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
            self._pool = _make_pool()

    async def aclose(self) -> None:
        """End the process."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _make_pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=end_with_parent)
