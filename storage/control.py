"""What have operators switched off, and under which policy do we act?"""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.model import Contract
from governance.switches import Switches
from storage.tables import policy_epochs, switches


async def read_switches(connection: AsyncConnection, pack: str) -> Switches:
    """Everything of this pack that is off."""
    query = select(switches.c.kind, switches.c.name).where(switches.c.pack == pack, switches.c.on.is_(False))
    off: dict[str, set[str]] = {}
    for row in await connection.execute(query):
        off.setdefault(row.kind, set()).add(row.name)
    return Switches.model_validate({kind: frozenset(names) for kind, names in off.items()})


async def set_switch(
    connection: AsyncConnection, pack: str, kind: str, name: str, *, on: bool, by: str, reason: str
) -> None:
    """Switch a tool, intent, model or pack on or off; T2 sees it at its next statement."""
    values: dict[str, Any] = {"on": on, "by": by, "reason": reason}
    statement = insert(switches).values(pack=pack, kind=kind, name=name, **values)
    keys = [switches.c.pack, switches.c.kind, switches.c.name]
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_={**values, "at": func.now()}))


async def list_switches(connection: AsyncConnection, pack: str | None = None) -> list[dict[str, Any]]:
    """Every switch that was ever set, newest first."""
    query = select(switches).order_by(switches.c.at.desc())
    if pack is not None:
        query = query.where(switches.c.pack == pack)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


class PoliciesInForce(Contract):
    """Which pack version's policies are in force, and since which epoch."""

    epoch: int
    digest: str


async def activate_policy(connection: AsyncConnection, pack: str, digest: str) -> int:
    """Make this pack digest's policies the ones in force; a change raises the epoch, which T2 checks."""
    statement = insert(policy_epochs).values(pack=pack, epoch=1, digest=digest)
    statement = statement.on_conflict_do_update(
        index_elements=[policy_epochs.c.pack],
        set_={"epoch": policy_epochs.c.epoch + 1, "digest": digest, "activated_at": func.now()},
        where=policy_epochs.c.digest != digest,
    )
    await connection.execute(statement)
    return await policy_epoch(connection, pack)


async def policies_in_force(connection: AsyncConnection, pack: str) -> PoliciesInForce | None:
    """The policies in force, or None before any activation: then nothing is allowed."""
    query = select(policy_epochs.c.epoch, policy_epochs.c.digest).where(policy_epochs.c.pack == pack)
    row = (await connection.execute(query)).mappings().first()
    return PoliciesInForce.model_validate(dict(row)) if row else None


async def policy_epoch(connection: AsyncConnection, pack: str) -> int:
    """The epoch of the policies in force; 0 before any activation."""
    in_force = await policies_in_force(connection, pack)
    return in_force.epoch if in_force else 0
