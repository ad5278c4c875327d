"""What does a turn write into Temporal's history? Events, commits and bytes, by the server's own count."""

import asyncio
from dataclasses import dataclass
from statistics import median
from typing import get_args

from temporalio.client import Client

from evals.bench.kinds import KINDS, KindName
from evals.bench.machine import Bench
from evals.bench.sides import Side
from evals.figures import Figure, figure

AIMS = {
    "events_no_model": "<= 10",
    "events_model": "<= 16",
    "events_tool": "<= 29",
    "transitions_no_model": "<= 2",
    "transitions_model": "<= 5",
    "transitions_tool": "<= 11",
    "history_kb_tool": "<= 6",
}
SAMPLES = 5
ALL: tuple[KindName, ...] = get_args(KindName)


@dataclass(frozen=True)
class Written:
    """How long a history is."""

    events: int
    transitions: int
    bytes: int

    def since(self, earlier: "Written") -> "Written":
        """What was added."""
        return Written(self.events - earlier.events, self.transitions - earlier.transitions, self.bytes - earlier.bytes)


async def history_figures(bench: Bench) -> dict[str, Figure]:
    """The median turn of each kind and side: the one that follows a request's first, so without its start."""
    found: dict[str, Figure] = {}
    sides: tuple[Side, ...] = (bench.handrail, bench.bare)
    for side in sides:
        suffix = "" if side.name == "handrail" else f"_{side.name}"
        for kind in ALL:
            samples = [await _second_turn(bench.client, side, kind) for _ in range(SAMPLES)]
            values = {
                f"events_{kind}": (median(one.events for one in samples), "events"),
                f"transitions_{kind}": (median(one.transitions for one in samples), "commits"),
                f"history_kb_{kind}": (median(one.bytes for one in samples) / 1000, "kB"),
            }
            for key, (value, unit) in values.items():
                aim = AIMS.get(key) if not suffix else None
                found[key + suffix] = figure(value, unit, n=SAMPLES, aim=aim)
    return found


async def _second_turn(client: Client, side: Side, kind: KindName) -> Written:
    talk = await side.open(KINDS[kind])
    before = "model" if kind == "tool" else kind
    await side.turn(talk, KINDS[before])
    first = await _settled(client, talk.id)
    await side.turn(talk, KINDS[kind])
    return (await _settled(client, talk.id)).since(first)


async def _settled(client: Client, workflow_id: str) -> Written:
    """The history once it grows no more: a turn rests a moment before its last workflow task is complete."""
    last = Written(0, 0, 0)
    while True:
        await asyncio.sleep(0.5)
        info = (await client.get_workflow_handle(workflow_id).describe()).raw_description.workflow_execution_info
        now = Written(info.history_length, info.state_transition_count, info.history_size_bytes)
        if now == last:
            return now
        last = now
