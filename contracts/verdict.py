"""What did a guard or a reply check decide, and why?"""

from collections.abc import Iterable
from typing import Final, Literal

from contracts.model import Contract

Outcome = Literal["allow", "deny", "confirm", "approve", "repair", "hand_over"]
ReplyOutcome = Literal["release", "repair", "replace", "hand_over"]
FindingKind = Literal[
    "money",
    "percent",
    "date",
    "time",
    "identifier",
    "count",
    "measure",
    "action",
    "markup",
    "secret",
    "token",
    "forbidden",
    "identity",
    "promise",
    "language",
    "length",
]

_STOPS: Final = frozenset({"deny", "repair", "hand_over"})


class Verdict(Contract):
    """What one guard decided. `detail` and `advice` may be read by a model: they hold no personal data."""

    guard: str
    outcome: Outcome
    code: str
    detail: str = ""
    advice: str | None = None
    policy_version: str = ""

    @property
    def allowed(self) -> bool:
        """Whether the call may run without asking anybody."""
        return self.outcome == "allow"

    @property
    def stops(self) -> bool:
        """Whether no later guard can save the call."""
        return self.outcome in _STOPS


class Finding(Contract):
    """One thing a sentence states, as written and as normalised, and what backs it (empty: nothing does)."""

    kind: FindingKind
    text: str
    normal: str = ""
    source: str = ""

    @property
    def supported(self) -> bool:
        """Whether something in this request backs it."""
        return bool(self.source)


class ReplyVerdict(Contract):
    """Whether a sentence may go out, as `text` (markup removed), with the evidence found or missing."""

    outcome: ReplyOutcome
    code: str
    text: str = ""
    detail: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def released(self) -> bool:
        """Whether `text` may be shown."""
        return self.outcome == "release"

    @property
    def missing(self) -> tuple[Finding, ...]:
        """What the sentence states and nothing backs."""
        return tuple(finding for finding in self.findings if not finding.supported)


def combine(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict that decides: the first that stops, else the strongest need, else the last allowance.

    No verdict at all is a denial (`no_verdict`): a chain that judged nothing has allowed nothing.
    """
    seen = tuple(verdicts)
    if stopping := next((verdict for verdict in seen if verdict.stops), None):
        return stopping
    for need in ("approve", "confirm"):
        if asking := next((verdict for verdict in seen if verdict.outcome == need), None):
            return asking
    if seen:
        return seen[-1]
    return Verdict(guard="chain", outcome="deny", code="no_verdict", detail="No guard has judged this call.")
