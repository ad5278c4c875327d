"""When does the runtime ask for a one-time code, and what does it do with what the customer types?"""

from typing import Final

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from contracts.request import OpenSet
    from contracts.steps import CodeOutcome, CodeSent, OfferSet, SendCode
    from workflows import steps
    from workflows.acting import Acting
    from workflows.sets import Sets

_SAID: Final = {"wrong": "code_wrong", "part": "code_part"}


class Codes:
    """The one-time codes of one turn. No model takes part: the runtime asks, the gateway compares, this decides."""

    def __init__(self, acting: Acting, sets: Sets) -> None:
        self._acting = acting
        self._sets = sets

    async def ask(self, open_set: OpenSet) -> None:
        """A set needs a code first: send one and wait. Where none can be sent, nothing of the set happens."""
        self._acting.wait_for_customer(open_set)
        await self._send(open_set)

    async def take(self, outcome: CodeOutcome) -> bool:
        """Act on what a message was to the awaited code. False where it was nothing to it, and is to be answered."""
        current = self._acting.memory.open_set
        if outcome == "none" or current is None or current.state != "awaiting_code":
            return False
        self._acting.settled = True
        match outcome:
            case "proved":
                await self._offer(current)
            case "wrong" | "part":
                await self._acting.say(_SAID[outcome])
            case "resend":
                await self._send(current)
            case "locked":
                await self._give_up("code_locked")
        return True

    async def _offer(self, current: OpenSet) -> None:
        until = workflow.now() + self._acting.memory.limits.confirmation_ttl
        ref, step = self._acting.ref, self._acting.next_step()
        await steps.offer_set(OfferSet(ref=ref, step=step, set_id=current.set_id, expires_at=until))
        self._acting.memory.offered(until)

    async def _send(self, current: OpenSet) -> None:
        given = SendCode(ref=self._acting.ref, step=self._acting.next_step(), set_id=current.set_id)
        try:
            sent = await steps.send_code(given)
        except ActivityError:
            sent = CodeSent(status="failed")
        match sent.status:
            case "sent":
                return
            case "too_soon":
                await self._acting.say("code_wait")
            case "locked":
                await self._give_up("code_locked")
            case "failed":
                await self._give_up("code_failed")

    async def _give_up(self, reason: str) -> None:
        """Nothing of the set happens; a colleague sees why."""
        await self._sets.end("void", f"runtime:{reason}")
        await self._acting.say(reason)
        await self._acting.hand_over(reason)
