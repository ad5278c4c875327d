"""What do operators change, live? Switches per tool, intent, model and pack, each with its record in a chain."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.errors import Refused
from contracts.pack import Pack
from contracts.principal import Principal
from storage.audit import AuditHead, audit_head, first_changed, read_audit
from storage.control import list_switches, set_switch
from storage.control_audit import chain_of, control_head
from storage.pack_activations import current_activation
from workers.gateway.service import Caller, Service, TheService, require_role, visible_request

router = APIRouter(tags=["control"])


class SwitchIn(BaseModel):
    """What is switched, and why. A model is named as the pack's tiers name it, or by its tier."""

    model_config = ConfigDict(extra="forbid")
    pack: str = Field(max_length=64)
    kind: Literal["tool", "intent", "model", "pack"]
    name: str = Field(max_length=200)
    on: bool
    reason: str = Field(default="", max_length=500)


@router.get("/v1/control/switches")
async def switches(
    service: TheService, caller: Caller, pack: Annotated[str | None, Query(max_length=64)] = None
) -> dict[str, Any]:
    """Every switch that was ever set, and the policy epoch of each pack; of the token's pack where it is for one."""
    require_role(caller, "operator", "supervisor", "compliance")
    wanted = caller.pack or pack
    async with service.database.begin() as connection:
        rows = await list_switches(connection, wanted)
        names = [name for name in service.packs if wanted in (None, name)]
        active = [await current_activation(connection, name) for name in names]
    policies = {one.pack: {"epoch": one.epoch, "digest": one.shares[0].digest} for one in active if one.shares}
    return {"switches": [{**row, "at": row["at"].isoformat()} for row in rows], "policies": policies}


@router.put("/v1/control/switches")
async def switch(body: SwitchIn, service: TheService, caller: Caller) -> dict[str, Any]:
    """Switch something on or off, everywhere: the next statement that would send a write or a sentence sees it."""
    by = operator_of(service, caller, body.pack)
    if not body.on and not body.reason.strip():
        raise Refused(422, "reason_required", "Say in `reason` why it is switched off; the record keeps it.")
    async with service.database.begin() as connection:
        if not await _is_known(connection, service, body):
            raise Refused(404, "unknown_switch", f"The pack {body.pack!r} has no {body.kind} {body.name!r}.")
        kept = await set_switch(connection, body.pack, body.kind, body.name, on=body.on, by=by, reason=body.reason)
    return body.model_dump() | {"reason": kept}


def operator_of(service: Service, caller: Principal, pack: str) -> str:
    """Who operates this pack. Raises Refused: 401 and 403 for others, 404 where the pack is not served here."""
    require_role(caller, "operator")
    if caller.pack not in (None, pack):
        raise Refused(403, "wrong_pack", f"Your token is for the pack {caller.pack!r} only.")
    if pack not in service.packs:
        raise Refused(404, "unknown_pack", f"There is no pack {pack!r} here.")
    return caller.subject or "operator"


async def _is_known(connection: AsyncConnection, service: Service, body: SwitchIn) -> bool:
    """Whether an active version has it. What was switched off is switched on again whatever became of it."""
    if body.on or body.kind == "pack":
        return body.kind != "pack" or body.name == body.pack
    return any(body.name in _names(pack, body.kind) for pack in await service.packs.active(connection, body.pack))


def _names(pack: Pack, kind: str) -> set[str]:
    tiers = pack.manifest.tiers
    models = {*tiers, *(tier.model for tier in tiers.values())}
    return {"tool": set(pack.tools), "intent": set(pack.intents), "model": models}[kind]


@router.get("/v1/requests/{request_id}/audit", tags=["audit"])
async def audit(request_id: str, service: TheService, caller: Caller) -> dict[str, Any]:
    """The request's chain of decisions and whether it holds."""
    require_role(caller, "compliance", "supervisor", "operator")
    row = await visible_request(service, request_id, caller)
    async with service.database.begin() as connection:
        head = await audit_head(connection, row.request_id)
        return {"request_id": request_id, **await _proved(connection, head)}


@router.get("/v1/control/audit", tags=["audit"])
async def control_audit(
    service: TheService, caller: Caller, pack: Annotated[str, Query(max_length=64)]
) -> dict[str, Any]:
    """What operators decided of this pack: who, when and why; and whether the chain holds."""
    require_role(caller, "compliance", "supervisor", "operator")
    if caller.pack not in (None, pack) or pack not in service.packs:
        raise Refused(404, "unknown_pack", f"There is no pack {pack!r} here.")
    async with service.database.begin() as connection:
        return {"chain": chain_of(pack), **await _proved(connection, await control_head(connection, pack))}


async def _proved(connection: AsyncConnection, head: AuditHead) -> dict[str, Any]:
    rows = await read_audit(connection, head.request_id)
    bad = first_changed(rows, head)
    records = [one.model_dump(mode="json") for one in rows]
    return {"records": records, "proof": {"holds": bad is None, "first_bad": bad, "head": head.head}}
