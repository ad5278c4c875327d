"""What does a request's workflow remember between turns? Ids, labels and states, never text."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from contracts.request import (
    Decision,
    FollowUp,
    Holder,
    HolderChanged,
    Limits,
    MessageArrived,
    OpenSet,
    PlanStep,
    RequestState,
    StartRequest,
    Status,
    Stimulus,
)
from governance.confirmation import Decided, decide, withdraw

FIRST_CLOSE_RETRY = timedelta(minutes=5)


@dataclass(frozen=True)
class Due:
    """Until when to wait for the next stimulus, and which one comes then; None closes the request."""

    at: datetime
    stimulus: Stimulus | None


@dataclass
class UnderWay:
    """A confirmed set that is being carried out: how many of its writes have begun, and whether it was taken back."""

    confirmed: OpenSet
    begun: int = 0
    withdrawn: bool = False


@dataclass
class Memory:
    """The request's state as the workflow changes it; `freeze` gives what continue-as-new carries over."""

    start: StartRequest
    queue: list[Stimulus] = field(default_factory=list[Stimulus])
    follow_ups: list[FollowUp] = field(default_factory=list[FollowUp])
    plan: tuple[PlanStep, ...] = ()
    gaps: set[int] = field(default_factory=set[int])
    under_way: UnderWay | None = None
    """Within a turn only: nothing of it is carried over."""
    outcome: str = ""

    def __post_init__(self) -> None:
        state = self.start.state
        self.turn = state.turn
        self.queue = list(state.queue)
        self.high_water = state.high_water
        self.gaps = set(state.gaps)
        self.holder: Holder = state.holder
        self.epoch = state.epoch
        self.open_set: OpenSet | None = state.open_set
        self.plan = state.plan
        self.failures = state.failures
        self.clarified = state.clarified
        self.asked = state.asked
        self.flow = state.flow
        self.follow_ups = list(state.follow_ups)
        self.intent = state.intent
        self.route = state.route
        self.status: Status = state.status
        self.close_at = state.close_at
        self.close_tries = state.close_tries
        self.labels = state.labels

    @property
    def limits(self) -> Limits:
        """What the pack allows this request."""
        return self.start.limits

    @property
    def request_id(self) -> str:
        """The request's id, which is the workflow's."""
        return self.start.request_id

    def freeze(self) -> RequestState:
        """The state as continue-as-new carries it over."""
        return RequestState(
            turn=self.turn,
            queue=tuple(self.queue),
            high_water=self.high_water,
            gaps=tuple(sorted(self.gaps)),
            holder=self.holder,
            epoch=self.epoch,
            open_set=self.open_set,
            plan=self.plan,
            failures=self.failures,
            clarified=self.clarified,
            asked=self.asked,
            flow=self.flow,
            follow_ups=tuple(self.follow_ups),
            intent=self.intent,
            route=self.route,
            status=self.status,
            close_at=self.close_at,
            close_tries=self.close_tries,
            labels=self.labels,
        )

    def story(self) -> str:
        """Where the request stands, for Temporal's UI."""
        lines = [f"**{self.status}** after turn {self.turn}, held by {self.holder}"]
        lines.append(f"intent `{self.intent or 'unknown'}`, route `{self.route or 'none'}`")
        lines.extend(f"- plan {step.id}: `{step.tool or 'words'}` ({step.tier})" for step in self.plan)
        if self.open_set:
            lines.append(f"open set `{self.open_set.set_id}`: {self.open_set.state}")
        lines.extend(f"- looks again at `{due.effect_id}` at {due.due_at:%Y-%m-%d %H:%M}" for due in self.follow_ups)
        return "\n".join(lines)

    # --- stimuli ---------------------------------------------------------------------------------------------------

    def has_stimulus(self) -> bool:
        """Whether a turn can start."""
        return bool(self.queue)

    def enqueue(self, stimulus: Stimulus) -> None:
        """Queue a stimulus, once."""
        if stimulus not in self.queue:
            self.queue.append(stimulus)

    def next_stimulus(self) -> Stimulus:
        """Take the oldest stimulus; begins a new turn."""
        self.turn += 1
        self.close_at, self.close_tries = None, 0
        return self.queue.pop(0)

    def message_arrived(self, arrived: MessageArrived) -> None:
        """Queue a message once, by its inbox number: signals may repeat, and overtake each other."""
        if arrived.seq <= self.high_water and arrived.seq not in self.gaps:
            return
        self.gaps.discard(arrived.seq)
        self.gaps.update(range(self.high_water + 1, arrived.seq))
        self.high_water = max(self.high_water, arrived.seq)
        later = (place for place, one in enumerate(self.queue) if one.kind == "message" and one.seq > arrived.seq)
        place = next(later, len(self.queue))
        self.queue.insert(place, Stimulus(kind="message", key=arrived.message_key, seq=arrived.seq))

    def next_due(self, now: datetime) -> Due:
        """What comes first when nobody says anything: an expiry, a follow-up, or the close."""
        times: list[tuple[datetime, Stimulus | None]] = []
        waits = self.open_set is not None and self.open_set.state in ("awaiting_code", "pending", "awaiting_approval")
        if self.open_set is not None and waits and self.holder == "agent":
            times.append((self.open_set.expires_at, Stimulus(kind="expired", key=self.open_set.set_id)))
        if self.open_set is not None and self.open_set.state == "awaiting_approval" and self.open_set.remind_at:
            times.append((self.open_set.remind_at, Stimulus(kind="reminder", key=self.open_set.set_id)))
        times.extend((due.due_at, Stimulus(kind="follow_up", key=due.effect_id)) for due in self.follow_ups)
        if not times and self.holder == "agent":
            self.close_at = self.close_at or now + self.start.limits.close_after
            times.append((self.close_at, None))
        if not times:
            times.append((now + timedelta(days=3650), None))
        when, stimulus = min(times, key=lambda pair: pair[0])
        return Due(at=when, stimulus=stimulus)

    def forget_follow_ups(self, effect_id: str) -> None:
        """What a write began is not looked after any more once the write is undone."""
        self.follow_ups = [due for due in self.follow_ups if due.effect_id != effect_id]
        self.queue = [one for one in self.queue if (one.kind, one.key) != ("follow_up", effect_id)]

    def postpone_closing(self, now: datetime) -> None:
        """Something is still open: try to close again, each time after twice as long, at most a day."""
        wait = min(FIRST_CLOSE_RETRY * 2**self.close_tries, timedelta(days=1))
        self.close_at, self.close_tries = now + wait, min(self.close_tries + 1, 10)

    def closing_outcome(self) -> Literal["resolved", "resolved_by_person", "abandoned", "refused"]:
        """How a silent request ends: abandoned where the agent waits for an answer, else resolved."""
        return "abandoned" if self.plan or self.flow else "resolved"

    def closed(self) -> None:
        """The request is closed."""
        self.status = "closed"
        self.outcome = self.closing_outcome()

    # --- people ----------------------------------------------------------------------------------------------------

    def holder_changed(self, changed: HolderChanged) -> None:
        """Follow the holder, as a signal or the database says; an older or repeated epoch changes nothing.

        A return wants to be gone on from.
        """
        if changed.epoch <= self.epoch:
            return
        self.epoch, self.holder = changed.epoch, changed.holder
        if changed.holder == "agent":  # only a person gives back, whether or not the taking over was heard of
            self.enqueue(Stimulus(kind="returned", key=str(changed.epoch)))

    def judge(self, decision: Decision, now: datetime) -> Decided:
        """What this decision would do; while a person holds the request, customers decide nothing."""
        if decision.decision in ("confirm", "decline") and self.holder != "agent":
            return Decided(state="pending", accepted=False, code="held", detail="A person is handling this request.")
        carried = self._carried(decision.set_id)
        if decision.decision == "decline" and carried is not None:
            return withdraw(carried.confirmed, carried.begun, decision)
        return decide(self.open_set, decision, now)

    def _carried(self, set_id: str) -> UnderWay | None:
        """The set of this id if it is confirmed, and its writes run or are about to."""
        if self.under_way is not None:
            return self.under_way if self.under_way.confirmed.set_id == set_id else None
        current = self.open_set
        return UnderWay(current) if current and current.set_id == set_id and current.state == "confirmed" else None

    def begin_write(self) -> bool:
        """Whether the set's next write may begin: not once the customer has taken the set back."""
        if self.under_way is None:
            return True
        if not self.under_way.withdrawn:
            self.under_way.begun += 1
        return not self.under_way.withdrawn

    @property
    def withdrawn(self) -> bool:
        """Whether the customer has taken back the set that is being carried out."""
        return self.under_way is not None and self.under_way.withdrawn

    def decision_waits(self) -> bool:
        """Whether a decision on the open set is queued behind the running turn, or was taken and not carried out."""
        current = self.open_set
        if current is None:
            return False
        queued = any(waiting.kind == "decision" and waiting.key == current.set_id for waiting in self.queue)
        return queued or current.state in ("confirmed", "declined")

    def show(self, open_set: OpenSet) -> None:
        """The set's card is the last that the customer sees in this turn."""
        self.open_set = open_set.model_copy(update={"shown_in": self.turn})

    def shown_again(self, set_id: str) -> None:
        """A flow has shown the card of this set below other words: it is the last that the customer sees in this turn.

        A decision that was taken meanwhile stands.
        """
        current = self.open_set
        if current is not None and current.set_id == set_id and current.state == "pending":
            self.show(current)

    def is_behind_other_words(self) -> bool:
        """Whether a turn came between the open card and this one: a yes may be meant for what was said in it."""
        current = self.open_set
        return current is not None and current.state == "pending" and self.turn > current.shown_in + 1

    def decide_by_text(self, answer: Literal["yes", "no", "code"], now: datetime) -> bool:
        """Take a written yes or no for the one open set, of which a no counts while its code is awaited; else False."""
        current = self.open_set
        if current is None or current.state not in ("pending", "awaiting_code"):
            return False
        wanted: Literal["confirm", "decline"] = "decline" if answer == "no" else "confirm"
        by = current.requester or "customer"
        decision = Decision(set_id=current.set_id, digest=current.digest, decision=wanted, by=by)
        if not self.decide(decision, now).accepted:
            return False
        self.queue = [waiting for waiting in self.queue if waiting.key != current.set_id]
        return True

    def reminded(self) -> None:
        """The desk was told; it is told once."""
        if self.open_set is not None:
            self.open_set = self.open_set.model_copy(update={"remind_at": None})

    def offered(self, until: datetime) -> None:
        """The code was proved: the customer may confirm the open set now."""
        if self.open_set is not None and self.open_set.state == "awaiting_code":
            self.show(self.open_set.model_copy(update={"state": "pending", "expires_at": until}))

    def decide(self, decision: Decision, now: datetime) -> Decided:
        """Take the decision, once; the turn that it stimulates carries it out."""
        decided = self.judge(decision, now)
        if self.under_way is not None and decided.code == "withdrawn":
            self.under_way.withdrawn = True
            return decided
        if self.open_set is None or not decided.accepted or decided.code == "already_taken":
            return decided
        changes: dict[str, object] = {"state": decided.state, "approved_by": decided.approved_by}
        if decision.decision != "approve":
            changes["decided_by"] = decision.by
        if decided.code == "confirmed_awaiting_approval":
            until = now + self.limits.approval_ttl
            remind_at = max(until - self.limits.approval_reminder, now + self.limits.approval_ttl / 2)
            changes |= {"expires_at": until, "asked_approver": True, "remind_at": remind_at}
        self.open_set = self.open_set.model_copy(update=changes)
        self.enqueue(Stimulus(kind="decision", key=decision.set_id))
        return decided
