"""Is a customer who was erased named anywhere afterwards? By their id, which is no secret but is theirs."""

import re
import subprocess
import sys
import time
from collections.abc import Iterable

from evals.figures import ROOT
from evals.privacy.places import read_histories, read_table, read_temporal_tables, table_names
from evals.privacy.planted import Person
from evals.records import ask
from evals.stack import Stack

_PATIENCE = 90.0
"""Seconds that Temporal's server may take to delete histories behind its answer."""


def named_after_erasure(stack: Stack, people: Iterable[Person]) -> dict[str, list[str]]:
    """Erase these customers; for each that nothing held back the tables and places that still name them."""
    gone = [person.customer_id for person in people if _erase(stack, person)]
    found: dict[str, list[str]] = {customer: [] for customer in gone}
    for name, place in table_names(stack).items():
        for customer in _named(read_table(stack, name), gone):
            found[customer].append(place)
    for place, customers in _in_temporal(stack, gone).items():
        for customer in customers:
            found[customer].append(place)
    return found


def _in_temporal(stack: Stack, gone: list[str]) -> dict[str, list[str]]:
    """Who is named by rows that live; bytes of deleted ones stay in a file until its database writes over them."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        tables = {f"Temporal's {name}": data for name, data in read_temporal_tables(stack).items()}
        named = {
            place: _named(data, gone) for place, data in {**tables, "histories": ask(read_histories(stack))}.items()
        }
        if not any(named.values()) or time.monotonic() > deadline:
            return named
        time.sleep(1)


def _erase(stack: Stack, person: Person) -> bool:
    """Whether the customer is erased now; a write that must be kept, or a person's work, defers it."""
    command = [sys.executable, "-m", "workers", "erase", "--pack", person.pack, "--customer", person.customer_id]
    done = subprocess.run(command, env=stack.environment(), cwd=ROOT, capture_output=True, check=False, timeout=120)
    return done.returncode == 0


def _named(data: bytes, customers: Iterable[str]) -> list[str]:
    """The customers whose id stands in the data as a word of its own."""
    words = set(re.findall(rb"[A-Za-z0-9]+", data))
    return [customer for customer in customers if customer.encode() in words]
