"""What becomes of a thousand open requests when every worker dies, and new ones begin with an empty memory?"""

import asyncio
from time import perf_counter

import httpx2
from sqlalchemy import func, select

from evals.figures import Figure, figure
from evals.long.checks import Answered, count_answers
from evals.long.writer import Writer
from evals.stack import Stack
from storage.database import Database
from storage.tables import inbox

REQUESTS = 1_000
AT_ONCE = 16
QUESTION = "How much is an extra bag?"
PATIENCE = 900.0
"""Seconds."""


async def crowd_figures(stack: Stack, database: Database) -> dict[str, Figure]:
    """Open a thousand; SIGKILL every worker; everybody writes; start the workers again."""
    limits = httpx2.Limits(max_connections=2 * AT_ONCE)
    async with httpx2.AsyncClient(timeout=120, trust_env=False, limits=limits) as http:
        crowd = [Writer(http, stack.url) for _ in range(REQUESTS)]
        warm = await _each(crowd, "60s")
        workers = [name for name in stack.handrail() if name.startswith("runtime")]
        for name in workers:
            await asyncio.to_thread(stack.kill, name)
        await _each(crowd, None)
        started = perf_counter()
        for name in workers:
            stack.launch(name)
        await asyncio.to_thread(stack.await_healthy, *workers)
        ready = perf_counter() - started
        first, last = await _watch(database, started)
    answered = Answered()
    for one in crowd:
        answered += await count_answers(database, one.request_id)
    return {
        "crowd_messages": figure(answered.messages, "messages", n=REQUESTS, aim=f"= {2 * REQUESTS}"),
        "crowd_lost": figure(answered.lost, "messages", n=answered.messages, aim="= 0"),
        "crowd_answered_twice": figure(answered.twice, "messages", n=answered.messages, aim="= 0"),
        "crowd_out_of_order": figure(answered.out_of_order, "messages", n=answered.messages, aim="= 0"),
        "crowd_warm_per_s": figure(REQUESTS / warm, "turns/s", n=REQUESTS),
        "crowd_worker_ready_s": figure(ready, "s", n=len(workers)),
        "crowd_first_answer_s": figure(first, "s", n=1),
        "crowd_all_answered_s": figure(last, "s", n=REQUESTS),
        "crowd_cold_per_s": figure(REQUESTS / (last - first), "turns/s", n=REQUESTS),
    }


async def _each(crowd: list[Writer], wait: str | None) -> float:
    """Everybody writes once, sixteen at a time; the seconds until all are accepted, or with `wait` answered."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def write(one: Writer) -> None:
        async with gate:
            await one.send(QUESTION, wait=wait)

    started = perf_counter()
    await asyncio.gather(*(write(one) for one in crowd))
    return perf_counter() - started


async def _watch(database: Database, started: float) -> tuple[float, float]:
    """The seconds until the first message of those that waited was done with, and until the last one was."""
    query = select(func.count()).where(inbox.c.state != "processed")
    first, waiting = 0.0, REQUESTS
    while waiting:
        async with database.begin() as connection:
            waiting = (await connection.execute(query)).scalar_one()
        now = perf_counter() - started
        if not first and waiting < REQUESTS:
            first = now
        if now > PATIENCE:
            raise TimeoutError(f"{waiting} messages are not answered after {PATIENCE:.0f} s")
        await asyncio.sleep(0.1)
    return first, perf_counter() - started
