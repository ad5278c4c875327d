"""Who thinks next: the fast model, the planning model, or a controlled path?"""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from contracts.request import DEFAULT_PROVIDER, RouteName, Tier
    from contracts.steps import AdvanceFlow, CallModel, Classified, GuardCalls, Retrieved, Thought, Wish
    from governance.route import Route
    from workflows import steps
    from workflows.acting import Acting
    from workflows.memory import Memory


FIRST_MODELS_SHARE = 0.6
"""Of the time left, so that another model can still answer within the turn's deadline."""
SHORTEST_CALL = timedelta(seconds=3)


class Thinking:
    """The thinker of one turn: it keeps the tier, the step and what a repaired reply must mend."""

    def __init__(self, memory: Memory, acting: Acting) -> None:
        self.memory = memory
        self.acting = acting
        self.route: RouteName = "planner"
        self.tier: Tier = "fast"
        self.intent = memory.intent
        self.confidence = 0.0
        self.passages: tuple[str, ...] = ()
        self.wishes: tuple[Wish, ...] = ()
        self.repair_of: int | None = None
        self.repairs = 0
        self.failed: set[Tier] = set()
        """The tiers whose model has failed in this turn."""
        self.fallback: str | None = None
        """The controlled path for this intent, where there is one."""

    def take(self, classified: Classified, retrieved: Retrieved, route: Route) -> None:
        """Take over what was understood and which route was chosen."""
        self.route = route.route
        self.intent = classified.intent or self.memory.intent
        self.confidence = classified.confidence
        self.passages = retrieved.passages
        self.wishes = classified.wishes
        self.fallback = classified.flow
        self.tier = "fast" if route.route == "fast" else "planner"
        if route.route == "controlled":
            self.memory.flow = route.flow
        self.acting.understood(classified, route.route, route.reason)

    def go_on(self, reason: str) -> None:
        """Go on with the work at hand, on the fast tier: nothing new has to be planned."""
        self.route = "controlled" if self.memory.flow else "planner"
        self.tier = "fast"
        self.acting.routed(self.route, reason)

    def escalate(self) -> None:
        """The fast model found the wish too complex for itself."""
        self.memory.flow = None
        self.route, self.tier = "planner", "planner"
        self.acting.routed("planner", "fast_tier_escalated")

    async def think(self) -> Thought:
        """One thought: a stretch of the controlled path, or a model call; the other tier where a model fails."""
        step = self.acting.next_step()
        if self.acting.out_of_budget():
            return Thought(outcome="wants_person", reason="out_of_time_or_steps")
        if self.route == "controlled" and self.memory.flow:
            return await steps.advance_flow(AdvanceFlow(ref=self.acting.ref, step=step, flow=self.memory.flow))
        for tier in self._tiers_left():
            try:
                thought = await self._call(step, tier)
            except ActivityError:
                self._give_up_on(tier)
                step = self.acting.next_step()
            else:
                self._choose_next_tier(thought)
                return thought
        return await self._without_models(step)

    def _tiers_left(self) -> list[Tier]:
        """The wished tier, then the other, without those that have failed in this turn: its deadline is too short."""
        other: Tier = "planner" if self.tier == "fast" else "fast"
        wanted: tuple[Tier, Tier] = (self.tier, other)
        return [tier for tier in wanted if tier not in self.failed]

    def _give_up_on(self, tier: Tier) -> None:
        self.failed.add(tier)
        workflow.logger.warning("model_failed", extra={"tier": tier})

    async def _without_models(self, step: int) -> Thought:
        """Every model is down, slow or wrong: the controlled path where there is one, else a person, in time."""
        if self.fallback is None or self.memory.plan:
            return Thought(outcome="wants_person", reason="model_down")
        self.memory.flow, self.route = self.fallback, "controlled"
        self.acting.routed("controlled", "model_down")
        return await steps.advance_flow(AdvanceFlow(ref=self.acting.ref, step=step, flow=self.fallback))

    async def _call(self, step: int, tier: Tier) -> Thought:
        left = self.acting.time_left()
        within = left if self.failed else left * FIRST_MODELS_SHARE
        return await steps.call_model(
            CallModel(
                ref=self.acting.ref,
                step=step,
                tier=tier,
                route=self.route,
                intent=self.intent,
                confidence=self.confidence,
                passages=self.passages,
                wishes=self.wishes,
                repair_of=self.repair_of,
            ),
            provider=self.memory.limits.providers.get(tier, DEFAULT_PROVIDER),
            within=max(within, SHORTEST_CALL),
            wanted=lambda: self.memory.holder == "agent",
        )

    def _choose_next_tier(self, thought: Thought) -> None:
        """After planning, each step names its tier; by default the fast one."""
        self.repair_of = None
        plan = thought.plan or self.memory.plan
        wants_planner = any(step.tier == "planner" for step in plan)
        if self.route == "planner" and plan:
            self.tier = "planner" if wants_planner else "fast"

    async def repair(self, withheld: Thought) -> None:
        """A sentence had no support: tell the model what, once; else say the pack's wording, and a person goes on."""
        if withheld.beyond_repair or self.repairs >= self.memory.limits.repairs:
            await self.acting.say("fallback")
            await self.acting.hand_over("reply_withheld")
            return
        self.repairs += 1
        self.repair_of = self.acting.step

    def calls_to_guard(self) -> GuardCalls:
        """The calls of the step just thought, with what the plan allows."""
        in_flow = self.route == "controlled"
        tools = None if in_flow else tuple(step.tool for step in self.memory.plan if step.tool)
        return GuardCalls(ref=self.acting.ref, step=self.acting.step, plan_tools=tools)
