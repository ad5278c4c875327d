"""How does the harness look behind a demo company's counter, and what does it plant there?"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2
from sqlalchemy import text

from evals.attack.judging import Effect
from storage.database import Database

ADMIN = {"Authorization": "Bearer demo-admin"}


@dataclass
class Company:
    """One demo company: the names of its systems and, once it runs, its address and the database under it."""

    systems: Sequence[str]
    url: str = ""
    database: Database | None = None
    calm: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while the next call of some operation is to fail, so that it is nobody else's call."""

    async def effects(self) -> list[Effect]:
        """Every row of the systems' own append-only ledgers, in the order of their times."""
        rows: list[dict[str, Any]] = []
        for system in self.systems:
            answer = await self.call("GET", "/_ledger", params={"system": system, "limit": "10000"})
            rows.extend(answer["rows"])
        return [Effect.of(row) for row in sorted(rows, key=lambda row: row["started_at"])]

    async def call(self, method: str, path: str, **given: Any) -> Any:
        """A call of the control interface. Raises RuntimeError for anything but a success."""

        def send() -> httpx2.Response:
            return httpx2.request(method, f"{self.url}{path}", headers=ADMIN, timeout=60, trust_env=False, **given)

        answer = await asyncio.to_thread(send)
        if answer.status_code >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer.json()

    async def plant(self, statement: str, values: Mapping[str, object]) -> None:
        """Change the company's own tables: what somebody wrote there is now what the systems answer.

        Raises RuntimeError where nothing was changed, since a planted text that is nowhere proves nothing.
        """
        assert self.database is not None, "the company does not run yet"
        async with self.database.begin() as connection:
            changed = await connection.execute(text(statement), dict(values))
        if changed.rowcount < 1:
            raise RuntimeError(f"nothing was planted by {statement!r}")
