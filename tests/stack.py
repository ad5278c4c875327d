"""Which machine do tests run on? The one that measurements run on, too."""

from evals.stack import (
    DAY_IN_SECONDS,
    JWT_SECRET,
    NOW,
    PATIENCE,
    ROOT,
    Stack,
    answers,
    free_ports,
    running_stack,
    wait_until,
)

__all__ = [
    "DAY_IN_SECONDS",
    "JWT_SECRET",
    "NOW",
    "PATIENCE",
    "ROOT",
    "Stack",
    "answers",
    "free_ports",
    "running_stack",
    "wait_until",
]
