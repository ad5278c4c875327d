"""How are turns driven at a given number of conversations? Each of them says the next thing when its turn rests."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter

from evals.bench.kinds import Kind
from evals.bench.sides import Side, Talk, Turned

READS = 0.02
"""Seconds that every customer takes before the next message, on both sides.

The bare side tells of a turn's end from within the workflow task that ends it. A signal at once would come before that
task is completed: the server then hands the next task over with its answer, or, where a fresh history begins, refuses
the completion and does it again, a second later. Handrail tells of an end by a committed event, which is read after it.
"""


@dataclass(frozen=True)
class Batch:
    """What one batch of turns came to: each turn, and how many seconds the whole batch took."""

    turned: tuple[Turned, ...]
    seconds: float

    @property
    def rate(self) -> float:
        """Turns a second."""
        return len(self.turned) / self.seconds


async def drive(side: Side, kind: Kind, conversations: int, turns: int) -> Batch:
    """Drive so many conversations at once, each through so many turns.

    Requests are opened, and their first turns taken, before the clock starts; a kind that is measured at a request's
    first turn gets a fresh request for every turn.
    """
    count = conversations * (turns if kind.is_first else 1)
    talks = [await side.open(kind) for _ in range(count)]
    if not kind.is_first:
        await asyncio.gather(*(take_turn(side, kind, talk) for talk in talks))
    started = perf_counter()
    plans = [talks[n::conversations] if kind.is_first else talks[n : n + 1] * turns for n in range(conversations)]
    turned = await asyncio.gather(*(_one_after_another(side, kind, plan) for plan in plans))
    return Batch(tuple(one for some in turned for one in some), perf_counter() - started)


async def _one_after_another(side: Side, kind: Kind, talks: Iterable[Talk]) -> list[Turned]:
    return [await take_turn(side, kind, talk) for talk in talks]


async def take_turn(side: Side, kind: Kind, talk: Talk) -> Turned:
    """The next turn of a conversation, and the moment that its customer reads."""
    turned = await side.turn(talk, kind)
    await asyncio.sleep(READS)
    return turned
