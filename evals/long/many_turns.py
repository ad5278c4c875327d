"""What becomes of requests of hundreds of turns, when customers write just as a run of the workflow ends?"""

import asyncio
import random
from statistics import median

import httpx2
from temporalio.client import Client

from evals.figures import Figure, figure
from evals.long.checks import Answered, count_answers
from evals.long.runs import Runs, read_runs
from evals.long.writer import Writer
from evals.stack import Stack
from storage.database import Database

CUSTOMER = "C101"
QUESTION = "How much is an extra bag? ({n})"
PATIENT_TURNS = 300
EAGER = 12
EAGER_TURNS = 60
AROUND = 20
"""Turns at either end of the long request that are compared."""


async def many_turns_figures(stack: Stack, client: Client, database: Database, seed: int) -> dict[str, Figure]:
    """One request of 300 turns; and twelve at once whose customers write on without waiting for answers."""
    async with httpx2.AsyncClient(timeout=90, trust_env=False) as http:
        patient = Writer(http, stack.url, CUSTOMER)
        took = [await patient.send(QUESTION.format(n=n), wait="60s") for n in range(PATIENT_TURNS)]
        eager = [Writer(http, stack.url) for _ in range(EAGER)]
        chance = random.Random(seed)
        await asyncio.gather(*(_hurry(one, random.Random(chance.random())) for one in eager))
        await asyncio.gather(*(_rested(one) for one in (patient, *eager)))
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
        "signals_at_the_end_of_a_run": figure(runs.near, "signals", n=runs.count, aim=">= 20"),
        "ends_put_off_by_a_signal": figure(runs.stopped, "ends", n=runs.count),
        "other_failed_workflow_tasks": figure(runs.other_failures, "tasks", n=runs.count, aim="= 0"),
        "answer_late_over_early": figure(
            median(took[-AROUND:]) / median(took[1 : AROUND + 1]), "ratio", n=AROUND, aim="<= 1.15"
        ),
    }


async def _hurry(one: Writer, chance: random.Random) -> None:
    """Write without waiting for answers: about as fast as they come, so that every run ends amid messages."""
    for n in range(EAGER_TURNS):
        await one.send(QUESTION.format(n=n))
        await asyncio.sleep(chance.uniform(0, 0.6))


async def _rested(one: Writer) -> None:
    async with asyncio.timeout(300):
        while True:
            if (await one.look())["status"] == "waiting_for_customer":
                return
            await asyncio.sleep(0.3)
