"""What becomes of requests of hundreds of turns, when customers write just as a run of the workflow ends?"""

import asyncio
import random
from statistics import median

import httpx2
from temporalio.client import Client

from evals.figures import Figure, figure
from evals.long.checks import Answered, await_answers, count_answers
from evals.long.runs import Runs, read_runs
from evals.long.writer import Writer
from evals.stack import Stack
from storage.database import Database

CUSTOMER = "C101"
QUESTION = "How much is an extra bag? ({n})"
PATIENT_TURNS = 300
EAGER = 12
EAGER_TURNS = 60
SOON = 0.1
"""Seconds until an eager customer writes on, at most."""
AROUND = 20
"""Turns at either end of the long request that are compared."""


async def many_turns_figures(stack: Stack, client: Client, database: Database, seed: int) -> dict[str, Figure]:
    """One request of 300 turns; and twelve at once whose customers write on at once, most of them without an answer."""
    async with httpx2.AsyncClient(timeout=90, trust_env=False) as http:
        patient = Writer(http, stack.url, CUSTOMER)
        took = [await patient.send(QUESTION.format(n=n), wait="60s") for n in range(PATIENT_TURNS)]
        eager = [Writer(http, stack.url) for _ in range(EAGER)]
        chance = random.Random(seed)
        hurry = (_hurry(one, random.Random(chance.random()), waits=n % 3 == 0) for n, one in enumerate(eager))
        await asyncio.gather(*hurry)
    for one in (patient, *eager):
        await await_answers(database, one.request_id)
    answered, runs = Answered(), Runs()
    for one in (patient, *eager):
        answered += await count_answers(database, one.request_id)
        runs += await read_runs(client, one.request_id)
    expected = PATIENT_TURNS + EAGER * EAGER_TURNS
    return {
        "turns": figure(answered.messages, "messages", n=1 + EAGER, aim=f"= {expected}"),
        "turns_lost": figure(answered.lost, "messages", n=answered.messages, aim="= 0"),
        "turns_answered_twice": figure(answered.twice, "messages", n=answered.messages, aim="= 0"),
        "turns_out_of_order": figure(answered.out_of_order, "messages", n=answered.messages, aim="= 0"),
        "runs": figure(runs.count, "runs", n=1 + EAGER),
        "longest_run": figure(runs.longest, "events", n=runs.count),
        "signals_at_the_end_of_a_run": figure(runs.near, "signals", n=runs.count),
        "ends_put_off_by_a_signal": figure(runs.stopped, "ends", n=runs.count, aim=">= 1"),
        "other_failed_workflow_tasks": figure(runs.other_failures, "tasks", n=runs.count, aim="= 0"),
        "answer_late_over_early": figure(
            median(took[-AROUND:]) / median(took[1 : AROUND + 1]), "ratio", n=AROUND, aim="<= 1.15"
        ),
    }


async def _hurry(one: Writer, chance: random.Random, *, waits: bool) -> None:
    """Write right after each answer, when a run may be ending, or without waiting for answers at all."""
    for n in range(EAGER_TURNS):
        await one.send(QUESTION.format(n=n), wait="60s" if waits else None)
        await asyncio.sleep(chance.uniform(0, SOON))
