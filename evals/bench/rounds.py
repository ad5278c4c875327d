"""How do both sides compare? The same batches of turns in one run, interleaved, round after round."""

import hashlib
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

import httpx2

from evals.bench.kinds import KINDS, KindName
from evals.bench.load import Batch, drive
from evals.bench.machine import Bench
from evals.bench.sides import Side, Turned
from evals.figures import Figure, figure


class Level(NamedTuple):
    """A kind of turn at a number of conversations, each through so many turns a round."""

    kind: KindName
    conversations: int
    turns: int


LEVELS = (
    Level("no_model", 1, 15),
    Level("no_model", 16, 3),
    Level("no_model", 64, 1),
    Level("model", 1, 40),
    Level("model", 16, 6),
    Level("model", 64, 2),
    Level("tool", 1, 10),
    Level("tool", 16, 2),
    Level("tool", 64, 1),
)
AIMS = {"turns_ratio_16": ">= 0.85", "overhead_p50_ms": "<= 60", "overhead_p99_ms": "<= 180"}


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of the sorted values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


@dataclass
class Rounds:
    """All batches of all rounds, by level and side, and what the overhead of each turn was."""

    batches: dict[tuple[Level, str], list[Batch]] = field(default_factory=lambda: defaultdict(list))
    overheads: dict[tuple[KindName, str], list[float]] = field(default_factory=lambda: defaultdict(list))

    def latencies(self, level: Level, side: str) -> list[float]:
        """Milliseconds to the reply of every turn."""
        return [turned.replied * 1000 for batch in self.batches[level, side] for turned in batch.turned]

    def ratio(self, level: Level) -> float:
        """Handrail's turns a second over bare Temporal's: the median over the rounds."""
        pairs = zip(self.batches[level, "handrail"], self.batches[level, "bare"], strict=True)
        return median(ours.rate / theirs.rate for ours, theirs in pairs)

    def figures(self) -> dict[str, Figure]:
        """Every figure of the comparison."""
        found: dict[str, Figure] = {}
        for level in LEVELS:
            prefix = "" if level.kind == "model" else f"{level.kind}_"
            rounds = len(self.batches[level, "handrail"])
            key = f"{prefix}turns_ratio_{level.conversations}"
            found[key] = figure(self.ratio(level), "ratio", n=rounds, aim=AIMS.get(key))
            for side in ("handrail", "bare"):
                found |= self._of_side(level, side)
        for (kind, side), values in self.overheads.items():
            found |= _overhead(kind, side, values)
        return found

    def _of_side(self, level: Level, side: str) -> dict[str, Figure]:
        values, batches = self.latencies(level, side), self.batches[level, side]
        name = f"{level.kind}_{level.conversations}_{side}"
        late = sum(turned.handed_over for batch in batches for turned in batch.turned)
        handed = {f"handed_over_{name}": figure(late, "turns", n=len(values))} if late else {}
        return handed | {
            f"turns_per_s_{name}": figure(median(batch.rate for batch in batches), "1/s", n=len(batches)),
            f"p50_ms_{name}": figure(percentile(values, 0.50), "ms", n=len(values)),
            f"p99_ms_{name}": figure(percentile(values, 0.99), "ms", n=len(values)),
        }


def _overhead(kind: KindName, side: str, values: list[float]) -> dict[str, Figure]:
    suffix = "" if (kind, side) == ("model", "handrail") else f"_{kind}_{side}"
    return {
        f"overhead{suffix}_{name}_ms": figure(
            percentile(values, share), "ms", n=len(values), aim=AIMS.get(f"overhead{suffix}_{name}_ms")
        )
        for name, share in (("p50", 0.50), ("p99", 0.99))
    }


async def run_rounds(
    bench: Bench, rounds: int, tools_ms: Callable[[list[str]], Awaitable[dict[str, float]]], say: Callable[[str], None]
) -> Rounds:
    """Warm both sides up, then run the rounds. `tools_ms` tells how long the company's system took for each request."""
    kept = Rounds()
    sides: list[Side] = [bench.handrail, bench.bare]
    for side in sides:
        for kind in KINDS.values():
            await drive(side, kind, 2, 2)
    for number in range(rounds):
        for level in LEVELS:
            for side in sides if number % 2 == 0 else reversed(sides):
                async with httpx2.AsyncClient(base_url=bench.stack.standin_url, trust_env=False) as standin:
                    await standin.delete("/_requests")
                    batch = await drive(side, KINDS[level.kind], level.conversations, level.turns)
                    kept.batches[level, side.name].append(batch)
                    say(f"{side.name}, {level.kind} at {level.conversations}: {batch.rate:.1f} turns/s")
                    if level.conversations == 1:
                        received = (await standin.get("/_requests")).json()["requests"]
                        tools = await tools_ms([turned.talk for turned in batch.turned])
                        kept.overheads[level.kind, side.name].extend(overheads(batch, received, tools))
        ratios = ", ".join(f"{level.kind} at {level.conversations}: {kept.ratio(level):.2f}" for level in LEVELS)
        say(f"round {number + 1} of {rounds}; turns/s, Handrail over bare: {ratios}")
    return kept


def overheads(batch: Batch, received: list[dict[str, object]], tools: dict[str, float]) -> list[float]:
    """Milliseconds of each turn less what the stand-in and the company's system took, by their own clocks.

    The stand-in knows a request by the hash that prompts carry; a conversation's calls come in the order of its turns.
    """
    spent: dict[str, list[float]] = defaultdict(list)
    for call in received:
        body = call["body"]
        if isinstance(body, dict) and isinstance(call.get("ms"), float):
            spent[str(body["safety_identifier"])].append(float(call["ms"]))  # type: ignore[arg-type]
    turns: dict[str, list[Turned]] = defaultdict(list)
    for turned in batch.turned:
        turns[turned.talk].append(turned)
    found: list[float] = []
    for talk, taken in turns.items():
        calls = spent[hashlib.sha256(talk.encode()).hexdigest()[:32]]
        shares = [sum(calls)] if len(taken) == 1 else (calls[-len(taken) :] or [0.0] * len(taken))
        found.extend(
            turned.replied * 1000 - share - tools.get(talk, 0.0) for turned, share in zip(taken, shares, strict=True)
        )
    return found
