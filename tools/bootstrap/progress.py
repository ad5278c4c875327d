"""How far are the slow steps, and how long will they still take?"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence

_QUIET_INTERVAL = 15.0  # seconds between lines where the output is no terminal


class SetupError(Exception):
    """Something expected keeps the set-up from finishing; the message is printed as it is, without a traceback."""


class Step:
    """One slow step that runs beside others: how much is done (0 to 1), what it does now, how it ended."""

    def __init__(self, title: str, work: Callable[[Step], None], guess: float) -> None:
        """`guess` is how many seconds the step takes on a small machine: used until its own pace is known."""
        self.title = title
        self.done = 0.0
        self.now = "starting"
        self.failure: SetupError | None = None
        self.cancelled = threading.Event()
        self._guess = guess
        self._started = time.monotonic()
        self._work = work
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> Step:
        self._started = time.monotonic()
        self._thread.start()
        return self

    def _run(self) -> None:
        try:
            self._work(self)
        except SetupError as error:
            self.failure = error

    def check(self) -> None:
        """Raise the SetupError with which the step failed, if it did."""
        if self.failure is not None:
            raise self.failure

    def cancel(self) -> None:
        """Ask the step to end, and wait a moment until it has."""
        self.cancelled.set()
        if self._thread.ident is not None:
            self._thread.join(5)

    def is_running(self) -> bool:
        return self._thread.is_alive()

    def seconds_left(self) -> float:
        """Estimate from the guess at first, and the more is done the more from the own pace."""
        elapsed = time.monotonic() - self._started
        if self.done < 0.02:
            return max(self._guess - elapsed, 20.0)
        pace = elapsed / self.done
        return (self.done * pace + (1 - self.done) * self._guess) * (1 - self.done)

    def describe(self) -> str:
        return f"{self.title}: {self.done:.0%}, {say_left(self.seconds_left())} ({self.now})"


def say_left(seconds: float) -> str:
    """Say a duration as a person would: in minutes, rounded up."""
    if seconds < 50:
        return "less than a minute left"
    minutes = int((seconds + 59) // 60)
    return "about {} minute{} left".format(minutes, "" if minutes == 1 else "s")


def say(text: str) -> None:
    """Print a line for the person who waits; standard output is for answers that programs read."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def watch(awaited: Step, *others: Step) -> None:
    """Show the steps that run until the awaited one has ended; raises its failure."""
    terminal = sys.stderr.isatty()
    shown = 0.0 if terminal else time.monotonic() - _QUIET_INTERVAL + 3
    while awaited.is_running():
        if time.monotonic() - shown > (0.5 if terminal else _QUIET_INTERVAL):
            shown = time.monotonic()
            _show([step.describe() for step in (awaited, *others) if step.is_running()], terminal)
        time.sleep(0.1)
    if terminal:
        sys.stderr.write("\r\033[K")
    awaited.check()


def _show(lines: Sequence[str], terminal: bool) -> None:
    if not terminal:
        for line in lines:
            say("  " + line)
        return
    import shutil

    width = shutil.get_terminal_size().columns
    sys.stderr.write("\r\033[K" + "  " + " · ".join(lines)[: width - 4])
    sys.stderr.flush()
