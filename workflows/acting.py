"""What does a turn do to the world: tool calls, confirmations, words of the runtime, handing over, recording?"""

import asyncio
from datetime import timedelta
from typing import Literal

from temporalio import workflow
from temporalio.common import SearchAttributeKey
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from contracts.request import OpenSet, RouteName, Status, Stimulus
    from contracts.steps import (
        Classified,
        Guarded,
        GuardedCall,
        HandOver,
        InvokeTool,
        RecordTurn,
        Say,
        Thought,
        ToolOutcome,
        TurnRef,
    )
    from workflows import steps
    from workflows.memory import Memory

INTENT = SearchAttributeKey.for_keyword("HandrailIntent")
ROUTE = SearchAttributeKey.for_keyword("HandrailRoute")
STATUS = SearchAttributeKey.for_keyword("HandrailStatus")

WAITS: dict[str, Status] = {"awaiting_code": "waiting_for_code", "awaiting_approval": "waiting_for_approval"}
"""Whom a request waits for by the state of its open set; otherwise for the confirmation."""
WRITE_WAIT = timedelta(minutes=5)
"""How long a write that was sent without an answer is looked after before it counts as uncertain."""


class Acting:
    """The doings of one turn. `settled`: nobody needs to think any more."""

    def __init__(self, memory: Memory, stimulus: Stimulus) -> None:
        self.memory = memory
        self.ref = TurnRef(request_id=memory.request_id, turn=memory.turn, stimulus=stimulus)
        self.stimulus = stimulus
        self.step = 0
        self.calls = 0
        self.settled = False
        self.started = workflow.now()
        self.route: RouteName = "planner"
        self.reason = stimulus.kind
        self.confidence = 0.0

    def next_step(self) -> int:
        """Number the next step of this turn."""
        self.step += 1
        return self.step

    def out_of_budget(self) -> bool:
        """Whether the turn has used up its thoughts or its time."""
        self.calls += 1
        return self.calls > self.memory.limits.model_calls_per_turn or not self.time_left()

    def restart_clock(self) -> None:
        """The company's systems took their time; the answer's deadline counts from here."""
        self.started = workflow.now()

    def time_left(self) -> timedelta:
        """What is left of the turn's deadline; never negative."""
        return max(self.started + self.memory.limits.turn_deadline - workflow.now(), timedelta(0))

    def understood(self, classified: Classified, route: RouteName, reason: str) -> None:
        """Note what was understood and which route follows."""
        self.memory.intent = classified.intent or self.memory.intent
        self.confidence = classified.confidence
        self.routed(route, reason)

    def routed(self, route: RouteName, reason: str) -> None:
        """Note the route and why."""
        self.route, self.reason = route, reason
        self.memory.route = route

    # --- answers ---------------------------------------------------------------------------------------------------

    def answered(self, thought: Thought) -> None:
        """The customer has an answer (or a person has taken over in the middle of it)."""
        self.memory.clarified = False
        self.memory.asked = thought.asks
        self.memory.shown_again(thought.shown_set)
        self.settled = True

    def finished(self, thought: Thought) -> None:
        """A controlled path came to its end."""
        self.memory.flow = None
        self.answered(thought)

    def step_aside(self) -> None:
        """The customer has decided on the open set meanwhile: that decision is carried out first."""
        self.settled = True

    def unsettle(self) -> None:
        """Forget how far the turn came, so that a person can take it."""
        self.settled = False

    async def say(self, wording: str, *, role: str | None = None) -> None:
        """Say one of the pack's wordings."""
        await steps.say(Say(ref=self.ref, step=self.next_step(), wording=wording, role=role))

    async def resume(self) -> Thought:
        """Put the open question again after a person, or learn that there is something to think about."""
        given = Say(ref=self.ref, step=self.next_step(), wording="handoff_returned")
        thought = await steps.resume(given)
        self.memory.asked = self.memory.asked or thought.asks
        return thought

    async def clarify(self) -> None:
        """Ask once what is meant; an unknown wish is never guessed."""
        self.memory.clarified = True
        self.settled = True
        await self.say("clarify")

    async def hand_over(self, reason: str) -> None:
        """A person takes it from here, with everything in view.

        Whoever holds it by our memory: what we heard of the desk may be old, as in a set that somebody took over and
        gave back between two writes. The database knows, and keeps the reason for a person who holds it already.
        """
        self.settled = True
        self.routed("person", reason)
        held = await steps.hand_over(HandOver(ref=self.ref, step=self.next_step(), reason=reason))
        self.memory.holder_changed(held)
        self.memory.failures = 0
        self.memory.clarified = False

    # --- tools -----------------------------------------------------------------------------------------------------

    async def read(self, guarded: Guarded) -> int:
        """Run the allowed reads, all at once. Returns how many failed."""
        reads = [call for call in guarded.calls if call.allowed and call.kind == "read"]
        outcomes = await asyncio.gather(*(self._read(call) for call in reads))
        return sum(outcome.status != "done" for outcome in outcomes)

    async def _read(self, call: GuardedCall) -> ToolOutcome:
        given = InvokeTool(ref=self.ref, step=self.step, index=call.index, tool=call.tool)
        timeout = self.memory.limits.tool_timeout
        try:
            return await steps.invoke_tool(given, one_try=timeout, within=max(self.time_left(), timeout))
        except ActivityError:
            return ToolOutcome(status="refused", code="unavailable")

    async def write(self, effect_id: str, tool: str, purpose: Literal["call", "compensation"] = "call") -> ToolOutcome:
        given = InvokeTool(ref=self.ref, step=self.step, tool=tool, effect_id=effect_id, purpose=purpose)
        try:
            outcome = await steps.invoke_tool(given, one_try=self.memory.limits.tool_timeout * 2, within=WRITE_WAIT)
        except ActivityError:
            outcome = await steps.lose_effect(given)
        if purpose == "compensation" and outcome.status == "done":
            self.memory.forget_follow_ups(effect_id)
        if outcome.follow_up is not None:
            self.memory.follow_ups.append(outcome.follow_up)
        return outcome

    def wait_for_customer(self, open_set: OpenSet) -> None:
        """The set is shown; the turn ends and the request waits."""
        self.memory.show(open_set)
        self.memory.clarified = False
        self.settled = True

    # --- waiting for the company -----------------------------------------------------------------------------------

    async def look_again(self, effect_id: str) -> bool:
        """Read how far the company's process is. True where it has come to its end."""
        due = next((due for due in self.memory.follow_ups if due.effect_id == effect_id), None)
        if due is None:
            return False
        given = InvokeTool(ref=self.ref, step=self.next_step(), effect_id=effect_id, purpose="follow_up")
        timeout = self.memory.limits.tool_timeout
        try:
            outcome = await steps.invoke_tool(given, one_try=timeout, within=timeout * 3)
        except ActivityError:
            outcome = ToolOutcome(status="refused", code="unavailable")
        self.memory.follow_ups.remove(due)
        if outcome.settled or outcome.code == "undone":
            return outcome.settled
        if due.left > 1:
            later = workflow.now() + due.every
            self.memory.follow_ups.append(due.model_copy(update={"due_at": later, "left": due.left - 1}))
        else:
            await self.hand_over("follow_up_unsettled")
        return False

    # --- the record ------------------------------------------------------------------------------------------------

    async def record(self, flags: tuple[str, ...]) -> None:
        """Record the turn in one transaction, and show its labels to operators."""
        self.memory.status = self._status()
        await steps.record_turn(
            RecordTurn(
                ref=self.ref,
                intent=self.memory.intent,
                confidence=self.confidence,
                route=self.route,
                reason=self.reason,
                status=self.memory.status,
                flags=flags,
            )
        )
        self._show_labels()

    def _show_labels(self) -> None:
        """Search attributes for operators; each change costs an event of the history, so only changes are written."""
        labels = (self.memory.intent or "unknown", self.route, self.memory.status)
        keys = (INTENT, ROUTE, STATUS)
        changed = [
            key.value_set(new) for key, new, old in zip(keys, labels, self.memory.labels, strict=True) if new != old
        ]
        if changed:
            workflow.upsert_search_attributes(changed)
        self.memory.labels = labels

    def _status(self) -> Status:
        if self.memory.holder != "agent":
            return "waiting_for_person"
        if self.memory.open_set is not None:
            return WAITS.get(self.memory.open_set.state, "waiting_for_confirmation")
        return "waiting_for_company" if self.memory.follow_ups else "waiting_for_customer"
