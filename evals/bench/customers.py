"""What does a customer feel? The whole way over HTTP: personal data, acceptance, the turn, the waiting answer."""

import asyncio
from time import perf_counter

from evals.bench.kinds import KINDS
from evals.bench.machine import Bench
from evals.bench.rounds import percentile
from evals.conversation import Conversation
from evals.figures import Figure, figure

TURNS = 20


async def customer_figures(bench: Bench) -> dict[str, Figure]:
    """Milliseconds from the POST to its answer with the reply (`?wait=`), one conversation at a time."""
    kind = KINDS["model"]
    values = await asyncio.to_thread(_talk, Conversation(bench.stack, kind.customer), kind.text)
    return {
        "customer_p50_ms": figure(percentile(values, 0.5), "ms", n=len(values)),
        "customer_p99_ms": figure(percentile(values, 0.99), "ms", n=len(values)),
    }


def _talk(customer: Conversation, text: str) -> list[float]:
    customer.say(text)
    took: list[float] = []
    for _ in range(TURNS):
        started = perf_counter()
        customer.say(text)
        took.append((perf_counter() - started) * 1000)
    return took
