"""Does a long conversation become slow? Turn 200 beside turn 5; and a workflow that no worker has in its memory."""

import asyncio
from statistics import median

from evals.bench.kinds import KINDS
from evals.bench.machine import Bench
from evals.bench.sides import Turned
from evals.figures import Figure, figure

CONVERSATIONS = 3
LAST = 200
AROUND = 5
"""Turns on either side of turn 200, and of turn 5, that count as it."""
COLD_TURNS = 9
"""Turns in the history that a cold worker replays; the tenth would begin a fresh one."""
COLD_REQUESTS = 12


async def growth_figures(bench: Bench, last: int = LAST) -> dict[str, Figure]:
    """Three conversations at once, each of so many turns with one model call."""
    kind = KINDS["model"]

    async def talk() -> list[Turned]:
        one = await bench.handrail.open(kind)
        return [await bench.handrail.turn(one, kind) for _ in range(last)]

    talks = await asyncio.gather(*(talk() for _ in range(CONVERSATIONS)))
    early = [turned.replied for turns in talks for turned in turns[1 : 2 * AROUND]]
    late = [turned.replied for turns in talks for turned in turns[-2 * AROUND + 1 :]]
    key = f"p50_growth_{last}"
    aim = "<= 1.15" if last == LAST else None
    return {key: figure(median(late) / median(early), "ratio", n=len(late), aim=aim)}


async def cold_figures(bench: Bench) -> dict[str, Figure]:
    """The first turn after the worker was stopped in order and started again, over the one that follows it."""
    kind = KINDS["model"]
    talks = [await bench.handrail.open(kind) for _ in range(COLD_REQUESTS)]
    for talk in talks:
        for _ in range(COLD_TURNS - 2):
            await bench.handrail.turn(talk, kind)
    await asyncio.to_thread(bench.stack.stop_one, "runtime0")
    await asyncio.to_thread(bench.stack.restart, "runtime0")
    other = await bench.handrail.open(kind)
    await bench.handrail.turn(other, kind)
    cold = [(await bench.handrail.turn(talk, kind)).replied for talk in talks]
    warm = [(await bench.handrail.turn(talk, kind)).replied for talk in talks]
    return {
        "cold_ratio": figure(median(cold) / median(warm), "ratio", n=COLD_REQUESTS),
        "cold_p50_ms": figure(median(cold) * 1000, "ms", n=COLD_REQUESTS),
    }
