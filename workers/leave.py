"""How does a process end once its work is done?"""

import atexit
import os
import sys
from collections.abc import Callable
from typing import NoReturn

_FAILURE = 1


class _Ending:
    """The exit code of this process; a failure until its work has said otherwise."""

    def __init__(self) -> None:
        self.code = _FAILURE

    def leave(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            try:
                if stream is not None:  # pyright: ignore[reportUnnecessaryComparison] - None where it was closed before
                    stream.flush()
            except (OSError, ValueError):  # nobody reads it any more, or it was closed
                self.code = self.code or _FAILURE
        os._exit(self.code)


def run_and_leave(work: Callable[[], int]) -> NoReturn:
    """Do the work and end the process with the code that it returns or exits with; 1 where it raises.

    Threads are waited for, output is written, and exit handlers run, but for those registered before this was called.
    What is left out is taking the interpreter apart behind that: a thread of Temporal's SDK that hands over an answer
    just then ends the process by SIGSEGV, although all was done (github.com/temporalio/sdk-python/issues/300).
    """
    ending = _Ending()
    atexit.register(ending.leave)  # exit handlers run backwards, so that the first one ends it
    try:
        ending.code = work()
    except SystemExit as asked:
        ending.code = asked.code if isinstance(asked.code, int) else _FAILURE if asked.code else 0
        raise
    sys.exit(ending.code)
