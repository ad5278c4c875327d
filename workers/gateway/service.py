"""What do the gateway's handlers share?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request
from temporalio.client import Client

from contracts.errors import Refused
from contracts.pack import Pack
from contracts.principal import STAFF, Principal
from storage.database import Database
from storage.requests import RequestRow, read_request
from storage.vault import Vault
from workers.gateway.authenticate import authenticate
from workers.gateway.delivery import Delivery
from workers.gateway.listener import EventListener
from workers.gateway.tokenise import Tokeniser
from workers.settings import Settings


@dataclass(frozen=True)
class Service:
    """The gateway's clients."""

    settings: Settings
    database: Database
    client: Client
    vault: Vault
    packs: Mapping[str, Pack]
    tokeniser: Tokeniser
    listener: EventListener
    delivery: Delivery

    def temporal_url(self, request_id: str) -> str | None:
        """Where operators see the request's workflow."""
        if not self.settings.temporal_ui_url:
            return None
        base = self.settings.temporal_ui_url.rstrip("/")
        return f"{base}/namespaces/{self.client.namespace}/workflows/{request_id}"


def get_service(request: Request) -> Service:
    """The service that the application was started with."""
    return cast("Service", request.app.state.service)


async def get_principal(request: Request) -> Principal:
    """Who calls: a bearer token's owner, or a visitor without one."""
    return await authenticate(request.headers.get("authorization"), get_service(request).settings)


TheService = Annotated[Service, Depends(get_service)]
Caller = Annotated[Principal, Depends(get_principal)]


async def visible_request(service: Service, request_id: str, caller: Principal) -> RequestRow:
    """The request, if this caller may see it; otherwise 404, whether it exists or not.

    A visitor's request is held by whoever knows its id (80 random bits) and is not signed in as a customer.
    """
    async with service.database.begin() as connection:
        row = await read_request(connection, request_id)
    if row is None or not _may_see(row, caller):
        raise Refused(404, "not_found", f"There is no request {request_id[:60]!r} for you.")
    return row


def _may_see(row: RequestRow, caller: Principal) -> bool:
    if caller.pack is not None and caller.pack != row.pack:
        return False
    if caller.role in STAFF:
        return True
    return row.customer_id == caller.subject if row.customer_id is not None else caller.role == "visitor"


def require_role(caller: Principal, *roles: str) -> None:
    """Refuse anybody else: 401 without a token, 403 with another role."""
    if caller.role in roles:
        return
    if caller.role == "visitor":
        raise Refused(401, "sign_in", "Sign in: this needs a token with one of the roles " + ", ".join(roles) + ".")
    raise Refused(403, "wrong_role", f"The role {caller.role!r} may not do this; it takes one of {', '.join(roles)}.")
