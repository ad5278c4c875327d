"""Which models do the tests of names ask? Fakes of the port, for this process and for one of its own."""

import asyncio
import os
import re
import time
from collections.abc import Sequence

from contracts.errors import ModelFailed, NotReady
from contracts.name_port import LocalNames, NameSpan

KNOWN = ("Charlotte Weber", "Weber", "Grace")


def spans_of(text: str, names: Sequence[str] = KNOWN, score: float = 0.9) -> list[NameSpan]:
    """Where the text holds these names."""
    return [
        NameSpan(start=found.start(), end=found.end(), score=score)
        for name in names
        for found in re.finditer(re.escape(name), text)
    ]


class ScriptedNames:
    """A `NamePort` that finds the names it is told, keeps what it is shown, and fails on demand."""

    def __init__(self, names: Sequence[str] = KNOWN, *, score: float = 0.9) -> None:
        self.names = names
        self.score = score
        self.seen: list[str] = []
        self.failure: ModelFailed | None = None
        self.is_stuck = False

    async def find(self, text: str) -> Sequence[NameSpan]:
        """The spans, a failure, or nothing for ever."""
        self.seen.append(text)
        if self.is_stuck:
            await asyncio.Event().wait()
        if self.failure is not None:
            raise self.failure
        return spans_of(text, self.names, self.score)


class OddError(Exception):
    """What nobody expects, and what cannot be sent to another process."""

    def __init__(self, text: str) -> None:
        super().__init__(text, lambda: text)


class TouchyNames:
    """A `LocalNames` that fails, hangs, sleeps or ends its process over texts that say so."""

    def find(self, text: str) -> Sequence[NameSpan]:
        """The spans, unless the text tells otherwise."""
        if "fail" in text:
            raise ValueError(text)
        if "odd" in text:
            raise OddError(text)
        if "hang" in text:
            while True:
                pass
        if "end" in text:
            os._exit(1)
        if "sleep" in text:
            time.sleep(0.5)
        return spans_of(text)


def load_touchy() -> LocalNames:
    """In the process of the pool."""
    return TouchyNames()


def load_for_ever() -> LocalNames:
    """A library that hangs as it loads."""
    while True:
        pass


def load_for_ever_with(model: str) -> LocalNames:
    """The same, of a model of this name."""
    assert model
    return load_for_ever()


def load_nothing() -> LocalNames:
    """A model that is not there."""
    raise NotReady("The model is not there: install it.")
