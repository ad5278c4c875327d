"""Which statements in the database server's log are a turn's own, and which are what Handrail asks every second?"""

import re
from collections import defaultdict
from typing import Final

FRAMES: Final = frozenset({"BEGIN", "COMMIT", "ROLLBACK"})
"""Round trips that are no statements of ours: the edges of a transaction."""
_RECORD: Final = re.compile(r"\n(?=\d{4}-\d\d-\d\d )")
_LINE: Final = re.compile(r"\[(\d+)\] handrail LOG:  duration: \S+ ms  (?:execute \S+|statement): ((\w+).*)", re.DOTALL)
_SWEEPS: Final = "SKIP LOCKED"
"""Only the sweeper's statements, once a second, pass locked rows by; a change of the master key does so too."""
_FOLLOWS: Final = re.compile(r"FROM handrail\.pack_activations\b")
"""Alone in its transaction this is a process that looks, once a second, for another pack version."""


def turn_words(log: str) -> list[str]:
    """The first word of every round trip of Handrail's processes, but for transactions of what runs by the clock.

    `log` is PostgreSQL's, with every statement's duration and the prefix `%m [%p] %a `. Transactions are told apart by
    the server process that carries them out; one that the log ends in counts as far as it came.
    """
    words: list[str] = []
    open_ones: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for record in _RECORD.split(log):
        match = _LINE.search(record)
        if match is None:
            continue
        process, statement, word = match[1], match[2], match[3].upper()
        open_ones[process].append((word, statement))
        if word in ("COMMIT", "ROLLBACK") or open_ones[process][0][0] != "BEGIN":
            words += _of_a_turn(open_ones.pop(process))
    return words + [word for rest in open_ones.values() for word in _of_a_turn(rest)]


def _of_a_turn(transaction: list[tuple[str, str]]) -> list[str]:
    said = [statement for word, statement in transaction if word not in FRAMES]
    sweeps = any(_SWEEPS in statement for statement in said)
    follows = len(said) == 1 < len(transaction) and _FOLLOWS.search(said[0]) is not None
    return [] if sweeps or follows else [word for word, _ in transaction]
