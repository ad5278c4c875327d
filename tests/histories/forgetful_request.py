"""Which workflow would break requests that are under way? One whose turns leave a step out."""

import asyncio

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from contracts.request import StartRequest
    from contracts.steps import Classified, Retrieved, Screened
    from workflows import steps
    from workflows.customer_request import CustomerRequest
    from workflows.turn import Turn


class ForgetfulTurn(Turn):
    """A turn that screens no message."""

    async def _understand(self) -> tuple[Classified, Screened, Retrieved]:
        ref = self.acting.ref
        classified, retrieved = await asyncio.gather(steps.classify(ref), steps.retrieve(ref))
        return classified, Screened(), retrieved


@workflow.defn(name="CustomerRequest")
class ForgetfulRequest(CustomerRequest):
    """The same request but for the step."""

    @workflow.init
    def __init__(self, start: StartRequest) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: StartRequest) -> str:
        """Take turns that forget."""
        return await super().run(start)

    async def _take_turn(self) -> None:
        turn = ForgetfulTurn(self.memory, self.memory.next_stimulus())
        await turn.run()
        workflow.set_current_details(self.memory.story())
