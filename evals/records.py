"""What do a machine's own tables hold? Queries for tests and measurements, which are no part of the machine."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from evals.stack import Stack


def ask[T](question: Coroutine[Any, Any, T]) -> T:
    """The answer of a coroutine, for a caller that is none; on a thread, since the caller's own loop may be running."""
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


def run_all(stack: Stack, statements: list[tuple[str, dict[str, Any]]]) -> None:
    """Run statements with their values, in one transaction."""

    async def run() -> None:
        engine = create_async_engine(stack.database_url)
        try:
            async with engine.begin() as connection:
                for statement, given in statements:
                    await connection.execute(text(statement), given)
        finally:
            await engine.dispose()

    ask(run())
