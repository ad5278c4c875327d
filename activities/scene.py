"""What must a thinker know of a request? Everything that both tiers are given, read by one statement."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.companies import Companies, Company
from contracts.facts import Contradiction, Fact
from contracts.pack import Pack
from contracts.voice import Wording
from governance.contradictions import find_contradictions
from governance.switches import Switches
from storage.effects import EffectRow
from storage.entries import Entry
from storage.pack_activations import Activation
from storage.requests import RequestRow, lock_request, read_request
from storage.scene_rows import read_scene_rows
from storage.sets import SetRow
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
    switches: Switches = field(default_factory=Switches)
    activation: Activation | None = None
    """What was active of the pack then; None where nobody asked."""
    tainted: bool = False
    """Text of somebody else than the customer has entered the request's prompts."""
    cost_micro: int = 0
    """What the turn's model calls have cost before it."""
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
    """Read the scene of this turn, as of one moment. LookupError for an unknown request.

    With `lock` the request's row is locked first, so that the scene is the newest, and stays so until the commit.
    """
    if lock:
        await lock_request(connection, request_id)
    rows = await read_scene_rows(connection, request_id, turn=turn, since_turn=max(0, turn - TURNS_IN_VIEW))
    if rows is None:
        raise LookupError(f"there is no request {request_id!r}")
    return Scene(
        request=rows.request,
        company=await companies.of(connection, rows.request),
        transcript=rows.transcript,
        facts=rows.facts,
        effects=rows.effects,
        open_set=rows.open_set,
        known=await vault.open_values(request_id, rows.sealed),
        switches=rows.switches,
        activation=rows.activation,
        tainted=rows.tainted,
        cost_micro=rows.cost_micro,
        earlier=await read_request(connection, rows.request.follows) if rows.request.follows else None,
    )
