"""How is a statement that every turn sends given to the driver, without its being put together or looked up again?"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import asyncpg
from sqlalchemy import ClauseElement
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError
from sqlalchemy.ext.asyncio import AsyncConnection

_DIALECT: Any = asyncpg_dialect.dialect()


DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What the driver raises; the last of them where a connection went while something was under way on it."""


class Direct:
    """A statement of named parameters. It is compiled at its first use, and sent past SQLAlchemy's own execution.

    That takes a third of the CPU. It belongs to the transaction of the connection it is given, which is one of
    `Database.begin` or `Database.single`: one that SQLAlchemy begins by itself has not begun yet. It raises what
    SQLAlchemy raises; values come as the driver gives them, which is as SQLAlchemy would for all our types.
    """

    def __init__(self, build: Callable[[], ClauseElement]) -> None:
        self._build = build

    @cached_property
    def _sent(self) -> "_Sent":
        return _compiled(self._build())

    async def rows(self, connection: AsyncConnection, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows that the statement returns, by column name."""
        driver, sent = driver_of(connection), self._sent
        try:
            found = await driver.fetch(sent.text, *sent.arguments(values))
        except DRIVER_ERRORS as error:
            raise as_told_by_sqlalchemy(error, lost=driver.is_closed()) from error
        return [dict(record.items()) for record in found]

    async def first(self, connection: AsyncConnection, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """The first row, or None."""
        found = await self.rows(connection, values)
        return found[0] if found else None

    async def scalar(self, connection: AsyncConnection, values: Mapping[str, Any]) -> Any:
        """The first column of the first row; None where there is none."""
        row = await self.first(connection, values)
        return None if row is None else next(iter(row.values()))


class _Sent(NamedTuple):
    """What the driver is given: the text, its parameters' names in order, those that have a value, and conversions."""

    text: str
    names: tuple[str, ...]
    given: Mapping[str, Any]
    into: Mapping[str, Callable[[Any], Any]]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order of the statement's parameters; KeyError where one is missing."""
        found: list[Any] = []
        for name in self.names:
            value = values[name] if name in values else self.given[name]
            convert = self.into.get(name)
            found.append(value if convert is None else convert(value))
        return found


def _compiled(statement: Any) -> _Sent:
    compiled: Any = statement.compile(dialect=_DIALECT)
    if compiled.post_compile_params:
        raise ValueError("a list of any length stands in the statement: its text would change with what is given")
    needed = {name for name, bind in compiled.binds.items() if bind.required}
    converters = {
        name: bind.type.dialect_impl(_DIALECT).bind_processor(_DIALECT) for name, bind in compiled.binds.items()
    }
    return _Sent(
        text=compiled.string,
        names=tuple(compiled.positiontup or ()),
        given={name: value for name, value in compiled.params.items() if name not in needed},
        into={name: convert for name, convert in converters.items() if convert is not None},
    )


def driver_of(connection: AsyncConnection) -> Any:
    """The driver's own connection."""
    sync: Any = connection.sync_connection
    return sync.connection.driver_connection


def as_told_by_sqlalchemy(error: Exception, *, lost: bool) -> DBAPIError:
    """The driver's error as SQLAlchemy would tell of it, without the statement, so that callers know one kind only."""
    kind, lost = DBAPIError, lost or isinstance(error, asyncpg.InternalClientError)
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        kind = IntegrityError
    elif isinstance(error, asyncpg.InterfaceError | asyncpg.InternalClientError):
        kind = InterfaceError
    return kind(None, None, error, hide_parameters=True, connection_invalidated=lost)
