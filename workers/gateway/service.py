"""What do the gateway's handlers share?"""

import re
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request
from temporalio.client import Client

from contracts.errors import Refused
from contracts.principal import OF_ALL_PACKS, STAFF, Principal
from storage.database import Database
from storage.requests import RequestRow, read_request
from storage.vault import Vault
from workers.gateway.authenticate import TokenHolder, authenticate
from workers.gateway.delivery import Delivery
from workers.gateway.listener import EventListener
from workers.gateway.rate_limit import RateLimit
from workers.gateway.served_packs import ServedPacks
from workers.gateway.tokenise import Tokeniser
from workers.settings import Settings

_REQUEST_ID = re.compile("request-[0-9a-z]{26}")


@dataclass(frozen=True)
class Service:
    """The gateway's clients."""

    settings: Settings
    database: Database
    client: Client
    vault: Vault
    packs: ServedPacks
    tokeniser: Tokeniser
    listener: EventListener
    delivery: Delivery
    limit: RateLimit

    @property
    def only_pack(self) -> str | None:
        """The pack's name where a single one is served."""
        return self.packs.names[0] if len(self.packs) == 1 else None

    def temporal_url(self, request_id: str, caller: Principal) -> str | None:
        """Where operators see the request's workflow: for them, and on one's own machine for everybody."""
        may_see = caller.role in STAFF or self.settings.is_private
        if not self.settings.temporal_ui_url or not may_see:
            return None
        base = self.settings.temporal_ui_url.rstrip("/")
        return f"{base}/namespaces/{self.client.namespace}/workflows/{request_id}"


def get_service(request: Request) -> Service:
    """The service that the application was started with."""
    return cast("Service", request.app.state.service)


async def get_principal(request: Request) -> TokenHolder:
    """Who calls: a bearer token's owner, or a visitor without one. All but operators are of exactly one pack."""
    service = get_service(request)
    caller = await authenticate(request.headers.get("authorization"), service.settings)
    if caller.role in OF_ALL_PACKS or caller.pack is not None:
        return caller
    pack = service.only_pack
    if pack is None:
        detail = f"Several companies are served here: a token of the role {caller.role!r} names its one (claim `pack`)."
        raise Refused(403, "pack_required", detail)
    return caller.model_copy(update={"pack": pack})


TheService = Annotated[Service, Depends(get_service)]
Caller = Annotated[TokenHolder, Depends(get_principal)]


async def visible_request(service: Service, request_id: str, caller: Principal) -> RequestRow:
    """The request, if this caller may see it; otherwise 404, whether it exists or not.

    A visitor's request is held by whoever knows its id (80 random bits) and is not signed in as a customer.
    """
    row = None
    if _REQUEST_ID.fullmatch(request_id):
        async with service.database.single() as connection:
            row = await read_request(connection, request_id)
    if row is None or not _may_see(row, caller):
        raise Refused(404, "not_found", f"There is no request {request_id[:60]!r} for you.")
    return row


def _may_see(row: RequestRow, caller: Principal) -> bool:
    if row.restricted and caller.role != "compliance":
        return False
    if caller.pack is not None and caller.pack != row.pack:
        return False
    if caller.role in STAFF:
        return True
    if row.customer_id is None:
        return caller.role == "visitor"
    return caller.role == "customer" and row.customer_id == caller.subject


def require_role(caller: Principal, *roles: str) -> None:
    """Refuse anybody else: 401 without a token, 403 with another role."""
    if caller.role in roles:
        return
    if caller.role == "visitor":
        raise Refused(401, "sign_in", "Sign in: this needs a token with one of the roles " + ", ".join(roles) + ".")
    raise Refused(403, "wrong_role", f"The role {caller.role!r} may not do this; it takes one of {', '.join(roles)}.")
