"""`python -m evals.bench`: measure, write docs/results/bench.json, and print what missed its aim."""

import argparse
import sys
from functools import partial

from evals.bench.costs import cpu_figures, database_figures, tool_times
from evals.bench.customers import customer_figures
from evals.bench.growth import LAST, cold_figures, growth_figures
from evals.bench.histories import history_figures
from evals.bench.machine import Bench, bench_on
from evals.bench.page import write_page
from evals.bench.rounds import run_rounds
from evals.figures import Figure, write_results
from evals.stack import Stack, running_stack
from workers.event_loop import run_on_loop

SEED = 0
"""Nothing is drawn at random: the same turns in the same order."""


def say(line: str) -> None:
    """Progress, for whoever waits."""
    print(line, file=sys.stderr, flush=True)


async def measure(stack: Stack, rounds: int, turns: int) -> dict[str, Figure]:
    """Every figure, in the order of the page."""
    async with bench_on(stack) as bench:
        found = (await run_rounds(bench, rounds, partial(tool_times, stack), say)).figures()
        for part in (history_figures, cpu_figures, database_figures, customer_figures):
            say(part.__name__.replace("_", " "))
            found |= await part(bench)
        found |= await _long(bench, turns)
    return found


async def _long(bench: Bench, turns: int) -> dict[str, Figure]:
    say(f"a conversation of {turns} turns, and a cold worker")
    return await growth_figures(bench, turns) | await cold_figures(bench)


def main(argv: list[str]) -> int:
    """Measure and write; 1 where an aim was missed and `--strict` was given."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of interleaved batches (default 5)")
    parser.add_argument("--turns", type=int, default=LAST, help=f"turns of the long conversation (default {LAST})")
    parser.add_argument("--strict", action="store_true", help="exit 1 where an aim was missed")
    given = parser.parse_args(argv)
    with running_stack() as stack:
        found = run_on_loop(measure(stack, given.rounds, given.turns))
    path, results = write_results("bench", found, seed=SEED)
    write_page(results)
    for key in results.missed():
        say(f"missed: {key} is {results.figures[key].value:g}, wanted {results.figures[key].aim}")
    say(f"written: {path}")
    return 1 if given.strict and results.missed() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
