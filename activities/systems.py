"""What does a tool call need to reach a company's system?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import httpx2
from pydantic import SecretStr

from activities.companies import Companies
from activities.delegate_rights import DelegatedTokens
from activities.find_names import NameFinder
from activities.names_in_result import find_names_in_result
from activities.send_request import Answered, Sent, Unmade, send_request
from contracts.tool import ToolContract
from contracts.values import JsonObject
from storage.database import Database
from storage.requests import RequestRow
from storage.vault import Vault


@dataclass(frozen=True)
class Systems:
    """The clients of the tool activities. `time_scale` shortens a pack's days in demonstrations and tests."""

    database: Database
    vault: Vault
    companies: Companies
    http: httpx2.AsyncClient
    tokens: DelegatedTokens
    time_scale: float = 1.0
    keys: Mapping[str, SecretStr] = field(default_factory=dict[str, SecretStr])
    """The operator's keys for systems that do not take our tokens, by name."""
    names: NameFinder | None = None
    """A language model for names in free text, where the operator has set one up."""

    async def send(
        self,
        contract: ToolContract,
        arguments: JsonObject,
        request: RequestRow,
        *,
        now: datetime,
        until: datetime,
        idempotency_key: str | None,
    ) -> Sent:
        """Send one call with personal values resolved, under a fresh delegated token that ends at `until`."""
        try:
            http = contract.request(arguments)
        except (KeyError, ValueError):
            return Unmade("unsendable")
        token = self.tokens.mint(contract, request.acting, request.request_id, request.pack, now=now, until=until)
        sent = await send_request(
            self.http,
            contract,
            http,
            token=token,
            keys=self.keys,
            idempotency_key=idempotency_key,
            within=contract.overlay.timeout,
        )
        if not isinstance(sent, Answered):
            return sent
        return replace(sent, names=await find_names_in_result(self.names, contract, sent.body))
