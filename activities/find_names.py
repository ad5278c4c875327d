"""Which people does a text name, as a language model believes? Bounded in time; what if it cannot say?"""

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from activities.circuit import Circuit
from contracts.errors import ModelFailed
from contracts.name_port import NamePort, NameSpan
from governance.personal import Span, blank_out, merge_spans

log = structlog.get_logger(__name__)

NAME: Final = "NAME"
_FAILURES: Final = 3
_POSSESSIVE: Final = re.compile(r"['’]s?$")
_EDGE: Final = ' \t\n\r.,;:!?()[]{}<>"“”«»*_-–—/'


class NameFinder:
    """Asks a `NamePort` within `within` seconds, and takes names of a score of `least` or more.

    The rules of `governance/detect.py` hold without it: it adds what they cannot know. So where it is slow, broken or
    leaves rubbish, the text goes on without, which is logged; unless it is `required`: then the caller refuses. After
    three failures in a row it is left alone for a while, so that nobody waits for it in vain.
    """

    def __init__(
        self,
        port: NamePort,
        *,
        within: float,
        least: float,
        required: bool = False,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._port = port
        self._within = within
        self._least = least
        self.required = required
        self._circuit = Circuit(_FAILURES, now)

    async def find(self, text: str, found: Sequence[Span] = ()) -> list[Span] | None:
        """The names beside what was `found` by its shape, which the model does not get to see; None: not searched."""
        if not any(char.isalpha() for char in text):
            return []
        shown = blank_out(text, found, "_")
        try:
            spans = await self._ask(shown)
        except ModelFailed as failure:
            log.warning("names_not_searched", code=failure.code)
            return None
        named = (_trim(shown, span) for span in spans if span.score >= self._least)
        return merge_spans(span for span in named if span is not None and _may_be_name(shown[span.start : span.end]))

    async def _ask(self, text: str) -> Sequence[NameSpan]:
        probe = self._circuit.admit()
        try:
            async with asyncio.timeout(self._within):
                spans = await self._port.find(text)
        except TimeoutError as error:
            failure = ModelFailed("model.timeout", "the names were not found in time", retryable=True)
            self._circuit.failed(failure, probe)
            raise failure from error
        except ModelFailed as failure:
            self._circuit.failed(failure, probe)
            raise
        else:
            self._circuit.succeeded()
        finally:
            self._circuit.ended(probe)
        return [span for span in spans if span.start < span.end <= len(text)]


def _trim(text: str, span: NameSpan) -> Span | None:
    """The span without the marks and blanks around it, and without a possessive `'s`."""
    words = text[span.start : span.end]
    start = span.start + len(words) - len(words.lstrip(_EDGE))
    words = _POSSESSIVE.sub("", words.strip(_EDGE))
    return Span(start, start + len(words), NAME) if words else None


def _may_be_name(words: str) -> bool:
    """Whether it can be a name at all: of two letters or more, without figures, and not all in small letters.

    A name is looked for in the whole request from then on: `will` taken for one would hide every "will" in it.
    """
    letters = [char for char in words if char.isalpha()]
    return len(letters) > 1 and not any(char.isdecimal() for char in words) and words != words.lower()
