"""When does a process stop asking a model that only fails, and when does it try again?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from contracts.errors import ModelFailed

SICK: Final = frozenset(
    {"model.busy", "model.broken", "model.timeout", "model.silent", "model.unreachable", "model.broken_stream"}
)
"""What tells of the provider's health. A refused prompt, a wrong key or a spent budget does not."""
FIRST_PAUSE: Final = 5.0
LONGEST_PAUSE: Final = 60.0
"""Seconds. A pause doubles with every probe that fails, from the first to the longest."""


@dataclass
class Circuit:
    """One model of one provider, as one process sees it: closed, open for a while, then one probe at a time.

    `now` is a monotonic clock in seconds. It opens after `most_failures` in a row, with nothing good between them.
    """

    most_failures: int
    now: Callable[[], float]
    failures: int = 0
    pause: float = FIRST_PAUSE
    open_until: float | None = None
    probing: bool = False

    @property
    def is_open(self) -> bool:
        """Whether calls are refused, but for the probe."""
        return self.open_until is not None

    def admit(self) -> bool:
        """Let a call through and say whether it is the probe; or raise ModelFailed, for another model to answer."""
        if self.open_until is None:
            return False
        if self.now() < self.open_until or self.probing:
            raise ModelFailed(
                "model.circuit_open", "this model fails again and again: it is left alone", retryable=False
            )
        self.probing = True
        return True

    def succeeded(self) -> None:
        """The model answers: everything is forgotten."""
        self.failures, self.pause, self.open_until = 0, FIRST_PAUSE, None

    def failed(self, failure: ModelFailed, probe: bool) -> None:
        """Count a sign of sickness; open, or stay open for longer, at least as long as the provider asked for."""
        if failure.code not in SICK:
            return
        self.failures += 1
        if probe:
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
        if probe or self.failures >= self.most_failures:
            self.open_until = self.now() + max(self.pause, failure.retry_after or 0.0)

    def ended(self, probe: bool) -> None:
        """The call is over, whatever it came to; after a probe that told nothing another may be sent."""
        if probe:
            self.probing = False
