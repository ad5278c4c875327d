"""When has the model finished its first sentence? The runtime as it is, with a clock at its model port.

`python -m evals.replies.timed_runtime FILE` works as `python -m workers runtime` does, and adds to FILE, for each model
call that speaks, a line of JSON with moments in seconds: `asked`, `stopped` (the first sentence's last character was
there) and `complete` (what follows it was, so that it is known to have ended).
"""

import json
import sys
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path

from contracts.model_port import ModelEvent, ModelPort, Prompt, TextDelta
from contracts.pack import ModelTier
from governance.sentences import SentenceSplitter
from workers import runtime


class FirstSentence:
    """The moments of one stream's first sentence."""

    def __init__(self) -> None:
        self._asked = time.time()
        self._splitter = SentenceSplitter()
        self._heard: list[tuple[int, float]] = []
        self.moments: dict[str, float] | None = None

    def hear(self, piece: str) -> None:
        """Take the next piece."""
        if self.moments is None:
            before = self._heard[-1][0] if self._heard else 0
            self._heard.append((before + len(piece), time.time()))
            self._take(self._splitter.feed(piece))

    def end(self) -> None:
        """The stream is over, and so is its sentence."""
        if self.moments is None:
            self._take(self._splitter.finish())

    def _take(self, sentences: list[str]) -> None:
        if sentences and sentences[0].strip():
            length = len(sentences[0].rstrip())
            stopped = next(moment for heard, moment in self._heard if heard >= length)
            self.moments = {"asked": self._asked, "stopped": stopped, "complete": time.time()}


def timed_ports(file: Path) -> type[runtime.ModelPorts]:
    """The runtime's model ports, which note the moments of first sentences in this file."""

    class TimedPorts(runtime.ModelPorts):
        def __init__(self, ports: Mapping[str, ModelPort], *, failures_until_open: int) -> None:
            super().__init__(ports, failures_until_open=failures_until_open)

        async def stream(self, tier: ModelTier, prompt: Prompt, *, within: timedelta) -> AsyncGenerator[ModelEvent]:
            first = FirstSentence()
            async with aclosing(super().stream(tier, prompt, within=within)) as events:
                async for event in events:
                    if isinstance(event, TextDelta):
                        first.hear(event.text)
                    yield event
                    _note(file, first)
            first.end()
            _note(file, first)

    return TimedPorts


def _note(file: Path, first: FirstSentence) -> None:
    """Once, and behind the sentence's release: writing delays nothing that is measured."""
    if first.moments:
        with file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(first.moments) + "\n")
        first.moments = {}


if __name__ == "__main__":
    runtime.ModelPorts = timed_ports(Path(sys.argv[1]))
    sys.exit(runtime.main(sys.argv[2:]))
