"""What must a thinker know of a request? Everything that both tiers are given, read in one transaction."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.companies import Companies, Company
from contracts.facts import Contradiction, Fact
from contracts.pack import Pack
from contracts.voice import Wording
from governance.contradictions import find_contradictions
from storage.effects import EffectRow, effects_of
from storage.entries import Entry, read_transcript
from storage.facts import read_facts
from storage.requests import RequestRow, read_request
from storage.sets import SetRow, open_set_of
from storage.vault import Vault

TURNS_IN_VIEW = 20
"""Older turns are left out of prompts: the structured state carries what still counts."""


@dataclass(frozen=True)
class Scene:
    """The structured state of a request. `known` (kind, value, token) stays in memory, and so does `tokens`."""

    request: RequestRow
    company: Company
    transcript: list[Entry]
    facts: list[Fact]
    effects: list[EffectRow]
    open_set: SetRow | None
    known: list[tuple[str, str, str]]
    earlier: RequestRow | None = None
    """The closed request that this one goes on from."""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def tokens(self) -> dict[str, str]:
        """The value of each token."""
        return {token: value for _, value, token in self.known}

    @property
    def pack(self) -> Pack:
        """The pack that the request runs under."""
        return self.company.pack

    @property
    def wording(self) -> Wording:
        """The pack's words in the language that the customer writes."""
        return self.pack.wording(self.request.locale)

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """What the company's systems say differently, by everything that this request has read."""
        systems = {name: tool.system for name, tool in self.pack.tools.items()}
        return find_contradictions(self.facts, systems, self.pack.authorities)

    @property
    def observations(self) -> list[dict[str, Any]]:
        """Every observation of the transcript: call id and JSON text."""
        return [entry.body for entry in self.transcript if entry.kind == "observation"]

    @property
    def customer_words(self) -> list[str]:
        """What the customer wrote, personal values as tokens."""
        return [str(entry.body["text"]) for entry in self.transcript if entry.kind == "message"]


async def read_scene(
    connection: AsyncConnection, vault: Vault, companies: Companies, request_id: str, turn: int, *, lock: bool = False
) -> Scene:
    """Read the scene of this turn; with `lock` the request's row stays locked. LookupError for an unknown request."""
    request = await read_request(connection, request_id, lock=lock)
    if request is None:
        raise LookupError(f"there is no request {request_id!r}")
    return Scene(
        request=request,
        company=await companies.of(connection, request),
        transcript=await read_transcript(connection, request_id, since_turn=max(0, turn - TURNS_IN_VIEW)),
        facts=await read_facts(connection, request_id),
        effects=await effects_of(connection, request_id),
        open_set=await open_set_of(connection, request_id),
        known=await vault.known_values(connection, request_id),
        earlier=await read_request(connection, request.follows) if request.follows else None,
    )
