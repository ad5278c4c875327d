"""On whose behalf does a request act?"""

from typing import Literal

from contracts.model import Contract

Role = Literal["visitor", "customer", "agent", "supervisor", "operator", "compliance"]
Assurance = Literal["anonymous", "identified", "verified", "stepped_up"]
STAFF: frozenset[Role] = frozenset({"agent", "supervisor", "operator", "compliance"})
OF_ALL_PACKS: frozenset[Role] = frozenset({"visitor", "operator"})
"""Whose token need not name a pack: who has none, and who runs the installation."""


class Principal(Contract):
    """The authenticated caller, as the gateway's token says. `subject` is None for a visitor."""

    subject: str | None = None
    role: Role = "visitor"
    pack: str | None = None
    level: int = 1

    @property
    def assurance(self) -> Assurance:
        """How sure we are of who it is: a visitor is anonymous, a signed-in customer verified."""
        return "anonymous" if self.role == "visitor" else "verified"

    @property
    def key(self) -> str:
        """A stable key of the caller, under which Idempotency-Keys are kept."""
        return f"{self.role}:{self.subject or '-'}"


class Acting(Contract):
    """The end user a request acts for, as stored with the request: what tool calls and policies see."""

    customer_id: str | None = None
    role: Role = "visitor"
    assurance: Assurance = "anonymous"
    level: int = 1
    reservations: tuple[str, ...] = ()
    """Records that an identified visitor proved to know (code and name): reads only."""
