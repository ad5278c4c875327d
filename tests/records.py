"""What lies where? Every text that the machine has written: its database, Temporal's file, its logs, the prompts."""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from pathlib import Path

from evals.records import ask, rows, value
from storage.schema import metadata
from tests.conversation import standin
from tests.stack import Stack

__all__ = ["PLACES", "ask", "in_logs", "in_postgres", "in_prompts", "in_temporal", "rows", "value"]

BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")
HEX = re.compile(r"\\x((?:[0-9a-f]{2})+)")


def in_postgres(stack: Stack, request_id: str) -> str:
    """Every row of every table of ours that is of this request, as text; bytes are read as text too."""
    tables = [table.name for table in metadata.sorted_tables if "request_id" in table.c]
    query = "SELECT t::text AS line FROM handrail.{} t WHERE request_id = :r"
    lines = [str(row["line"]) for name in tables for row in rows(stack, query.format(name), r=request_id)]
    return "\n".join(line + _hex_as_text(line) for line in lines)


def _hex_as_text(line: str) -> str:
    return "".join("\n" + bytes.fromhex(found[1]).decode("latin-1") for found in HEX.finditer(line))


def in_temporal(stack: Stack, _: str = "") -> str:
    """The bytes of Temporal's database and of its write-ahead log, with everything in base64 decoded beside them."""
    raw = b"\n".join(path.read_bytes() for path in sorted(stack.folder.glob("temporal.db*")))
    return (raw + b"\n" + b"\n".join(_decoded(raw))).decode("latin-1")


def _decoded(raw: bytes) -> Iterator[bytes]:
    for found in BASE64.finditer(raw):
        try:
            yield base64.b64decode(found[0] + b"=" * (-len(found[0]) % 4))
        except binascii.Error:
            continue


def in_logs(stack: Stack, _: str = "") -> str:
    """What every process has printed."""
    logs: list[Path] = sorted(stack.folder.glob("*.log"))
    assert logs
    return "\n".join(path.read_text(errors="replace") for path in logs)


def in_prompts(stack: Stack, _: str = "") -> str:
    """Every request that a model has received."""
    return json.dumps(standin(stack, "GET", "/_requests").json(), ensure_ascii=False)


PLACES = {"PostgreSQL": in_postgres, "Temporal": in_temporal, "the logs": in_logs, "the prompts": in_prompts}
