"""Does every query find its rows by an index, however many there are? Each function of storage is called."""

import asyncio
import importlib
import inspect
import json
import pkgutil
import types
from collections.abc import Awaitable, Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeAliasType, Union, get_args, get_origin, get_type_hints

import asyncpg
import pytest
from pydantic import BaseModel, JsonValue
from sqlalchemy import event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

import storage
from contracts.tool import ToolContract
from storage.audit import NewRecord
from storage.data_keys import LocalMasterKeys, MasterKeys
from storage.database import Database
from storage.direct import driver_of
from storage.pack_activations import NothingToChange
from storage.pack_versions import UnknownVersion
from storage.requests import RequestRow
from storage.rewrite_texts import Rewrite
from storage.schema import metadata
from storage.step_writes import NewEvent, StepWrites
from storage.turns import TurnSoFar
from storage.vault import Vault
from tests.governance.governance_samples import MONEY, make_tool

SMALL = {
    "switches",
    "pack_versions",
    "pack_files",
    "pack_activations",
    "control_heads",
    "spending",
    "legal_holds",
    "erasures",
}
"""Tables that stay small however many customers write."""
OVER_ALL = {
    "audit.audit_heads": "an operator proves every trail",
    "data_keys.count_by_master": "an operator asks which keys are still in use",
    "data_keys.rewrap_keys": "an operator changes the master key, some keys at a time",
}
MASTERS = LocalMasterKeys(b"0" * 32)
LIMITS = [{"window": "1d", "per": per, "max": {"amount": 1, "currency": "EUR"}} for per in ("customer", "agent")]
LIMITED = make_tool("refund", "write", {"amount": MONEY}, limits=LIMITS)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
REQUEST = RequestRow(
    request_id="nobody",
    pack="nobody",
    pack_digest="d",
    channel="web",
    role="customer",
    assurance="verified",
    customer_id="nobody",
    opened_at=LONG_AGO,
)


def queries() -> Iterator[tuple[str, Callable[..., Awaitable[Any]]]]:
    """Every public function of storage that works on a connection, and the vault's."""
    for module in pkgutil.iter_modules(storage.__path__):
        if not module.ispkg:
            for name, found in vars(importlib.import_module(f"storage.{module.name}")).items():
                if getattr(found, "__module__", "") == f"storage.{module.name}" and is_query(name, found):
                    yield f"{module.name}.{name}", found
    for name, found in inspect.getmembers(Vault(MASTERS)):
        if is_query(name, found):
            yield f"vault.{name}", found


def is_query(name: str, found: Any) -> bool:
    is_public = inspect.iscoroutinefunction(found) and not name.startswith("_")
    return is_public and "connection" in inspect.signature(found).parameters


QUERIES = dict(queries())
KEPT_APART = {
    "pack_versions.store_version": "a pack's files; its tables are small",
    "requests.insert_request": "one row, which its caller makes",
}
CHECKED = sorted(QUERIES.keys() - OVER_ALL.keys() - KEPT_APART.keys())


def made_up(kind: Any) -> Any:
    """A value of this type, which names nothing that is stored."""
    known: dict[Any, Any] = {
        str: "nobody",
        int: 1,
        float: 0.5,
        bool: True,
        bytes: b"x",
        timedelta: timedelta(hours=1),
        datetime: LONG_AGO,
        Any: ["nobody"],
        JsonValue: "nothing",
        RequestRow: REQUEST,
        Vault: Vault(MASTERS),
        MasterKeys: MASTERS,
        ToolContract: LIMITED,
        NewRecord: NewRecord("nobody#1", "turn", {}),
        Rewrite: str,
        StepWrites: StepWrites(events=(NewEvent(type="status", data={}),), columns={"goal": "none"}),
        TurnSoFar: TurnSoFar(REQUEST, 0),
    }
    if kind in known:
        return known[kind]
    if isinstance(kind, TypeAliasType):
        return made_up(kind.__value__)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        needed = {name: field.annotation for name, field in kind.model_fields.items() if field.is_required()}
        return kind.model_validate({name: made_up(one) for name, one in needed.items()})
    return _composed(get_origin(kind), get_args(kind))


