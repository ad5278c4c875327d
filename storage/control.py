"""What have operators switched off?"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import BindParameter, RowMapping, ScalarSelect, Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from governance.kept_reasons import keep_reason
from governance.switches import Switches
from storage.control_audit import append_control
from storage.control_tables import switches


async def read_switches(connection: AsyncConnection, pack: str) -> Switches:
    """Everything of this pack that is off."""
    return switches_of((await connection.execute(switches_off(pack))).mappings())


def switches_off(pack: str | BindParameter[Any] | ScalarSelect[Any]) -> Select[Any, Any]:
    """The query for everything of this pack that is off."""
    return select(switches.c.kind, switches.c.name).where(switches.c.pack == pack, switches.c.on.is_(False))


def switches_of(rows: Iterable[Mapping[str, Any] | RowMapping]) -> Switches:
    """What is off, from the rows of `switches_off`."""
    off: dict[str, set[str]] = {}
    for row in rows:
        off.setdefault(row["kind"], set()).add(row["name"])
    return Switches.model_validate({kind: frozenset(names) for kind, names in off.items()})


async def set_switch(
    connection: AsyncConnection, pack: str, kind: str, name: str, *, on: bool, by: str, reason: str
) -> str:
    """Switch a tool, intent, model or pack on or off, with its record; T2 sees it at its next statement.

    Returns the reason as it is kept.
    """
    kept = keep_reason(reason)
    values: dict[str, Any] = {"on": on, "by": by, "reason": kept}
    statement = insert(switches).values(pack=pack, kind=kind, name=name, **values)
    keys = [switches.c.pack, switches.c.kind, switches.c.name]
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_={**values, "at": func.now()}))
    await append_control(connection, pack, "switch", {"switch": kind, "name": name, **values})
    return kept


async def list_switches(connection: AsyncConnection, pack: str | None = None) -> list[dict[str, Any]]:
    """Every switch that was ever set, newest first."""
    query = select(switches).order_by(switches.c.at.desc())
    if pack is not None:
        query = query.where(switches.c.pack == pack)
    return [dict(row) for row in (await connection.execute(query)).mappings()]
