"""Has a record of the audit trail been changed?"""

import hashlib
from collections.abc import Sequence
from typing import Final

from pydantic import JsonValue

from contracts.model import Contract
from governance.canonical import canonical_bytes

GENESIS: Final = "0" * 64


class ChainedRecord(Contract):
    """One audit record as stored: its content, the hash before it and its own."""

    record: dict[str, JsonValue]
    previous: str
    hash: str


def next_hash(previous: str, record: dict[str, JsonValue]) -> str:
    """Return the hash of a record after `previous` (the chain starts at GENESIS): SHA-256, in hexadecimal.

    The previous hash has a fixed length, so that no two pairs give the same bytes. Raises ValueError when it has not.
    """
    if len(previous) != len(GENESIS):
        raise ValueError(f"the previous hash {previous!r} has not {len(GENESIS)} characters; start at GENESIS")
    return hashlib.sha256(previous.encode() + b"\n" + canonical_bytes(record)).hexdigest()


def verify(records: Sequence[ChainedRecord], *, head: str | None = None) -> int | None:
    """Return the index of the first record that does not fit the chain, or None when all fit.

    With `head` (the last hash, kept elsewhere) a cut tail is found too: the index is then the number of records.
    """
    previous = GENESIS
    for index, row in enumerate(records):
        if row.previous != previous or row.hash != next_hash(previous, row.record):
            return index
        previous = row.hash
    return len(records) if head is not None and head != previous else None
