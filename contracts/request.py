"""What does the workflow carry of a request, and what do its callers say to it? References and labels, never text."""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from contracts.model import Contract, Sparse

RouteName = Literal["controlled", "fast", "planner", "person"]
Tier = Literal["fast", "planner"]
Status = Literal[
    "open",
    "working",
    "waiting_for_customer",
    "waiting_for_code",
    "waiting_for_confirmation",
    "waiting_for_approval",
    "waiting_for_person",
    "waiting_for_company",
    "closed",
]
SetState = Literal["awaiting_code", "pending", "awaiting_approval", "confirmed", "declined", "void", "expired"]
Holder = Literal["agent", "desk", "person"]


DEFAULT_PROVIDER = "default"
"""The models' server of the settings, as `ModelTier.provider` calls it."""


class Limits(Contract):
    """What the pack allows one request; copied at its start so that the workflow stays deterministic."""

    turn_deadline: timedelta = timedelta(seconds=20)
    tool_timeout: timedelta = timedelta(seconds=10)
    model_calls_per_turn: int = 12
    failures_before_person: int = 2
    repairs: int = 1
    intent_confidence: float = 0.6
    close_after: timedelta = timedelta(hours=24)
    confirmation_ttl: timedelta = timedelta(minutes=15)
    approval_ttl: timedelta = timedelta(hours=24)
    approval_reminder: timedelta = timedelta(hours=1)
    turns_per_run: int = 10
    providers: dict[Tier, str] = Field(default_factory=dict[Tier, str])
    """Who answers on each tier, which names the task queue of its calls; the default provider where nothing stands."""


class Stimulus(Sparse):
    """What a turn answers: a message, a decision on a confirmation, a due follow-up, a return by a person."""

    kind: Literal["message", "decision", "expired", "reminder", "follow_up", "returned"]
    key: str = ""
    """The message key, the set id or the follow-up's key."""
    seq: int = 0
    """The inbox number of a message."""


class OpenSet(Contract):
    """An ordered set of writes that waits for a one-time code, for the customer, and then perhaps for approvers."""

    set_id: str
    digest: str
    expires_at: datetime
    state: SetState = "pending"
    approval_role: str | None = None
    approvers: int = 1
    """How many different people have to approve it."""
    approved_by: tuple[str, ...] = ()
    requester: str | None = None
    effects: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    """The tool of each effect, in the same order: what Temporal's UI shows of it."""
    undoable: int = 0
    """How many of its first writes the pack can undo: as long as only these have begun, the customer may withdraw."""
    decided_by: str | None = None
    asked_approver: bool = False
    """The customer has confirmed it, and an approver was asked."""
    remind_at: datetime | None = None
    """When the desk is reminded of an approval that is still awaited; None once it was."""
    shown_in: int = 0
    """The turn in which its card was shown last."""

    @property
    def writes(self) -> tuple[tuple[str, str], ...]:
        """(effect id, tool) of each write, in order; the tool is empty in sets of before it was kept."""
        return tuple(zip(self.effects, self.tools or ("",) * len(self.effects), strict=True))


class FollowUp(Contract):
    """A company's process that we wait for: which effect started it, when to look again, how often."""

    effect_id: str
    due_at: datetime
    every: timedelta
    left: int


class PlanStep(Contract):
    """One step of the plan, without its title: the workflow needs no words."""

    id: str
    tool: str | None = None
    tier: Tier = "fast"


class RequestState(Sparse):
    """Everything the workflow carries over when it continues as new."""

    turn: int = 0
    queue: tuple[Stimulus, ...] = ()
    high_water: int = 0
    """Every message with an inbox number up to this one is in `queue` or processed, save those in `gaps`."""
    gaps: tuple[int, ...] = ()
    holder: Holder = "agent"
    epoch: int = 0
    open_set: OpenSet | None = None
    plan: tuple[PlanStep, ...] = ()
    failures: int = 0
    clarified: bool = False
    asked: bool = False
    flow: str | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    intent: str = ""
    route: str = ""
    status: Status = "open"
    close_at: datetime | None = None
    close_tries: int = 0
    labels: tuple[str, str, str] = ("", "", "")
    """Intent, route and status as the search attributes show them."""


class StartRequest(Contract):
    """The input of workflow `CustomerRequest`."""

    request_id: str
    pack: str
    pack_digest: str
    channel: str
    limits: Limits = Limits()
    state: RequestState = RequestState()


class MessageArrived(Contract):
    """Signal `message`: a message is in the inbox under this key, with this number."""

    message_key: str
    seq: int


class HolderChanged(Contract):
    """Signal `holder_changed`: who holds the request since this epoch."""

    epoch: int
    holder: Holder


class Decision(Contract):
    """Update `decide`: the customer's or an approver's answer to exactly this set of writes."""

    set_id: str
    digest: str
    decision: Literal["confirm", "decline", "approve", "deny"]
    by: str
    role: str = "customer"


class DecisionTaken(Contract):
    """The answer of update `decide`. `repeated`: it had been taken before, and nothing changed."""

    state: SetState
    repeated: bool = False
