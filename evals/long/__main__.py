"""`python -m evals.long`: measure, write docs/results/long.json, and print what missed its aim."""

import argparse
import asyncio
import sys

from temporalio.client import Client

from evals.figures import Figure, write_results
from evals.long.crowd import crowd_figures
from evals.long.days import SEARCH_SECONDS, TIME_SCALE, ten_days_figures
from evals.long.many_turns import many_turns_figures
from evals.stack import Stack, running_stack
from storage.database import Database
from workers.payload_codec import make_data_converter
from workers.settings import Settings

SEED = 11
REAL_TIME = "1"
"""A day is a day: nothing closes while it is measured."""
PARTS = ("turns", "crowd", "days")


async def _over_http(stack: Stack, parts: list[str]) -> dict[str, Figure]:
    settings = Settings.model_validate(stack.environment())
    client = await Client.connect(stack.temporal_address, data_converter=make_data_converter(settings))
    database = Database(stack.database_url, pool_size=4)
    found: dict[str, Figure] = {}
    try:
        if "turns" in parts:
            found |= await many_turns_figures(stack, client, database, SEED)
        if "crowd" in parts:
            found |= await crowd_figures(stack, database)
    finally:
        await database.close()
    return found


def measure(parts: list[str]) -> dict[str, Figure]:
    """The parts that are asked for, on two machines: one in real time, one whose days are short."""
    found: dict[str, Figure] = {}
    if {"turns", "crowd"} & set(parts):
        with running_stack(HANDRAIL_TIME_SCALE=REAL_TIME) as stack:
            found |= asyncio.run(_over_http(stack, parts))
    if "days" in parts:
        with running_stack(HANDRAIL_TIME_SCALE=TIME_SCALE, HANDRAIL_DEMO_TRACING_SECONDS=SEARCH_SECONDS) as stack:
            found |= ten_days_figures(stack)
    return found


def main(argv: list[str]) -> int:
    """Measure and write; 1 where an aim was missed. Only a run of all parts is written down."""
    parser = argparse.ArgumentParser(prog="python -m evals.long")
    parser.add_argument("--only", choices=PARTS, action="append", help="one part; writes nothing")
    given = parser.parse_args(argv)
    found = measure(given.only or list(PARTS))
    for key, one in found.items():
        print(f"{key:32} {one.value:<10g} {one.aim or '':9} {'MISSED' if one.met is False else ''}")
    if not given.only:
        path, _ = write_results("long", found, seed=SEED)
        print(f"written: {path}")
    return 1 if any(one.met is False for one in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
