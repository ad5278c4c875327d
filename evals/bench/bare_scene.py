"""What does the bare side remember of a conversation? What a model must read, in the memory of its one process."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from activities.companies import Company
from activities.finish_call import FIRST_OBSERVATION
from activities.scene import TURNS_IN_VIEW, Scene
from contracts.facts import Fact
from contracts.ids import entry_key
from contracts.steps import TurnRef
from evals.bench.kinds import KINDS, KNOWN
from storage.entries import Entry, EntryKind
from storage.requests import RequestRow


@dataclass
class Talk:
    """One conversation."""

    request_id: str
    company: Company
    customer: str | None
    entries: list[Entry] = field(default_factory=list[Entry])
    facts: list[Fact] = field(default_factory=list[Fact])
    plan: dict[str, Any] | None = None
    goal: str | None = None

    def scene(self, turn: int) -> Scene:
        """The scene of this turn, as the product's thinkers are given it."""
        pack = self.company.pack
        request = RequestRow(
            request_id=self.request_id,
            pack=pack.name,
            pack_digest=pack.digest,
            channel="web",
            customer_id=self.customer,
            role="customer" if self.customer else "visitor",
            assurance="verified" if self.customer else "anonymous",
            goal=self.goal,
            plan=self.plan,
            opened_at=datetime.now(UTC),
        )
        return Scene(
            request=request,
            company=self.company,
            transcript=[entry for entry in self.entries if entry.turn >= turn - TURNS_IN_VIEW],
            facts=self.facts,
            effects=[],
            open_set=None,
            known=self.known(),
        )

    def known(self) -> list[tuple[str, str, str]]:
        """(kind, value, token) of every personal value known of the customer."""
        return [(kind, value, f"<{kind}_1>") for kind, value in KNOWN] if self.customer else []

    def put(self, ref: TurnRef, step: int, n: int, kind: EntryKind, body: dict[str, Any]) -> None:
        """Remember an entry of the transcript."""
        key = entry_key(ref.turn, step, n)
        self.entries.append(Entry(entry_key=key, turn=ref.turn, step=step, n=n, kind=kind, body=body))

    def observe(self, ref: TurnRef, step: int, index: int, call_id: str, output: str) -> None:
        """Remember what a call came to."""
        body = {"call_id": call_id, "output": output}
        self.put(ref, step, FIRST_OBSERVATION + index, "observation", body)

    def calls(self, ref: TurnRef, step: int) -> list[Entry]:
        """The calls that a step proposed."""
        of_step = [entry for entry in self.entries if (entry.turn, entry.step) == (ref.turn, step)]
        return [entry for entry in of_step if entry.kind == "call"]


class Talks:
    """The conversations of this process. What is over a while ago is forgotten."""

    MOST = 4_000

    def __init__(self, company: Company) -> None:
        self._company = company
        self._talks: dict[str, Talk] = {}

    def of(self, ref: TurnRef) -> Talk:
        """The conversation that this turn belongs to."""
        if ref.request_id not in self._talks:
            while len(self._talks) >= self.MOST:
                del self._talks[next(iter(self._talks))]
            customer = KINDS[ref.stimulus.key].customer  # type: ignore[index]
            self._talks[ref.request_id] = Talk(ref.request_id, self._company, customer)
        return self._talks[ref.request_id]