def _composed(origin: Any, of: tuple[Any, ...]) -> Any:
    if origin is Literal:
        return of[0]
    if origin in (Union, types.UnionType):
        return made_up(next(one for one in of if one is not type(None)))
    if origin in (dict, Mapping):
        return {}
    if origin is tuple and ... not in of:
        return tuple(made_up(one) for one in of)
    return [made_up(of[0])]


@contextmanager
def recorded(database: Database, connection: AsyncConnection, found: list[tuple[str, Any]]) -> Generator[None]:
    """Find the statements that are executed meanwhile, with their parameters: by SQLAlchemy, and past it."""
    driver = driver_of(connection)

    def record(_1: Any, _2: Any, statement: str, parameters: Any, *_: Any) -> None:
        found.append((statement, parameters))

    def record_direct(logged: asyncpg.connection.LoggedQuery) -> None:
        if "handrail." in logged.query:  # the driver asks for types besides
            found.append((logged.query, tuple(logged.args)))

    event.listen(database.engine.sync_engine, "before_cursor_execute", record)
    driver.add_query_logger(record_direct)
    try:
        yield
    finally:
        driver.remove_query_logger(record_direct)
        event.remove(database.engine.sync_engine, "before_cursor_execute", record)


class RolledBack(Exception):
    """Nothing of it is kept."""


async def statements_of(database: Database, query: Callable[..., Awaitable[Any]], request_id: str) -> list[Any]:
    """What the function sends to the database; it is rolled back, and may well find nothing to work on."""
    hints = get_type_hints(query)
    asked = [one.name for one in inspect.signature(query).parameters.values() if one.kind is not one.VAR_KEYWORD]
    values = {name: made_up(hints[name]) for name in asked if name != "connection"}
    values |= {"request_id": request_id} if "request_id" in values else {}
    values |= {"data": "{}"} if hints.get("data") is str else {}
    found = list[tuple[str, Any]]()
    # what it has sent until it fails is recorded
    with suppress(SQLAlchemyError, LookupError, ValueError, UnknownVersion, NothingToChange, RolledBack):
        async with database.begin() as connection:
            with recorded(database, connection, found):
                await query(**values | {"connection": connection})
                await asyncio.sleep(0)  # what the driver logs comes with the next round of the loop
            raise RolledBack
    return found


SHORT = {
    str(index.name)
    for table in metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["postgresql"]["where"] is not None
} - {"requests_kept"}
"""Indexes of what waits for something: of few rows, at whatever time."""


def searched(plan: dict[str, Any]) -> Iterator[str]:
    """What a plan goes through from end to end."""
    kind, index = plan["Node Type"], plan.get("Index Name")
    table = plan.get("Relation Name")
    through_index = index is not None and "Index Cond" not in plan and index not in SHORT
    if (kind == "Seq Scan" or through_index) and table not in SMALL:
        yield f"{kind} of {table or index}, {plan.get('Filter', 'all')}"
    for inner in plan.get("Plans", ()):
        yield from searched(inner)


async def slow_scans(database: Database, statement: str, parameters: Any) -> list[str]:
    """How this statement goes through a whole table even where that is the last thing that the planner would do."""
    async with database.begin() as connection:
        await connection.execute(text("SET LOCAL enable_seqscan = off"))
        planned = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
        found = planned.scalar_one()
    (plan,) = json.loads(found) if isinstance(found, str) else found
    return list(searched(plan["Plan"]))


async def test_a_missing_index_is_noticed(database: Database) -> None:
    by_goal = "SELECT goal FROM handrail.requests WHERE goal = 'x'"
    assert await slow_scans(database, by_goal, ()) == ["Seq Scan of requests, (goal = 'x'::text)"]
    in_order = "SELECT body FROM handrail.inbox WHERE body = 'x' ORDER BY request_id, message_key"
    (found,) = await slow_scans(database, in_order, ())
    assert found.startswith("Index Scan of inbox")


@pytest.mark.parametrize("name", CHECKED)
async def test_a_query_finds_its_rows_by_an_index(database: Database, request_id: str, name: str) -> None:
    sent = await statements_of(database, QUERIES[name], request_id)
    assert sent, "its check would pass on nothing"
    found = [scan for statement, parameters in sent for scan in await slow_scans(database, statement, parameters)]
    assert found == []
