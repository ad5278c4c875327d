"""How much later than the model finishes its first sentence does the customer have it?"""

import json
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evals.conversation import Conversation, standin
from evals.figures import Figure, figure
from evals.stack import Stack, running_stack, wait_until

QUESTIONS: Final = (
    "How much is an extra bag?",
    "What does it cost to take a dog into the cabin?",
    "When does online check-in open?",
    "How heavy may a cabin bag be?",
    "How long does a refund take?",
)
CONVERSATIONS: Final = 24
PACE: Final = {"ttft_ms": 250, "tokens_per_s": 60}  # about as a hosted model speaks
_RUNTIME: Final = "timed"


@dataclass(frozen=True, slots=True)
class Timed:
    """One reply's first sentence; moments in seconds of this machine's clock."""

    sent: float
    asked: float
    stopped: float
    complete: float
    read: float


def delay_figures() -> dict[str, Figure]:
    """Start a machine, ask, and measure. Raises RuntimeError where hardly anything was measured."""
    with running_stack() as stack:
        moments = stack.folder / "first_sentences.jsonl"
        _launch_timed(stack, moments)
        standin(stack, "POST", "/_control", json={"latency": {"*": PACE}})
        timed = [one for _ in range(CONVERSATIONS) for one in _converse(stack, moments)]
    if len(timed) < 100:
        raise RuntimeError(f"Only {len(timed)} first sentences were measured; at least 100 are wanted.")
    return _figures(timed)


def _launch_timed(stack: Stack, moments: Path) -> None:
    moments.touch()
    stack.stop_one("runtime0")
    stack.start_beside(_RUNTIME, [sys.executable, "-m", "evals.replies.timed_runtime", str(moments)])
    stack.await_healthy(_RUNTIME)


def _converse(stack: Stack, moments: Path) -> Iterator[Timed]:
    """A conversation whose first turn warms up; replies that were not one streamed answer of a model are left out."""
    customer = Conversation(stack)
    customer.say("Hi there")
    for question in QUESTIONS:
        seen = len(_lines(moments))
        sent, read = _ask(customer, question)
        new = [json.loads(line) for line in _lines(moments)[seen:]]
        if read is not None and len(new) == 1:
            yield Timed(sent=sent, read=read, **new[0])


def _ask(customer: Conversation, question: str) -> tuple[float, float | None]:
    """Ask, with the event stream open as a page has it; when the question was sent and its first sentence read."""
    after, read = int(customer.look()["last_event"]), list[float]()

    def listen() -> None:
        for event in customer.follow(after):
            if event["type"] == "reply.sentence":
                read.append(time.time())
            if event["type"] == "reply.done":
                return

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    sent = time.time()
    customer.send(question)
    wait_until(lambda: not listener.is_alive(), f"the answer to {question!r}")
    customer.await_status("waiting_for_customer")
    return sent, read[0] if read else None


def _lines(moments: Path) -> list[str]:
    return moments.read_text(encoding="utf-8").splitlines()


def _figures(timed: list[Timed]) -> dict[str, Figure]:
    """`added_delay`: from when the first sentence is known to be complete to when a page has read its release."""
    added = [1000 * (one.read - one.complete) for one in timed]
    return {
        "added_delay_p50_ms": figure(statistics.median(added), "ms", n=len(added), aim="<= 25"),
        "added_delay_p95_ms": figure(statistics.quantiles(added, n=20)[-1], "ms", n=len(added)),
        "added_delay_from_full_stop_p50_ms": _median([one.read - one.stopped for one in timed]),
        "model_first_sentence_p50_ms": _median([one.complete - one.asked for one in timed]),
        "first_sentence_p50_ms": _median([one.read - one.sent for one in timed]),
    }


def _median(seconds: list[float]) -> Figure:
    return figure(1000 * statistics.median(seconds), "ms", n=len(seconds))
