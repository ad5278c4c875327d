"""What does a company's system do for this call? A read, a write, a compensation or a follow-up, under the rules."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.compensate_effect import EffectCompensator
from activities.execute_effect import EffectExecutor
from activities.guard_calls import Proposed, known_of, proposals_of, represented_by
from activities.heartbeats import heartbeats
from activities.metrics import Metrics
from activities.plans import do_step
from activities.report_effect import EffectLedger
from activities.scene import Scene, read_scene
from activities.send_request import Answered, Sent
from activities.settle_owner import settle_owner
from activities.systems import Systems
from activities.take_result import notice_contradictions, observe, observed, safe_problem, take_result
from contracts.ids import entry_key
from contracts.steps import InvokeTool, ToolOutcome
from contracts.tool import ToolContract
from contracts.tool_schema import drop_absent
from contracts.values import JsonObject
from contracts.verdict import Verdict
from governance.computed import compute_arguments
from governance.effects import STANDING
from governance.pointers import find_values
from governance.resolve_arguments import resolve_arguments
from governance.sources import bind_identity
from governance.switches import check_tool
from governance.taint import holds_prose
from governance.validate_arguments import parse_arguments, validate_result
from storage.audit import append_audit
from storage.effects import EffectRow, read_effect
from storage.entries import Entry, put_entry
from storage.requests import lock_request, read_request, update_request
from storage.step_writes import NewEvent, StepWrites, write_step

READ_ATTEMPTS = 3


@dataclass(frozen=True)
class _Read:
    """One allowed read: who asked for it, in which scene, of which tool."""

    given: InvokeTool
    scene: Scene
    proposal: Proposed
    contract: ToolContract

    @property
    def request_id(self) -> str:
        return self.given.ref.request_id

    def observed(self, content: dict[str, Any], *, tainted: bool) -> Entry:
        """What the model is told of it."""
        turn, proposal = self.given.ref.turn, self.proposal
        return observed(turn, self.given.step, proposal.index, proposal.call_id, content, tainted=tainted)

    def told(self, state: str) -> StepWrites:
        """What people see of how far it is."""
        overlay = self.contract.overlay
        data = {"call": self.proposal.call_id, "tool": self.contract.name, "text": overlay.status, "state": state}
        return StepWrites(events=(NewEvent(type="tool", data=data),))


class InvokeToolActivity:
    """Activity `invoke_tool`."""

    def __init__(self, systems: Systems, metrics: Metrics) -> None:
        self._systems = systems
        self._metrics = metrics
        self._effects = EffectExecutor(systems, metrics)
        self._compensator = EffectCompensator(systems, metrics)
        self._ledger = EffectLedger(systems)

    @activity.defn(name="lose_effect")
    async def lose_effect(self, given: InvokeTool) -> ToolOutcome:
        """Give up on an unanswered write: it becomes uncertain, unless the ledger knows better."""
        if given.purpose == "compensation":
            return await self._compensator.lose(given)
        return await self._ledger.lose(given.ref.request_id, given.effect_id)

    @activity.defn(name="invoke_tool")
    async def invoke_tool(self, given: InvokeTool) -> ToolOutcome:
        """Carry out one allowed call. Raises ApplicationError, retryable, while the outcome can still be found out."""
        started = time.monotonic()
        async with heartbeats():
            outcome = await self._invoke(given)
        return outcome.model_copy(update={"ms": round((time.monotonic() - started) * 1000)})

    async def _invoke(self, given: InvokeTool) -> ToolOutcome:
        match given.purpose:
            case "call" if given.effect_id:
                return await self._effects.execute(given)
            case "compensation":
                return await self._compensator.compensate(given)
            case "follow_up":
                return await self._look_again(given)
            case "call":
                outcome = await self._read(given)
                self._metrics.invoked(given.tool, "read", outcome)
                return outcome

    async def _read(self, given: InvokeTool) -> ToolOutcome:
        ref = given.ref
        async with self._systems.database.begin() as connection:
            scene = await self._scene(connection, given, lock=True)  # waited for first, so that switches are new
            proposal = next(one for one in proposals_of(scene, ref.turn, given.step) if one.index == given.index)
            contract = scene.pack.tools[proposal.tool]
            read = _Read(given, scene, proposal, contract)
            await write_step(connection, ref.request_id, read.told("started"))
        self._systems.database.waker.wake(ref.request_id)
        arguments = _arguments_of(scene, contract, parse_arguments(proposal.arguments).value)
        sent: Sent | Verdict = await self._send_read(scene, contract, arguments)
        if not isinstance(sent, Answered | Verdict) or (isinstance(sent, Answered) and sent.status >= 500):
            self._retry_or_go_on(contract)
        async with self._systems.database.begin() as connection:
            await lock_request(connection, ref.request_id)
            if isinstance(sent, Answered):
                key = f"{ref.request_id}/t{ref.turn}.{given.step}#owner{given.index}"
                sent = (
                    await settle_owner(
                        connection, self._systems.companies, scene, contract, arguments, sent, decision_id=key
                    )
                    or sent
                )
            outcome = await self._observe_read(connection, read, sent)
        self._systems.database.waker.wake(ref.request_id)
        return outcome

    async def _scene(self, connection: AsyncConnection, given: InvokeTool, *, lock: bool = False) -> Scene:
        systems, ref = self._systems, given.ref
        return await read_scene(connection, systems.vault, systems.companies, ref.request_id, ref.turn, lock=lock)

    async def _send_read(self, scene: Scene, contract: ToolContract, arguments: JsonObject) -> Sent | Verdict:
        """Send, unless it was switched off since the guards allowed it: then their denial comes back.

        The scene was read just now, for this send.
        """
        verdict = check_tool(scene.switches, scene.pack.name, scene.request.intent, contract.name)
        if not verdict.allowed:
            return verdict
        resolved = resolve_arguments(contract, arguments, scene.tokens).tree
        now = datetime.now(UTC)
        return await self._systems.send(
            contract,
            resolved if isinstance(resolved, dict) else {},
            scene.request,
            now=now,
            until=now + contract.overlay.timeout,
            idempotency_key=None,
        )

    def _retry_or_go_on(self, contract: ToolContract) -> None:
        """A system that is down is tried again a few times; then the model is told."""
        if activity.info().attempt < READ_ATTEMPTS:
            raise ApplicationError(f"{contract.name} did not answer", type="tool.unavailable")

    async def _observe_read(self, connection: AsyncConnection, read: _Read, sent: Sent | Verdict) -> ToolOutcome:
        contract, vault, theirs = read.contract, self._systems.vault, False
        if isinstance(sent, Verdict):
            error = {"code": sent.code, "detail": sent.detail, "advice": sent.advice or ""}
            outcome = ToolOutcome(status="refused", code=sent.code)
        elif not isinstance(sent, Answered):
            error = {"code": "unavailable", "detail": f"{contract.title} does not answer right now."}
            outcome = ToolOutcome(status="refused", code="unavailable")
        elif not sent.succeeded:
            error = await safe_problem(connection, vault, read.request_id, contract, sent)
            outcome, theirs = ToolOutcome(status="refused", code=str(error["code"])), True
        elif not (checked := validate_result(contract, sent.body, sent.status)).verdict.allowed:
            error = {"code": "unreliable", "detail": checked.verdict.detail}
            outcome = ToolOutcome(status="unreliable", code="unreliable")
        else:
            call_id = read.proposal.call_id
            safe = await take_result(connection, vault, read.request_id, contract, sent.body, call_id, sent.names)
            await self._take_in(connection, read, safe)
            await self._identify(connection, read, sent.body)
            return ToolOutcome(status="done")
        seen = read.observed({"error": error}, tainted=theirs)
        await _put_with_event(connection, read.request_id, seen, read.told("failed"))
        return outcome

    async def _take_in(self, connection: AsyncConnection, read: _Read, safe: JsonValue) -> None:
        """The model may see the result, and the plan moves on. The request's row is locked."""
        request = await read_request(connection, read.request_id)
        seen = read.observed({"result": safe}, tainted=holds_prose(safe))
        done = do_step(request, read.contract.name) if request is not None else StepWrites()
        if await _put_with_event(connection, read.request_id, seen, read.told("done").then(done)):
            await notice_contradictions(connection, read.scene.pack, read.request_id, read.contract)

    async def _identify(self, connection: AsyncConnection, read: _Read, body: JsonValue) -> None:
        """A visitor who passed the pack's authentication step may read the record that they proved to know."""
        authentication = read.scene.pack.manifest.authentication
        if authentication is None or authentication.tool != read.contract.name:
            return
        request = await read_request(connection, read.request_id, lock=True)
        if request is None or request.assurance != "anonymous":
            return
        record = str(_value_at(body, authentication.reservation))
        await update_request(connection, read.request_id, assurance=authentication.grants, reservations=[record])
        proof = {"tool": read.contract.name, "assurance": authentication.grants}
        await append_audit(connection, read.request_id, f"{read.request_id}#identified", "identified", proof)

    async def _look_again(self, given: InvokeTool) -> ToolOutcome:
        """Read how far the process is that an effect started; the model sees it once it has come to its end."""
        async with self._systems.database.begin() as connection:
            scene = await self._scene(connection, given)
            effect = await read_effect(connection, given.effect_id)
        follow = scene.pack.tools[effect.tool].overlay.follow_up
        if effect.state not in STANDING:  # it was undone, or a person found that it never happened: nothing is awaited
            return ToolOutcome(status="not_sent", code="undone")
        if follow is None or effect.result is None:
            return ToolOutcome(status="refused", code="no_follow_up")
        contract = scene.pack.tools[follow.tool]
        found = {name: _value_at(effect.result, pointer) for name, pointer in follow.arguments.items()}
        arguments = cast("JsonObject", found)
        bound = bind_identity(arguments, contract, scene.request.acting).arguments
        sent = await self._send_read(scene, contract, bound)
        if (
            not isinstance(sent, Answered)
            or not sent.succeeded
            or not validate_result(contract, sent.body, sent.status).verdict.allowed
        ):
            self._retry_or_go_on(contract)
            return ToolOutcome(status="refused", code="unavailable")
        if str(_value_at(sent.body, follow.until.pointer)) in follow.until.not_in:
            return ToolOutcome(status="done")
        async with self._systems.database.begin() as connection:
            await self._show_follow_up(connection, given, effect, contract, sent)
        return ToolOutcome(status="done", settled=True)

    async def _show_follow_up(
        self, connection: AsyncConnection, given: InvokeTool, effect: EffectRow, contract: ToolContract, sent: Answered
    ) -> None:
        ref = given.ref
        call = f"follow_{ref.turn}_{given.step}"
        result = sent.body if isinstance(sent.body, dict) else {}
        safe = await take_result(connection, self._systems.vault, ref.request_id, contract, result, call, sent.names)
        arguments = json.dumps({"case": effect.tool})
        entry = Entry(
            entry_key=entry_key(ref.turn, given.step, 0),
            turn=ref.turn,
            step=given.step,
            n=0,
            kind="call",
            body={"call_id": call, "name": "get_follow_up", "arguments": arguments},
        )
        await put_entry(connection, ref.request_id, entry)
        seen = {"tool": contract.name, "result": safe}
        await observe(connection, ref.request_id, ref.turn, given.step, 0, call, seen, tainted=holds_prose(safe))


async def _put_with_event(connection: AsyncConnection, request_id: str, seen: Entry, told: StepWrites) -> bool:
    """Store what was observed, and tell of it. Where it was stored before, a repeated call still has to be told of."""
    if await write_step(connection, request_id, StepWrites((seen,)).then(told)):
        return True
    await write_step(connection, request_id, StepWrites(events=told.events[:1]))
    return False


def _arguments_of(scene: Scene, contract: ToolContract, parsed: JsonValue) -> JsonObject:
    """The arguments of a read as the guards have judged them: absent ones dropped, identity bound, values computed."""
    given = drop_absent(contract, parsed if isinstance(parsed, dict) else {})
    represented = represented_by(scene.facts, scene.request.customer_id)
    bound = bind_identity(given, contract, scene.request.acting, represented).arguments
    computed = compute_arguments(contract, bound, known_of(scene))
    if not computed.verdict.allowed:
        raise ApplicationError("what the guards computed cannot be any more", type="tool.not_computable")
    return drop_absent(contract, computed.arguments)


def _value_at(tree: object, pointer: str) -> object:
    found = list(find_values(tree, pointer))  # type: ignore[arg-type]
    return found[0][1] if found else None
