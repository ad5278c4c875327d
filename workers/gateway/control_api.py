"""What may operators change, live? Switches per tool, intent, model and pack; which policies are in force."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from contracts.errors import Refused
from storage.audit import audit_head, first_changed, read_audit
from storage.control import list_switches, policy_epoch, set_switch
from workers.gateway.service import Caller, TheService, require_role, visible_request

router = APIRouter(tags=["control"])


class SwitchIn(BaseModel):
    """What is switched, and why."""

    model_config = ConfigDict(extra="forbid")
    pack: str
    kind: Literal["tool", "intent", "model", "pack"]
    name: str
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
        epochs = {name: await policy_epoch(connection, name) for name in names}
    shown = [{**row, "at": row["at"].isoformat()} for row in rows]
    return {
        "switches": shown,
        "policies": {n: {"epoch": e, "digest": service.packs[n].digest} for n, e in epochs.items()},
    }


@router.put("/v1/control/switches")
async def switch(body: SwitchIn, service: TheService, caller: Caller) -> dict[str, Any]:
    """Switch something on or off, everywhere: the next statement that would send a write sees it."""
    require_role(caller, "operator")
    if caller.pack not in (None, body.pack):
        raise Refused(403, "wrong_pack", f"Your token is for the pack {caller.pack!r} only.")
    pack = service.packs.get(body.pack)
    known = {
        "tool": lambda: pack is not None and body.name in pack.tools,
        "intent": lambda: pack is not None and body.name in pack.intents,
        "model": lambda: pack is not None and body.name in {tier.model for tier in pack.manifest.tiers.values()},
        "pack": lambda: pack is not None and body.name == body.pack,
    }
    if not known[body.kind]():
        raise Refused(404, "unknown_switch", f"The pack {body.pack!r} has no {body.kind} {body.name!r}.")
    async with service.database.begin() as connection:
        by = caller.subject or "operator"
        await set_switch(connection, body.pack, body.kind, body.name, on=body.on, by=by, reason=body.reason)
    return body.model_dump()


@router.get("/v1/requests/{request_id}/audit", tags=["audit"])
async def audit(request_id: str, service: TheService, caller: Caller) -> dict[str, Any]:
    """The request's chain of decisions and whether it holds."""
    require_role(caller, "compliance", "supervisor", "operator")
    row = await visible_request(service, request_id, caller)
    async with service.database.begin() as connection:
        head = await audit_head(connection, row.request_id)
        rows = await read_audit(connection, row.request_id)
    bad = first_changed(rows, head)
    return {
        "request_id": request_id,
        "records": [one.model_dump(mode="json") for one in rows],
        "proof": {"holds": bad is None, "first_bad": bad, "head": head.head},
    }
