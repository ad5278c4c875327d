"""What does the demonstration need beside the real interface? Who one may be, and a token for it. Development only."""

import asyncio
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx2
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict

from contracts.errors import Refused
from contracts.pack import Pack
from contracts.principal import OF_ALL_PACKS, STAFF, Role
from workers.gateway.service import TheService
from workers.settings import is_loopback
from workers.token import mint_token

_OF_PROXIES = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


async def only_from_here(request: Request) -> None:
    """Refuse (404) whoever comes through a proxy or under another name than this machine's own.

    A gateway behind a proxy listens on the loopback address too, and these tokens are for everybody.
    """
    if not is_loopback(request.url.hostname or "") or any(header in request.headers for header in _OF_PROXIES):
        raise Refused(404, "not_found", "The demonstration is open to this machine alone.")


router = APIRouter(prefix="/demo", tags=["demo"], include_in_schema=False, dependencies=[Depends(only_from_here)])


class TokenIn(BaseModel):
    """Whose token is wanted: a demo customer's, or one of the desk."""

    model_config = ConfigDict(extra="forbid")
    customer_id: str | None = None
    role: Role = "customer"
    pack: str | None = None
    """Of which company; by default the first that is served. Operators are of all where none is named."""


class Cast(BaseModel):
    """Who one may be at one company; empty where its demo systems do not answer."""

    pack: str
    company: str
    about: str
    people: list[dict[str, Any]] = []
    visitor: dict[str, Any] | None = None


@router.get("/people")
async def people(service: TheService) -> dict[str, Any]:
    """The companies that are served with their story people, and which model answers; `people` are the first one's."""
    label = "stand-in model, not an LLM" if service.settings.uses_standin else "a language model"
    packs = [await service.packs.current(name) for name in service.packs]
    tiers = [tier for pack in packs for tier in pack.manifest.tiers.values()]
    note = ", ".join(dict.fromkeys(tier.model for tier in tiers))
    model = {"label": label, "stand_in": service.settings.uses_standin, "note": note}
    casts = await asyncio.gather(*(_cast(pack) for pack in packs))
    first = casts[0].people if casts else []
    return {"people": first, "companies": [cast.model_dump() for cast in casts], "model": model}


async def _cast(pack: Pack) -> Cast:
    """Ask the company's own systems who their story people are: where they are, one who is asked is there too."""
    told = {"pack": pack.name, "company": pack.manifest.title, "about": pack.manifest.about}
    try:
        async with httpx2.AsyncClient(trust_env=False, timeout=2) as http:
            found = (await http.get(f"{_systems_of(pack)}/_people")).json()
        return Cast.model_validate({**told, **{name: found[name] for name in ("people", "visitor") if name in found}})
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, TypeError):
        return Cast.model_validate(told)


@router.get("/mailbox")
async def mailbox(
    service: TheService, customer_id: Annotated[str, Query(max_length=40)], pack: str | None = None
) -> dict[str, Any]:
    """What a demo customer finds in their own mail, newest first, such as a one-time code; empty where nothing is."""
    chosen = await service.packs.current(pack if pack in service.packs.names else service.packs.names[0])
    try:
        async with httpx2.AsyncClient(trust_env=False, timeout=2) as http:
            answer = await http.get(f"{_systems_of(chosen)}/_mailbox", params={"customer_id": customer_id})
            return {"letters": answer.json().get("letters", []) if answer.status_code == 200 else []}
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError):
        return {"letters": []}


def _systems_of(pack: Pack) -> str:
    """Where the company's demo systems are: all at one address."""
    address = urlsplit(next(iter(pack.systems.values())).server if pack.systems else "")
    return f"{address.scheme}://{address.netloc}"


@router.post("/token")
async def token(body: TokenIn, service: TheService) -> dict[str, Any]:
    """A development token; a visitor needs none."""
    pack = body.pack or service.packs.names[0]
    if body.customer_id is not None:
        return {"token": mint_token(service.settings, body.customer_id, "customer", pack=pack)}
    if body.role in STAFF:
        its_pack = body.pack if body.role in OF_ALL_PACKS else pack
        return {"token": mint_token(service.settings, f"demo-{body.role}", body.role, pack=its_pack)}
    return {"token": None}
