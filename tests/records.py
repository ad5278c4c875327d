"""What lies where? Every text that the machine has written: its database, Temporal's file, its logs, the prompts."""

import asyncio
import base64
import binascii
import json
import re
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.code_tables import metadata  # with every table that stands in it
from tests.conversation import standin
from tests.stack import Stack

BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")
HEX = re.compile(r"\\x((?:[0-9a-f]{2})+)")


def ask[T](question: Coroutine[Any, Any, T]) -> T:
    """The answer of a coroutine, for a test that is none; on a thread, since the tests' own loop may be running."""
    answers: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(asyncio.run(question))
        except BaseException as error:  # noqa: BLE001 - handed to the caller's thread
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
    return answers[0]


def rows(stack: Stack, query: str, **given: Any) -> list[dict[str, Any]]:
    """The rows of a query on the machine's database; a statement that changes rows is committed."""

    async def run() -> list[dict[str, Any]]:
        engine = create_async_engine(stack.database_url)
        try:
            async with engine.begin() as connection:
                found = await connection.execute(text(query), given)
                return [dict(row) for row in found.mappings()] if found.returns_rows else []
        finally:
            await engine.dispose()

    return ask(run())


def value(stack: Stack, query: str, **given: Any) -> Any:
    """The single value of a query."""
    ((found,),) = [tuple(row.values()) for row in rows(stack, query, **given)]
    return found


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
