"""What does each step of a turn take and give? References and labels, never text."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from contracts.model import Contract, Sparse
from contracts.request import FollowUp, MessageArrived, OpenSet, PlanStep, RouteName, Status, Stimulus, Tier

CodeOutcome = Literal["none", "part", "wrong", "locked", "proved", "resend"]
"""What a message was to the one-time code that is awaited."""


class TurnRef(Contract):
    """Which turn of which request an activity works for."""

    request_id: str
    turn: int
    stimulus: Stimulus


class Wish(Contract):
    """One of several wishes of a message: the intent it most likely states, and whether that is sure."""

    intent: str
    confidence: float = 0.0
    sure: bool = False


class Classified(Sparse):
    """What the classifier says of a message. `intent` is empty where it abstains."""

    intent: str = ""
    confidence: float = 0.0
    complexity: Literal["simple", "complex"] = "complex"
    route: RouteName = "planner"
    risk: Literal["low", "medium", "high"] = "low"
    flow: str | None = None
    wants_person: bool = False
    angry: bool = False
    decision: Literal["yes", "no", "code", "neither"] = "neither"
    """A written answer to the open confirmation; `code`: a yes by the code that stands on its card."""
    code: CodeOutcome = "none"
    small_talk: bool = False
    intent_on: bool = True
    pack_on: bool = True
    in_scope: bool = False
    """It speaks of what the pack knows, even where the intent is unsure: a planning model may understand it."""
    wishes: tuple[Wish, ...] = ()
    """Where the message states several wishes: each of them, in its order; empty for a single one."""


class Screened(Sparse):
    """What screening found: flags only; nothing is dropped silently."""

    flags: tuple[str, ...] = ()
    to_person: bool = False


class Retrieved(Sparse):
    """Which passages may answer the message: ids, best first."""

    passages: tuple[str, ...] = ()


class CallModel(Sparse):
    """One model call: which turn and step, on which tier, answering what was withheld before, if anything."""

    ref: TurnRef
    step: int
    tier: Tier
    route: RouteName
    intent: str = ""
    confidence: float = 0.0
    passages: tuple[str, ...] = ()
    wishes: tuple[Wish, ...] = ()
    repair_of: int | None = None
    """The step whose reply was withheld; its reasons go into this prompt."""


class AdvanceFlow(Contract):
    """One stretch of a controlled path, up to its next question, tool call or end."""

    ref: TurnRef
    step: int
    flow: str


class Thought(Sparse):
    """What a model or a flow decided in one step. The content is in the entries; this is what the workflow needs."""

    outcome: Literal["replied", "acts", "planned", "withheld", "escalates", "wants_person", "ended", "lost"]
    """`lost`: the person won the request while the reply was being written."""
    calls: int = 0
    """How many company tools it wants to call."""
    plan: tuple[PlanStep, ...] | None = None
    reason: str = ""
    cost_micro: int = 0
    asks: bool = False
    """The reply asks the customer something."""
    beyond_repair: bool = False
    """What was withheld is not tried again: a flow has no other words, and a leak gets no second try."""
    shown_set: str = ""
    """The open set whose card the reply has shown once more."""


class GuardCalls(Sparse):
    """Judge the calls that step `step` proposed."""

    ref: TurnRef
    step: int
    plan_tools: tuple[str, ...] | None = None
    """Tools of the accepted plan; None where a flow, whose steps are the plan, proposes."""


class GuardedCall(Sparse):
    """The verdict on one proposed call."""

    index: int
    tool: str
    kind: Literal["read", "write"]
    allowed: bool
    code: str = ""
    effect_id: str = ""


class Guarded(Sparse):
    """The verdicts on all calls of one step, and the set that its writes form: pending, or confirmed by nobody's need.

    `held`: a person has taken the request over meanwhile, so that nothing was judged.
    """

    calls: tuple[GuardedCall, ...] = ()
    open_set: OpenSet | None = None
    refused: int = 0
    held: bool = False

    @property
    def contradicted(self) -> bool:
        """Whether a write was stopped because systems say different things of what it depends on."""
        return any(call.code == "contradicted" for call in self.calls)


class InvokeTool(Sparse):
    """Carry out one allowed call: a read by its place, or a write by its effect."""

    ref: TurnRef
    step: int
    index: int = 0
    tool: str = ""
    effect_id: str = ""
    purpose: Literal["call", "compensation", "follow_up"] = "call"


class ToolOutcome(Sparse):
    """What became of a tool call, without its result."""

    status: Literal["done", "refused", "stale", "uncertain", "not_sent", "unreliable"]
    code: str = ""
    follow_up: FollowUp | None = None
    settled: bool = False
    """For a follow-up read: the company's process has come to its end."""
    ms: int = 0


class DecideSet(Contract):
    """Write a decision on a set into the database, which authorises its effects or ends them.

    `approval_role` is the approver's, once one was asked; `expires_at` is until when an approval is awaited.
    """

    ref: TurnRef
    set_id: str
    state: Literal["awaiting_approval", "confirmed", "declined", "void", "expired"]
    by: str = ""
    expires_at: datetime | None = None
    approval_role: str | None = None
    approved_by: tuple[str, ...] = ()


class SendCode(Contract):
    """Send the customer a one-time code for exactly this set of writes."""

    ref: TurnRef
    step: int
    set_id: str


class CodeSent(Contract):
    """What became of a code: on its way, too soon or too often, the customer is locked, or nothing could be sent."""

    status: Literal["sent", "too_soon", "locked", "failed"]


class OfferSet(Contract):
    """The one-time code was right: the customer may confirm the set until `expires_at`."""

    ref: TurnRef
    step: int
    set_id: str
    expires_at: datetime


class ShowSet(Contract):
    """Other words stand behind the card of an open set: show it again, and ask again."""

    ref: TurnRef
    step: int
    set_id: str


class SetShown(Contract):
    """Whether the set was still open, and its card is shown."""

    is_open: bool


class RemindApprovers(Contract):
    """An approval is still awaited, and expires soon."""

    ref: TurnRef
    set_id: str


class ReportSet(Contract):
    """Put the results of a decided set in front of the model, as an observation."""

    ref: TurnRef
    step: int
    set_id: str
    decision: Literal["confirmed", "declined", "void", "expired", "denied"]


class Say(Contract):
    """Say one of the pack's own wordings to the customer."""

    ref: TurnRef
    step: int
    wording: str
    role: str | None = None
    """Whom the wording names, by the pack's role."""


class HandOver(Contract):
    """Put the request into the desk's queue."""

    ref: TurnRef
    step: int
    reason: str


class RecordTurn(Contract):
    """What the turn came to, recorded in one transaction."""

    ref: TurnRef
    intent: str = ""
    confidence: float = 0.0
    route: str = ""
    reason: str = ""
    status: Status = "waiting_for_customer"
    flags: tuple[str, ...] = ()


class CloseRequest(Contract):
    """Close the request, unless a message waits or an effect is unsettled."""

    request_id: str
    outcome: Literal["resolved", "resolved_by_person", "abandoned", "refused"] = "resolved"


class FindMissed(Contract):
    """Which messages were accepted and never signalled?"""

    request_id: str


class Missed(Contract):
    """Accepted messages that no turn has finished yet, in the order of the inbox."""

    messages: tuple[MessageArrived, ...] = Field(default=())


class Closed(Contract):
    """Whether the request is closed, and if not, why."""

    closed: bool
    because: str = ""
    pending: tuple[MessageArrived, ...] = Field(default=())
