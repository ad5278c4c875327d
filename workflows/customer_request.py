"""What is one customer's request? A durable workflow that takes turns until it is resolved."""

from datetime import datetime

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from contracts.request import Decision, DecisionTaken, HolderChanged, MessageArrived, RequestState, StartRequest
    from contracts.steps import Closed, CloseRequest
    from workflows import steps
    from workflows.alarm import Alarm
    from workflows.memory import Memory
    from workflows.turn import Turn


@workflow.defn(name="CustomerRequest")
class CustomerRequest:
    """Takes one turn for each stimulus, in order; waits, for days if need be, for the next one."""

    @workflow.init
    def __init__(self, start: StartRequest) -> None:
        self.memory = Memory(start)
        self.alarm = Alarm()

    @workflow.run
    async def run(self, start: StartRequest) -> str:
        """Take turns until the request closes; returns its outcome."""
        turns = 0
        while not await self._is_over():
            await self._take_turn()
            turns += 1
            if turns >= start.limits.turns_per_run:
                await self._continue_as_new()
        return self.memory.outcome

    async def _continue_as_new(self) -> None:
        """Start a fresh history with everything that is remembered; handlers under way finish first."""
        await self._settle_handlers()
        workflow.continue_as_new(self.memory.start.model_copy(update={"state": self.memory.freeze()}))

    async def _take_turn(self) -> None:
        if self.memory.gaps:
            await self._fetch_missed()
        turn = Turn(self.memory, self.memory.next_stimulus())
        try:
            await turn.run()
        except steps.FAILED as error:
            told = error.activity_type if isinstance(error, ActivityError) else error.type
            workflow.logger.error("turn_failed", extra={"activity": told})
            await turn.give_up()
        workflow.set_current_details(self.memory.story())

    async def _fetch_missed(self) -> None:
        """A message whose signal was overtaken is taken in its place, before those that came after it."""
        missing = set(self.memory.gaps)
        try:
            missed = await steps.find_missed(self.memory.request_id)
        except steps.FAILED:
            workflow.logger.error("fetch_failed")  # its own signal brings it
            return
        for message in missed.messages:
            self.memory.message_arrived(message)
        self.memory.gaps -= missing

    async def _is_over(self) -> bool:
        """Wait for the next stimulus; True once the request is closed."""
        while not self.memory.has_stimulus():
            due = self.memory.next_due(workflow.now())
            if due.at > workflow.now():
                await self._wait_until(due.at)
            elif due.stimulus is not None:
                self.memory.enqueue(due.stimulus)
            elif await self._close():
                return True
            elif workflow.info().is_continue_as_new_suggested():
                await self._continue_as_new()
        return False

    async def _wait_until(self, at: datetime) -> None:
        """Wait for a stimulus, or until the alarm rings: then what is due may have moved on."""
        self.alarm.set(at)
        await workflow.wait_condition(lambda: self.memory.has_stimulus() or not self.alarm.is_set)

    async def _close(self) -> bool:
        """Close, unless a message or an effect is still open; then go on."""
        await self._settle_handlers()
        given = CloseRequest(request_id=self.memory.request_id, outcome=self.memory.closing_outcome())
        try:
            closed = await steps.close_request(given)
        except steps.FAILED:
            closed = Closed(closed=False, because="failed")
        for message in closed.pending:
            self.memory.message_arrived(message)
        if closed.closed:
            self.memory.closed()
        else:
            self.memory.postpone_closing(workflow.now())
        return closed.closed

    async def _settle_handlers(self) -> None:
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.signal(name="message")
    def message(self, arrived: MessageArrived) -> None:
        """A message is in the inbox; a repeated signal changes nothing."""
        self.memory.message_arrived(arrived)

    @workflow.signal(name="holder_changed")
    def holder_changed(self, changed: HolderChanged) -> None:
        """Somebody took the request over or gave it back; only a newer epoch counts."""
        self.memory.holder_changed(changed)

    @workflow.update(name="decide")
    async def decide(self, decision: Decision) -> DecisionTaken:
        """The only decider of confirmations and approvals: ordered with the expiry timer by history."""
        decided = self.memory.decide(decision, workflow.now())
        return DecisionTaken(state=decided.state, repeated=decided.code == "already_taken")

    @decide.validator
    def _can_be_decided(self, decision: Decision) -> None:
        decided = self.memory.judge(decision, workflow.now())
        if not decided.accepted:
            raise ApplicationError(decided.detail, decided.state, type=decided.code, non_retryable=True)

    @workflow.query(name="state")
    def state(self) -> RequestState:
        """Everything the workflow remembers, for operators and tests."""
        return self.memory.freeze()
