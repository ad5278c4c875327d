"""Which version of a pack serves customers? Operators list, activate, split by share and roll back."""

import contextlib
from collections.abc import AsyncGenerator
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.errors import Refused
from storage.pack_activations import (
    Activation,
    NothingToChange,
    activate_version,
    current_activation,
    read_activations,
    roll_back,
    split_version,
)
from storage.pack_folder import PackErrors
from storage.pack_versions import UnknownVersion, find_version, list_versions
from workers.gateway.control_api import operator_of
from workers.gateway.service import Caller, Service, TheService, require_role

router = APIRouter(prefix="/v1/control/packs", tags=["control"])
log = structlog.get_logger(__name__)

PackName = Annotated[str, Path(max_length=64)]


class ActivationIn(BaseModel):
    """Why it is done. `epoch`, where it is given, is the one that the operator has seen: 409 once another has acted."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=500)
    epoch: int | None = Field(default=None, ge=0)


class VersionIn(ActivationIn):
    """Which version: its digest, or the first 8 characters of it or more."""

    version: str = Field(max_length=64)


class SplitIn(VersionIn):
    """Which share of the new requests it takes: 0.3 is three in ten."""

    share: float = Field(gt=0, lt=1)


@router.get("/{pack}")
async def versions(pack: PackName, service: TheService, caller: Caller) -> dict[str, Any]:
    """The stored versions, what is active, and the activations so far."""
    require_role(caller, "operator", "supervisor", "compliance")
    if caller.pack not in (None, pack) or pack not in service.packs:
        raise Refused(404, "unknown_pack", f"There is no pack {pack!r} here.")
    async with service.database.begin() as connection:
        stored = await list_versions(connection, pack)
        history = await read_activations(connection, pack)
        active = await current_activation(connection, pack)
    return {
        "pack": pack,
        "active": show_activation(active),
        "versions": [one.model_dump(mode="json") for one in stored],
        "activations": [show_activation(one) for one in history],
    }


@router.post("/{pack}/activate")
async def activate(pack: PackName, body: VersionIn, service: TheService, caller: Caller) -> dict[str, Any]:
    """Give this version to every new request and put its policies in force; requests begun before go on as they are."""
    by = operator_of(service, caller, pack)
    async with _change(service, pack, body) as connection:
        await _must_be_fit(connection, service, pack, body.version)
        done = await activate_version(connection, pack, body.version, by=by, reason=body.reason)
    return _told(done, by)


@router.post("/{pack}/split")
async def split(pack: PackName, body: SplitIn, service: TheService, caller: Caller) -> dict[str, Any]:
    """Give this version a share of the new requests, chosen by a hash of the request's id; the rest keep the first."""
    by = operator_of(service, caller, pack)
    async with _change(service, pack, body) as connection:
        await _must_be_fit(connection, service, pack, body.version)
        done = await split_version(connection, pack, body.version, body.share, by=by, reason=body.reason)
    return _told(done, by)


@router.post("/{pack}/rollback")
async def rollback(pack: PackName, body: ActivationIn, service: TheService, caller: Caller) -> dict[str, Any]:
    """Restore what was active before; done again, what was active before that."""
    by = operator_of(service, caller, pack)
    async with _change(service, pack, body) as connection:
        done = await roll_back(connection, pack, by=by, reason=body.reason)
        for share in done.shares:
            await _must_be_fit(connection, service, pack, share.digest)
    return _told(done, by)


@contextlib.asynccontextmanager
async def _change(service: Service, pack: str, body: ActivationIn) -> AsyncGenerator[AsyncConnection]:
    """A transaction in which nobody else activates; what cannot be done is told as 404 or 409."""
    try:
        async with service.database.begin() as connection:
            current = await current_activation(connection, pack, lock=True)
            if body.epoch not in (None, current.epoch):
                detail = f"The epoch is {current.epoch} by now: look what has changed, then decide again."
                raise Refused(409, "moved_on", detail)
            yield connection
    except UnknownVersion as error:
        raise Refused(404, "unknown_version", str(error)) from error
    except NothingToChange as error:
        raise Refused(409, "nothing_to_change", str(error)) from error
    except PackErrors as error:
        raise Refused(409, "version_unfit", str(error)) from error


async def _must_be_fit(connection: AsyncConnection, service: Service, pack: str, named: str) -> None:
    """A version that this code cannot read, or for which a setting is missing, would stop every new request."""
    await service.packs.version(connection, (await find_version(connection, pack, named)).digest)


def _told(done: Activation, by: str) -> dict[str, Any]:
    log.info("pack_activated", pack=done.pack, epoch=done.epoch, by=by)
    return show_activation(done)


def show_activation(activation: Activation) -> dict[str, Any]:
    """An activation as JSON; shares as fractions of one."""
    shown = activation.model_dump(mode="json", exclude={"shares"})
    shares = [{"version": share.digest, "share": share.parts / 10_000} for share in activation.shares]
    return {**shown, "shares": shares}
