"""How is a set of writes carried out once it is decided: all in order, or compensated, or left to a person?"""

from typing import Literal

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from contracts.request import OpenSet, Stimulus
    from contracts.steps import DecideSet, RemindApprovers, ReportSet, ShowSet
    from workflows import steps
    from workflows.acting import Acting
    from workflows.memory import UnderWay

SettledSet = Literal["confirmed", "declined", "void", "expired", "denied", "withdrawn"]

_WORDING = {
    "declined": "declined",
    "withdrawn": "withdrawn",
    "expired": "confirm_expired",
    "denied": "approval_denied",
    "not_approved": "approval_expired",
}


class Sets:
    """The sets of writes of one turn."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    async def settle(self, stimulus: Stimulus) -> SettledSet | None:
        """Carry out what was decided about the open set; None where there is nothing to tell.

        The ledger has the last word: a set that it no longer holds open is void.
        """
        current = self._acting.memory.open_set
        by_key = stimulus.kind in ("decision", "expired")
        if current is None or (by_key and stimulus.key != current.set_id):
            return None
        state = "expired" if stimulus.kind == "expired" else current.state
        if state in ("pending", "awaiting_code"):
            return None
        given = DecideSet(
            ref=self._acting.ref,
            set_id=current.set_id,
            state=state,
            by=",".join(current.approved_by)
            if state == "confirmed" and current.approved_by
            else current.decided_by or "",
            approved_by=current.approved_by,
            approval_role=current.approval_role if current.asked_approver else None,
            expires_at=current.expires_at,
        )
        if state == "confirmed":
            self._acting.memory.under_way = UnderWay(current)
        try:
            return await self._carry_out(given, current)
        finally:
            self._acting.memory.under_way = None

    async def _carry_out(self, given: DecideSet, current: OpenSet) -> SettledSet | None:
        stored = await steps.decide_set(given)
        if stored.state == "awaiting_approval":  # what was decided meanwhile stays in the memory's set
            self._acting.settled = True
            if not current.approved_by:
                await self._acting.say("approval_waiting", role=current.approval_role)
            return None
        self._acting.memory.open_set = None
        was_denied = current.asked_approver and current.decided_by != current.requester
        return await self._finish(stored, was_denied=was_denied, was_approval=current.asked_approver)

    async def _finish(self, stored: OpenSet, *, was_denied: bool = False, was_approval: bool = False) -> SettledSet:
        decision: SettledSet = "void"  # what the ledger still holds open was replaced or is being replaced
        if stored.state in ("confirmed", "declined", "expired"):
            decision = stored.state
        if decision == "confirmed":
            decision = await self._execute(stored)
            self._acting.restart_clock()
        if decision == "declined" and was_denied:
            decision = "denied"
        told = "declined" if decision == "withdrawn" else decision
        await steps.report_set(
            ReportSet(ref=self._acting.ref, step=self._acting.next_step(), set_id=stored.set_id, decision=told)
        )
        if decision in _WORDING:
            self._acting.settled = True
            self._acting.memory.plan = ()
            wording = "not_approved" if decision == "expired" and was_approval else decision
            await self._acting.say(_WORDING[wording])
        return decision

    async def end(self, state: Literal["declined", "void"], by: str) -> None:
        """End the open set without carrying it out, and say nothing of it."""
        current = self._acting.memory.open_set
        if current is not None:
            given = DecideSet(ref=self._acting.ref, set_id=current.set_id, state=state, by=by)
            await steps.decide_set(given)
            self._acting.memory.open_set = None

    async def show_again(self) -> bool:
        """Show the open card again, for an answer of its own. False where the ledger no longer holds it open.

        A decision that was taken while it was shown stands: its own turn, which is queued, carries it out.
        """
        shown_set = self._acting.memory.open_set
        if shown_set is None:
            return False
        given = ShowSet(ref=self._acting.ref, step=self._acting.next_step(), set_id=shown_set.set_id)
        shown = await steps.show_set(given)
        if not shown.is_open:
            return False
        current = self._acting.memory.open_set
        if current is not None and current.set_id == shown_set.set_id and current.state == "pending":
            self._acting.wait_for_customer(current)
        else:
            self._acting.step_aside()
        return True

    async def remind(self, set_id: str) -> None:
        """Remind the desk that an approval is still awaited."""
        current = self._acting.memory.open_set
        if current is not None and current.set_id == set_id and current.state == "awaiting_approval":
            await steps.remind_approvers(RemindApprovers(ref=self._acting.ref, set_id=set_id))
            self._acting.memory.reminded()

    async def _execute(self, stored: OpenSet) -> SettledSet:
        """All writes in order; where one fails for good, or the customer withdraws, what is done is undone."""
        done: list[tuple[str, str]] = []
        for effect_id, tool in stored.writes:
            if not self._acting.memory.begin_write():
                break
            outcome = await self._acting.write(effect_id, tool)
            if outcome.status == "stale":
                await self._compensate(done)
                return "void"
            if outcome.status == "uncertain":
                await self._acting.hand_over("effect_uncertain")
                return "confirmed"
            if outcome.status == "unreliable":
                await self._compensate([*done, (effect_id, tool)])
                await self._acting.hand_over("answer_contradicts")
                return "confirmed"
            if outcome.status != "done":
                await self._compensate(done)
                if outcome.code == "contradicted":
                    await self._acting.hand_over("contradiction")
                return "confirmed"
            done.append((effect_id, tool))
        if not self._acting.memory.withdrawn:
            return "confirmed"
        await self._compensate(done)
        return "withdrawn"

    async def execute(self, confirmed: OpenSet) -> None:
        """Carry out a set that nobody had to agree to, and report it to whoever thinks."""
        await self._finish(confirmed)

    async def _compensate(self, done: list[tuple[str, str]]) -> None:
        """Undo what was done, last first; what cannot be undone waits for a person, once all was tried."""
        undone = [await self._undo(effect_id, tool) for effect_id, tool in reversed(done)]
        if not all(undone):
            await self._acting.hand_over("compensation_failed")

    async def _undo(self, effect_id: str, tool: str) -> bool:
        """Whether the write is undone. One that breaks for good has failed like any other: the rest goes on."""
        try:
            outcome = await self._acting.write(effect_id, tool, purpose="compensation")
        except steps.FAILED:
            workflow.logger.error("undoing_failed")
            return False
        return outcome.status == "done"
