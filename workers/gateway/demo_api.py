"""What does the demonstration need beside the real interface? Who one may be, and a token for it. Development only."""

from typing import Any

import httpx2
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from contracts.principal import Role
from workers.gateway.service import TheService
from workers.token import mint_token

router = APIRouter(prefix="/demo", tags=["demo"], include_in_schema=False)


class TokenIn(BaseModel):
    """Whose token is wanted: a demo customer's, or one of the desk."""

    model_config = ConfigDict(extra="forbid")
    customer_id: str | None = None
    role: Role = "customer"
    pack: str | None = None
    """Whose customer; by default of the first company that is served."""


@router.get("/people")
async def people(service: TheService) -> dict[str, Any]:
    """The story people of the demo company, and which model answers."""
    settings = service.settings
    label = "stand-in model, not an LLM" if settings.uses_standin else "a language model"
    tiers = [tier for pack in service.packs.values() for tier in pack.manifest.tiers.values()]
    note = ", ".join(dict.fromkeys(tier.model for tier in tiers))
    model = {"label": label, "stand_in": settings.uses_standin, "note": note}
    base = settings.pack_variables["HANDRAIL_SYSTEMS_URL"]
    try:
        async with httpx2.AsyncClient(trust_env=False, timeout=2) as http:
            found = (await http.get(f"{base}/_people")).json()
    except (httpx2.HTTPError, ValueError):
        found = {"people": []}
    rows = found if isinstance(found, list) else found.get("people", [])
    return {"people": rows, "model": model}


@router.post("/token")
async def token(body: TokenIn, service: TheService) -> dict[str, Any]:
    """A development token; a visitor needs none."""
    pack = body.pack or next(iter(service.packs))
    if body.customer_id is not None:
        return {"token": mint_token(service.settings, body.customer_id, "customer", pack=pack)}
    if body.role in ("agent", "supervisor", "operator", "compliance"):
        return {"token": mint_token(service.settings, f"demo-{body.role}", body.role)}
    return {"token": None}
