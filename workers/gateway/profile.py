"""What is personal about the signed-in customer? Their record, read once a request, so that their values are known."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.delegate_rights import DelegatedTokens
from activities.egress import http_client
from activities.learn_values import learn_values
from activities.send_request import Answered, Lost, Sent, send_request
from contracts.pack import Pack
from contracts.principal import Acting
from governance.pointers import find_texts
from storage.requests import RequestRow
from storage.vault import Vault
from workers.gateway.service import Service

log = structlog.get_logger(__name__)

WITHIN = timedelta(seconds=2)
"""For the whole answer: a message is not accepted before."""
_SOURCE = "profile"


@dataclass(frozen=True)
class Profile:
    """Personal values (kind, value) of the customer's record."""

    values: tuple[tuple[str, str], ...] = ()

    async def store(self, connection: AsyncConnection, vault: Vault, request_id: str) -> None:
        """Make the values known to this request's vault."""
        await vault.tokens_for(connection, request_id, list(self.values), source=_SOURCE)

    async def learn(self, connection: AsyncConnection, vault: Vault, request_id: str) -> None:
        """Make the values known although the customer has written before: what is kept of it is masked again."""
        await learn_values(connection, vault, request_id, list(self.values), source=_SOURCE)


async def recall_customer(service: Service, pack: Pack, row: RequestRow) -> Profile:
    """The profile that could not be read when the request was opened; empty where it was."""
    if row.customer_id is None or pack.manifest.profile_tool is None:
        return Profile()
    async with service.database.begin() as connection:
        if await service.vault.knows_from(connection, row.request_id, _SOURCE):
            return Profile()
    return await remember_customer(service, pack, row.model_dump(include={"request_id", "customer_id", "assurance"}))


async def remember_customer(service: Service, pack: Pack, row: dict[str, Any]) -> Profile:
    """The customer's profile by the pack's profile tool; empty for visitors, and where the system does not answer.

    What could not be read now is asked for again with the next message, and masked by then at every prompt.
    """
    tool = pack.manifest.profile_tool
    if row["customer_id"] is None or tool is None:
        return Profile()
    contract = pack.tools[tool]
    acting = Acting(customer_id=row["customer_id"], role="customer", assurance=row["assurance"])
    now = datetime.now(UTC)
    token = DelegatedTokens(service.settings.systems_secret.get_secret_value()).mint(
        contract, acting, row["request_id"], pack.name, now=now, until=now + WITHIN
    )
    arguments = dict.fromkeys(contract.identity_arguments, row["customer_id"])
    sent: Sent = Lost("Timeout")
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(WITHIN.total_seconds()), http_client(service.settings.egress) as http:
            sent = await send_request(
                http,
                contract,
                contract.request(arguments),
                token=token,
                keys=service.settings.system_keys,
                idempotency_key=None,
                within=WITHIN,
            )
    if not isinstance(sent, Answered) or not sent.succeeded:
        log.warning("profile_unread", request_id=row["request_id"])
        return Profile()
    found = [
        (personal.kind, value)
        for personal in contract.overlay.personal
        for _, value in find_texts(sent.body, personal.pointer)
    ]
    return Profile(tuple(dict.fromkeys(found)))
