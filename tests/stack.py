"""Which machine do tests run on? The one that measurements run on, too, but for its disk."""

import contextlib
from collections.abc import Generator

from evals import stack as measured
from evals.records import ask
from evals.stack import (
    DAY_IN_SECONDS,
    JWT_SECRET,
    PATIENCE,
    ROOT,
    Stack,
    answers,
    free_ports,
    wait_until,
)
from tests.spared_disk import spare_disk

__all__ = [
    "DAY_IN_SECONDS",
    "JWT_SECRET",
    "PATIENCE",
    "ROOT",
    "Stack",
    "answers",
    "free_ports",
    "running_stack",
    "wait_until",
]


@contextlib.contextmanager
def running_stack(
    runtimes: int = 1, pools: tuple[str, ...] = (), companies: tuple[str, ...] = ("airline",), **extra: str
) -> Generator[Stack]:
    """A whole machine that ends with the block."""
    with measured.running_stack(runtimes, pools, companies, **extra) as stack:
        ask(spare_disk(stack.database_url))
        yield stack
