"""What does the gateway say to its clients? Its answers and events, parsed."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from contracts.model import Contract
from contracts.reply_parts import Buttons, ReplyPart

RESTING = frozenset(
    {
        "idle",
        "waiting_for_code",
        "waiting_for_confirmation",
        "waiting_for_approval",
        "waiting_for_person",
        "waiting_for_company",
        "closed",
    }
)
"""States of a request in which somebody else than the agent has the next move."""


class CardLine(Contract):
    """One line of a confirmation."""

    label: str
    value: str


class Card(Contract):
    """A set of writes as it is shown to whom decides on it."""

    title: str = ""
    lines: tuple[CardLine, ...] = ()
    total: str | None = None


class Status(Contract):
    """Event `status`: what the request does or waits for."""

    type: Literal["status"]
    state: str
    text: str = ""


class PlanStep(Contract):
    """One step of the plan."""

    id: str
    title: str
    state: str


class PlanShown(Contract):
    """Event `plan`."""

    type: Literal["plan"]
    goal: str = ""
    steps: tuple[PlanStep, ...] = ()


class ToolUsed(Contract):
    """Event `tool`."""

    type: Literal["tool"]
    call: str
    text: str
    state: str


class Sentence(Contract):
    """Event `reply.sentence`: one checked sentence, with the white space behind it."""

    type: Literal["reply.sentence"]
    turn: int
    call: str
    index: int
    text: str
    notice: str = ""
    """Before the first words of a request: that an automated assistant writes them."""


class Retracted(Contract):
    """Event `reply.retract`: the sentences of this call count no more."""

    type: Literal["reply.retract"]
    turn: int
    call: str


class Replied(Contract):
    """Event `reply.done`. `cost_usd` is what the turn's model calls have cost."""

    type: Literal["reply.done"]
    turn: int
    text: str
    by: str
    notice: str = ""
    parts: tuple[ReplyPart, ...] = ()
    sources: tuple[str, ...] = ()
    temporal_url: str | None = None
    cost_usd: float | None = None


class Confirmation(Card):
    """Event `confirm`; only one that waits for a code or is open has title, lines and digest."""

    type: Literal["confirm"]
    set_id: str
    state: str
    digest: str = ""
    expires_at: datetime | None = None
    sent_to: str = ""
    """While `state` is `code`: where the one-time code went, in part."""


class Approval(Contract):
    """Event `approval`."""

    type: Literal["approval"]
    set_id: str
    state: str
    role: str | None = None
    approvers: int = 1
    approvals: int = 0
    reminded: bool = False


class Handoff(Contract):
    """Event `handoff`; `who` is the role of the person."""

    type: Literal["handoff"]
    state: str
    reason: str = ""
    who: str | None = None


class Closed(Contract):
    """Event `closed`."""

    type: Literal["closed"]
    outcome: str = ""


Event = Status | PlanShown | ToolUsed | Sentence | Retracted | Replied | Confirmation | Approval | Handoff | Closed
_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="type")])


def parse_event(kind: str, data: dict[str, Any]) -> Event | None:
    """The event, or None for one of a later version."""
    try:
        return _EVENT.validate_python({**data, "type": kind})
    except ValidationError:
        return None


class Opened(Contract):
    """The answer to a new request."""

    request_id: str
    status: str


class Decided(Contract):
    """The answer to a decision."""

    decision: str = ""


class OpenRequest(Contract):
    """A customer's open request."""

    request_id: str
    status: str
    opened_at: str


class OpenRequests(Contract):
    """A customer's open requests, newest first."""

    requests: tuple[OpenRequest, ...] = ()


class TranscriptLine(Contract):
    """What somebody said."""

    turn: int
    who: str
    text: str
    notice: str = ""
    parts: tuple[ReplyPart, ...] = ()

    @property
    def beside(self) -> str:
        """What the customer saw besides the words, in a line for the desk; empty where there was nothing."""
        shown = [", ".join(part.choices) if isinstance(part, Buttons) else part.title for part in self.parts]
        return "; ".join([*([self.notice] if self.notice else []), *shown])


class RequestShown(Contract):
    """A request as its owner or the desk sees it."""

    request_id: str
    status: str
    route: str | None = None
    intent: str | None = None
    goal: str | None = None
    plan: tuple[PlanStep, ...] | None = None
    holder: str = "agent"
    transcript: tuple[TranscriptLine, ...] = ()
    cost_usd: float = 0.0
    temporal_url: str | None = None
    last_event: int = 0


class AnsweringModel(Contract):
    """Which model answers; `label` says so to people."""

    label: str = ""
    stand_in: bool = False


class DemoPeople(Contract):
    """What the demonstration says of itself."""

    model: AnsweringModel = AnsweringModel()


class Letter(Contract):
    """Something in a demo customer's mailbox."""

    text: str


class Mailbox(Contract):
    """A demo customer's mail, newest first."""

    letters: tuple[Letter, ...] = ()


class DemoToken(Contract):
    """A development token; None for a visitor."""

    token: str | None = None


class QueueItem(Contract):
    """A request in the desk's hands."""

    request_id: str
    pack: str
    reason: str
    state: str
    epoch: int
    claimed_by: str | None = None
    created_at: datetime
    summary: dict[str, Any] = Field(default_factory=dict)


class WaitingApproval(Contract):
    """A set of writes that waits for an approver."""

    set_id: str
    request_id: str
    card: Card
    role: str
    digest: str
    expires_at: datetime
    approvers: int = 1
    approved_by: tuple[str, ...] = ()
    reminded: bool = False


class Queue(Contract):
    """What waits for people, dangers to a life first and then the oldest."""

    items: tuple[QueueItem, ...] = ()
    approvals: tuple[WaitingApproval, ...] = ()


class Effect(Contract):
    """A write, and how far it is."""

    effect_id: str
    tool: str
    state: str
    arguments: dict[str, Any] = Field(default_factory=dict)
    problem: dict[str, Any] | None = None


class DeskView(Contract):
    """A request with its whole state, in tokens."""

    request: RequestShown
    summary: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    facts: tuple[dict[str, Any], ...] = ()
