"""Which goal function decides for which wish?"""

from collections.abc import Callable
from dataclasses import dataclass

from demo.standin.moves import Move
from demo.standin.scene import Scene
from demo.standin.thread import Task


@dataclass(frozen=True)
class Step:
    """A step of a plan: what it does, by which tool, and on which tier it runs."""

    title: str
    tool: str
    tier: str = "fast"


@dataclass(frozen=True)
class Goal:
    """A wish's aim in words, the steps that may lead there, and the function that decides what comes next.

    `needless` names tools whose steps turned out not to be needed; the plan is renewed without them.
    """

    aim: str
    steps: tuple[Step, ...]
    decide: Callable[[Scene, Task], Move]
    needless: Callable[[Scene], frozenset[str]] = lambda scene: frozenset[str]()
