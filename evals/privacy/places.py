"""Where could a value lie? Every place that the machine writes to, read as its bytes."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
from google.protobuf.json_format import MessageToJson
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from evals.conversation import headers, standin
from evals.records import ask, rows
from evals.stack import Stack

type Read = Callable[[], bytes]

COMPANIES_OWN = "The demo companies' own tables hold the values by right: only Handrail's schema is searched."
_TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'handrail' ORDER BY table_name"


class Prompts:
    """What the models have received. The stand-in keeps the last requests only, so that they are fetched meanwhile."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._seen: dict[int, bytes] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on_fetching, daemon=True)

    def __enter__(self) -> "Prompts":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _go_on_fetching(self) -> None:
        while not self._over.wait(0.5):
            self.fetch()

    def fetch(self) -> None:
        """Take what has come since."""
        for one in standin(self._stack, "GET", "/_requests").json()["requests"]:
            self._seen[int(one["n"])] = json.dumps(one, ensure_ascii=False).encode()

    def __len__(self) -> int:
        return len(self._seen)

    def read(self) -> bytes:
        """All of them. Raises RuntimeError where some have been missed."""
        self.fetch()
        missed = set(range(min(self._seen, default=1), max(self._seen, default=0) + 1)) - set(self._seen)
        if missed:
            raise RuntimeError(f"{len(missed)} prompts came too fast to be fetched: the search would be of no use")
        return b"\n".join(self._seen.values())


def places(stack: Stack, prompts: Prompts, *, more_metrics: str) -> Mapping[str, Read]:
    """How each place is read. `more_metrics`: the address of a process that is measured besides ours."""
    return {
        **{place: lambda name=name: read_table(stack, name) for name, place in table_names(stack).items()},
        "Temporal's database": lambda: b"\n".join([*read_temporal_tables(stack).values(), _temporal_files(stack)]),
        "histories, attributes, memos": lambda: ask(read_histories(stack)),
        "logs": lambda: b"\n".join(path.read_bytes() for path in _logs(stack.folder)),
        "metrics": lambda: _metrics(stack, more_metrics),
        "prompts": prompts.read,
        "desk": lambda: _desk(stack),
    }


def table_names(stack: Stack) -> dict[str, str]:
    """Every table of Handrail's schema, also the vault with what it seals: its name, and what the place is called."""
    return {str(row["table_name"]): f"table {row['table_name']}" for row in rows(stack, _TABLES)}


def read_table(stack: Stack, name: str) -> bytes:
    """Every row of a table of ours."""
    query = f'SELECT t::text AS line FROM handrail."{name}" t'
    return "\n".join(str(row["line"]) for row in rows(stack, query)).encode()


def _logs(folder: Path) -> list[Path]:
    found = sorted(folder.rglob("*.log"))
    if not found:
        raise RuntimeError("there are no logs to search")
    return found


def read_temporal_tables(stack: Stack) -> dict[str, bytes]:
    """Every cell of every table of Temporal's database, whole also where the file has cut it over pages."""
    with closing(sqlite3.connect(f"file:{stack.folder / 'temporal.db'}?mode=ro", uri=True)) as connection:
        connection.text_factory = bytes
        names = [row[0].decode() for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: b"\n".join(_cells(connection, name)) for name in names}


def _temporal_files(stack: Stack) -> bytes:
    """The bytes of its files, with what was deleted and not written over yet."""
    return b"\n".join(path.read_bytes() for path in sorted(stack.folder.glob("temporal.db*")))


def _cells(connection: sqlite3.Connection, name: str) -> Iterator[bytes]:
    for row in connection.execute(f'SELECT * FROM "{name}"'):
        yield from (cell if isinstance(cell, bytes) else str(cell).encode() for cell in row if cell is not None)


async def read_histories(stack: Stack) -> bytes:
    """Every workflow as the server's API tells of it: history, search attributes, memo, id, details."""
    client = await Client.connect(stack.temporal_address)
    found: list[str] = []
    async for run in client.list_workflows():
        handle = client.get_workflow_handle(run.id, run_id=run.run_id)
        found.append(run.id)
        try:
            described, history = await handle.describe(), await handle.fetch_history()
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:  # deleted, and still listed for a moment
                raise
        else:
            found += [MessageToJson(described.raw_description), history.to_json()]
    return "\n".join(found).encode()


def _metrics(stack: Stack, more: str) -> bytes:
    addresses = [*(stack.metrics_url(name) for name in stack.handrail()), more]
    return b"\n".join(httpx2.get(one, trust_env=False).content for one in addresses)


def _desk(stack: Stack) -> bytes:
    """What a person at the desk may read of every request, events included."""
    found: list[bytes] = []
    for row in rows(stack, "SELECT request_id, pack FROM handrail.requests WHERE erased_at IS NULL"):
        staff = headers("A1", "agent", pack=row["pack"])
        for base in ("/v1/requests/", "/v1/desk/requests/"):
            answer = stack.http.get(f"{stack.url}{base}{row['request_id']}", headers=staff)
            found.append(answer.content)
    found.append(_queue(stack))
    return b"\n".join(found)


def _queue(stack: Stack) -> bytes:
    answers: list[Any] = [
        stack.http.get(f"{stack.url}/v1/desk/queue", headers=headers("A1", "agent", pack=pack)).content
        for pack in stack.companies
    ]
    return b"\n".join(answers)
