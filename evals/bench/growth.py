"""Does a long conversation become slow? Turn 200 beside turn 5; and a workflow that no worker has in its memory."""

import asyncio
from dataclasses import dataclass
from statistics import median

from evals.bench.kinds import KINDS, Kind
from evals.bench.load import take_turn
from evals.bench.machine import Bench
from evals.bench.sides import Side, Talk
from evals.figures import Figure, figure

CONVERSATIONS = 3
LAST = 200
AROUND = 5
"""Turns on either side of turn 200, and of turn 5, that count as it."""
COLD_TURNS = 9
"""Turns in the history that a cold worker replays; the tenth would begin a fresh one."""
COLD_REQUESTS = 12


async def growth_figures(bench: Bench, last: int = LAST) -> dict[str, Figure]:
    """What the length of a conversation costs, on both sides; and what time and rows cost every conversation.

    Growth is the last turns of three long conversations over the first ones of three fresh ones, taken in turns with
    them: a machine that is faster in one minute than in the next counts on both sides. Drift is what that leaves out:
    the fresh ones' turns over those that the long ones took in the beginning.
    """
    found: dict[str, Figure] = {}
    sides: tuple[Side, ...] = (bench.handrail, bench.bare)
    for side in sides:
        suffix = "" if side.name == "handrail" else f"_{side.name}"
        grown = await _grow(side, last)
        aim = "<= 1.15" if last == LAST and not suffix else None
        key, n = f"{last}{suffix}", len(grown.late)
        found[f"p50_growth_{key}"] = figure(median(grown.late) / median(grown.early), "ratio", n=n, aim=aim)
        found[f"p50_drift_{key}"] = figure(median(grown.early) / median(grown.begun), "ratio", n=n)
    return found


@dataclass(frozen=True)
class _Grown:
    """Seconds to the reply: of the long conversations' first and last turns, and of fresh ones beside the last."""

    begun: list[float]
    early: list[float]
    late: list[float]


async def _grow(side: Side, last: int) -> _Grown:
    kind, count = KINDS["model"], 2 * AROUND - 1
    long, fresh = [await _open(side, kind) for _ in range(2)]
    begun = [await _all_say(side, kind, long) for _ in range(count)]
    await asyncio.gather(*(_talk_on(side, kind, one, last - 1 - 2 * count) for one in long))
    early, late = list[list[float]](), list[list[float]]()
    for _ in range(count):
        late.append(await _all_say(side, kind, long))
        early.append(await _all_say(side, kind, fresh))
    return _Grown(*([one for some in each for one in some] for each in (begun, early, late)))


async def _open(side: Side, kind: Kind) -> list[Talk]:
    """Conversations that have had their first turn, which is like no other."""
    talks = [await side.open(kind) for _ in range(CONVERSATIONS)]
    await _all_say(side, kind, talks)
    return talks


async def _all_say(side: Side, kind: Kind, talks: list[Talk]) -> list[float]:
    return [turned.replied for turned in await asyncio.gather(*(take_turn(side, kind, talk) for talk in talks))]


async def _talk_on(side: Side, kind: Kind, talk: Talk, turns: int) -> None:
    for _ in range(turns):
        await take_turn(side, kind, talk)


async def cold_figures(bench: Bench) -> dict[str, Figure]:
    """The first turn after the worker was stopped in order and started again, over the one that follows it."""
    kind = KINDS["model"]
    talks = [await bench.handrail.open(kind) for _ in range(COLD_REQUESTS)]
    for talk in talks:
        for _ in range(COLD_TURNS - 2):
            await take_turn(bench.handrail, kind, talk)
    await asyncio.to_thread(bench.stack.stop_one, "runtime0")
    await asyncio.to_thread(bench.stack.restart, "runtime0")
    other = await bench.handrail.open(kind)
    await take_turn(bench.handrail, kind, other)
    cold = [(await take_turn(bench.handrail, kind, talk)).replied for talk in talks]
    warm = [(await take_turn(bench.handrail, kind, talk)).replied for talk in talks]
    return {
        "cold_ratio": figure(median(cold) / median(warm), "ratio", n=COLD_REQUESTS),
        "cold_p50_ms": figure(median(cold) * 1000, "ms", n=COLD_REQUESTS),
    }
