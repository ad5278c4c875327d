"""What happens, in order, when a customer says something? This module is the architecture diagram.

A turn answers one stimulus: a message, a decision, an expiry, a due follow-up, or a person giving the request back.
Whoever thinks (a model on one of two tiers, or a controlled path) proposes; the guards judge; the tools act.
"""

import asyncio
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from contracts.request import PlanStep, Stimulus
    from contracts.steps import Classified, Guarded, Retrieved, Screened, Thought
    from governance.route import RouteContext, choose_route
    from workflows import steps
    from workflows.acting import Acting
    from workflows.codes import Codes
    from workflows.memory import Memory
    from workflows.sets import Sets
    from workflows.thinking import Thinking


FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(hours=1)
"""Between two tries to hand a request over; each is twice as long as the one before."""


class Turn:
    """One stimulus in, one recorded outcome out."""

    def __init__(self, memory: Memory, stimulus: Stimulus) -> None:
        self.memory = memory
        self.acting = Acting(memory, stimulus)
        self.thinking = Thinking(memory, self.acting)
        self.sets = Sets(self.acting)
        self.codes = Codes(self.acting, self.sets)
        self.stimulus = stimulus
        self.flags: tuple[str, ...] = ()
        self.intent_on = True
        self.person_after = False

    async def run(self) -> None:
        """Answer the stimulus, then record what it came to."""
        match self.stimulus.kind:
            case "message":
                await self._answer_or_note()
            case "decision" | "expired":
                await self._carry_out_when_held_by_agent()
            case "reminder":
                await self.sets.remind(self.stimulus.key)
            case "follow_up":
                await self._look_again()
            case "returned":
                await self._go_on_after_person()
        await self.acting.record(self.flags)

    async def _answer_or_note(self) -> None:
        """While a person holds the request its messages are noted for them; the database knows best who holds it."""
        if self.memory.holder != "agent":
            self.memory.holder_changed(await steps.note_message(self.acting.ref))
        if self.memory.holder == "agent":
            await self._answer()
        else:
            await self._mind_danger()

    async def _mind_danger(self) -> None:
        """Who tells a person of a danger is told whom to call, and comes first at the desk: nobody may be reading."""
        screened = await steps.screen(self.acting.ref)
        self.flags = screened.flags
        if screened.to_person:
            await self.acting.hand_over(choose_route(Classified(), self._context(screened)).reason)

    async def _answer(self) -> None:
        classified, screened, retrieved = await self._understand()
        self.flags = screened.flags
        self.intent_on = classified.intent_on
        self.person_after = bool(classified.wishes) and classified.wants_person
        if not screened.to_person and await self._is_awaited(classified):
            return
        route = choose_route(classified, self._context(screened))
        self.thinking.take(classified, retrieved, route)
        match route.route:
            case "person":
                await self.acting.hand_over(route.reason)
            case _ if route.clarify:
                await self.acting.clarify()
            case "controlled" | "fast" | "planner":
                await self._think_and_act()

    async def _is_awaited(self, classified: Classified) -> bool:
        """An answer to what the runtime waits for, a code or a decision; a danger comes before both."""
        return await self.codes.take(classified.code) or await self._is_written_decision(classified)

    async def _understand(self) -> tuple[Classified, Screened, Retrieved]:
        ref = self.acting.ref
        return await asyncio.gather(steps.classify(ref), steps.screen(ref), steps.retrieve(ref))

    async def _think_and_act(self) -> None:
        """Think, have every proposed call judged, act, observe; until there is an answer or somebody to wait for."""
        while not self.acting.settled:
            thought = await self.thinking.think()
            match thought.outcome:
                case "replied" | "lost":
                    self._adopt(thought.plan)
                    await self._answered(thought)
                case "ended":
                    self.acting.finished(thought)
                case "acts":
                    await self._act(thought)
                case "planned":
                    self._adopt(thought.plan)
                case "withheld":
                    await self.thinking.repair(thought)
                case "escalates":
                    self.thinking.escalate()
                case "wants_person":
                    await self.acting.hand_over(thought.reason or "agent_asks")

    async def _answered(self, thought: Thought) -> None:
        """An answer ends the turn; a person who was wished for besides takes it from here."""
        self.acting.answered(thought)
        if self.person_after and thought.outcome == "replied":
            await self.acting.hand_over("wants_person")

    async def _act(self, thought: Thought) -> None:
        """Guard the calls together; then reads at once, writes in order, or somebody to wait for."""
        self._adopt(thought.plan)
        if self.memory.decision_waits():
            self.acting.step_aside()
            return
        guarded = await steps.guard_calls(self.thinking.calls_to_guard())
        if guarded.held:
            self.acting.step_aside()
            return
        failures = guarded.refused + await self.acting.read(guarded)
        if not await self._is_for_others(guarded):
            if guarded.open_set is not None:
                await self.sets.execute(guarded.open_set)
            await self._mind_failures(failures, len(guarded.calls))

    async def _is_for_others(self, guarded: Guarded) -> bool:
        """What only a person may decide goes to one; a set of writes waits for its code, or for the customer's yes."""
        open_set = guarded.open_set
        if any(call.code == "needs_person" for call in guarded.calls):
            await self.acting.hand_over("write_after_taint")
        elif guarded.contradicted:
            await self.acting.hand_over("contradiction")
        elif open_set is not None and open_set.state == "awaiting_code":
            await self.codes.ask(open_set)
        elif open_set is not None and open_set.state == "pending":
            self.acting.wait_for_customer(open_set)
        else:
            return False
        return True

    async def _mind_failures(self, failures: int, calls: int) -> None:
        self.memory.failures = self.memory.failures + 1 if failures == calls else 0
        if not self.acting.settled and self.memory.failures >= self.memory.limits.failures_before_person:
            await self.acting.hand_over("tools_failed")

    def _adopt(self, plan: tuple[PlanStep, ...] | None) -> None:
        if plan is not None:
            self.memory.plan = plan

    async def _is_written_decision(self, classified: Classified) -> bool:
        """A written yes or no counts only for the one open confirmation that was shown before it, a yes right after."""
        if classified.decision == "yes" and self.memory.is_behind_other_words() and await self.sets.show_again():
            return True
        if classified.decision == "neither" or not self.memory.decide_by_text(classified.decision, workflow.now()):
            return False
        await self._carry_out_decision()
        return True

    async def _carry_out_when_held_by_agent(self) -> None:
        """While a person holds the request nothing is sent; a decision taken then waits for its return."""
        if self.memory.holder == "agent":
            await self._carry_out_decision()

    async def _carry_out_decision(self) -> None:
        """Authorise and execute exactly the confirmed writes, in order; then tell the customer."""
        decision = await self.sets.settle(self.stimulus)
        if decision is not None and not self.acting.settled:
            self.thinking.go_on(decision)
            await self._think_and_act()

    async def _look_again(self) -> None:
        """A company's process was due: read it; where it has moved on, write to the customer first."""
        if await self.acting.look_again(self.stimulus.key):
            self.thinking.go_on("follow_up")
            await self._think_and_act()

    async def _go_on_after_person(self) -> None:
        """The agent goes on where it was: a decision taken meanwhile first; the open question stands.

        Not where a person has the request again: what was heard of the return waited behind the turn that handed over.
        """
        if self.memory.holder != "agent":
            return
        if self.memory.decision_waits():
            await self._carry_out_decision()
            return
        thought = await self.acting.resume()
        if thought.outcome == "planned":
            self.thinking.go_on("returned")
            await self._think_and_act()

    async def give_up(self) -> None:
        """An activity failed for good: a person gets the request, and the message is parked."""
        self.acting.unsettle()
        await self._hand_over_at_last()
        try:
            await self.acting.record(("parked",))
        except steps.FAILED:
            workflow.logger.error("record_failed")

    async def _hand_over_at_last(self) -> None:
        """Hand over, however often it takes: nobody would ever hear of the request otherwise.

        What fails for good heals with the next version of the code, which then finds the request waiting here.
        """
        pause = FIRST_PAUSE
        while True:
            try:
                return await self.acting.hand_over("turn_failed")
            except steps.FAILED:
                workflow.logger.error("handover_failed")
            await workflow.sleep(pause, summary="hand over again")
            pause = min(pause * 2, LONGEST_PAUSE)

    def _context(self, screened: Screened) -> RouteContext:
        return RouteContext(
            confidence_threshold=self.memory.limits.intent_confidence,
            open_plan=bool(self.memory.plan),
            open_flow=self.memory.flow,
            open_question=self.memory.asked,
            intent_on=self.intent_on,
            clarified=self.memory.clarified,
            screened=screened,
        )
