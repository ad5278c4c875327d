"""Which versions of a pack are active, in which shares, and since which epoch of its policies?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import RowMapping, ScalarSelect, Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.errors import NotReady
from contracts.model import Contract
from governance.kept_reasons import keep_reason
from governance.pack_shares import Share, policies_for, split, whole
from storage.control_audit import append_control, lock_control
from storage.control_tables import pack_activations
from storage.pack_versions import find_version

Kind = Literal["activated", "split", "rolled_back"]


class NothingToChange(NotReady):
    """An activation cannot be made of what is active now: the message says why."""

    code = "pack.nothing_to_change"


class Activation(Contract):
    """What is active since this epoch. The epoch rises with every activation, and T2 asks for the current one."""

    pack: str
    epoch: int = 0
    kind: Kind = "activated"
    shares: tuple[Share, ...] = ()
    restores: int | None = None
    by: str = ""
    reason: str = ""
    at: datetime | None = None

    def policies_of(self, request_id: str, digest: str) -> str | None:
        """The version whose policies judge this request; None before any activation."""
        return policies_for(request_id, digest, self.shares)


async def read_activations(connection: AsyncConnection, pack: str, limit: int = 50) -> list[Activation]:
    """The pack's activations, newest first."""
    return [to_activation(row) for row in (await connection.execute(activations_of(pack, limit))).mappings()]


def activations_of(pack: str | ScalarSelect[Any], limit: int) -> Select[Any]:
    """The query for the pack's activations, newest first."""
    query = select(pack_activations).where(pack_activations.c.pack == pack)
    return query.order_by(pack_activations.c.epoch.desc()).limit(limit)


def to_activation(row: Mapping[str, Any] | RowMapping) -> Activation:
    """The activation of a row."""
    stored: Sequence[tuple[str, int]] = row["shares"]
    shares = [Share(digest=digest, parts=parts) for digest, parts in stored]
    return Activation.model_validate({**row, "shares": shares})


async def current_activation(connection: AsyncConnection, pack: str, *, lock: bool = False) -> Activation:
    """What is active now: epoch 0 and no shares before the first activation, when nothing is allowed.

    With `lock` it stays so until the transaction ends.
    """
    if lock:
        await lock_control(connection, pack)
    newest = await read_activations(connection, pack, limit=1)
    return newest[0] if newest else Activation(pack=pack)


async def activate_version(connection: AsyncConnection, pack: str, digest: str, *, by: str, reason: str) -> Activation:
    """Give every new request this version, and put its policies in force. Raises UnknownVersion."""
    found = await find_version(connection, pack, digest)
    before = await current_activation(connection, pack, lock=True)
    return await _append(connection, before, "activated", whole(found.digest), by, reason)


async def split_version(
    connection: AsyncConnection, pack: str, digest: str, share: float, *, by: str, reason: str
) -> Activation:
    """Give this version a share of the new requests. Raises UnknownVersion, and NothingToChange for no fit share."""
    found = await find_version(connection, pack, digest)
    before = await current_activation(connection, pack, lock=True)
    try:
        shares = split(before.shares, found.digest, share)
    except ValueError as error:
        raise NothingToChange(str(error)) from error
    return await _append(connection, before, "split", shares, by, reason)


async def roll_back(connection: AsyncConnection, pack: str, *, by: str, reason: str) -> Activation:
    """Restore what was active before; again, what was active before that. Raises NothingToChange at the first one."""
    before = await current_activation(connection, pack, lock=True)
    earlier = await _before(connection, before)
    if earlier is None:
        raise NothingToChange(f"the pack {pack!r} has no earlier activation to roll back to")
    for share in earlier.shares:
        await find_version(connection, pack, share.digest)
    return await _append(
        connection, before, "rolled_back", earlier.shares, by, reason, restores=earlier.restores or earlier.epoch
    )


async def _before(connection: AsyncConnection, current: Activation) -> Activation | None:
    """The activation before the current one, or before the one that a rollback has restored."""
    earlier = pack_activations.c.epoch < (current.restores or current.epoch)
    query = select(pack_activations).where(pack_activations.c.pack == current.pack, earlier)
    row = (await connection.execute(query.order_by(pack_activations.c.epoch.desc()).limit(1))).mappings().first()
    return to_activation(row) if row else None


async def _append(
    connection: AsyncConnection,
    before: Activation,
    kind: Kind,
    shares: tuple[Share, ...],
    by: str,
    reason: str,
    restores: int | None = None,
) -> Activation:
    """The next epoch, with its record. An activation that changes nothing is none, and voids nobody's confirmation."""
    if shares == before.shares:
        return before
    parts = [[share.digest, share.parts] for share in shares]
    row = {"pack": before.pack, "epoch": before.epoch + 1, "kind": kind, "shares": parts}
    said = {"restores": restores, "by": by, "reason": keep_reason(reason)}
    await connection.execute(insert(pack_activations).values(**row, **said))
    await append_control(
        connection, before.pack, "activation", {"epoch": row["epoch"], "as": kind, "to": parts, **said}
    )
    return await current_activation(connection, before.pack)
