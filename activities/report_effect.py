"""What became of a write that was sent? T3: the answer decides, its absence decides nothing (PROTOCOLS 4)."""

import contextlib
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio.exceptions import ApplicationError

from activities.plans import do_step
from activities.send_request import Answered, Sent, Unmade, Unsent
from activities.systems import Systems
from activities.take_result import safe_problem, take_result
from contracts.request import FollowUp
from contracts.steps import ToolOutcome
from contracts.tool import ToolContract
from contracts.values import JsonObject
from governance.canonical import canonical_bytes
from governance.effects import EffectEvent
from governance.personal import parse_token
from governance.pointers import find_values
from governance.validate_arguments import validate_result
from governance.write_set import as_hole
from storage.audit import append_audit
from storage.effects import EffectRow, Sending, change_effect, prove_unsent, read_effect
from storage.events import append_event
from storage.requests import read_request
from storage.step_writes import write_step

SKEW = timedelta(seconds=1)
"""How long after a token's end a late effect may still appear."""
LONGEST_TRY = 8
"""Sends after which an unanswered write is left to a person."""


class EffectLedger:
    """Reports what came of effects, under the ledger's compare-and-set; every change is recorded."""

    def __init__(self, systems: Systems) -> None:
        self._systems = systems

    @contextlib.asynccontextmanager
    async def locked(self, request_id: str) -> AsyncGenerator[AsyncConnection]:
        """A transaction that holds the request's row first: effects come behind it in the order of locks."""
        async with self._systems.database.begin() as connection:
            await read_request(connection, request_id, lock=True)
            yield connection

    async def report(self, contract: ToolContract, effect: EffectRow, sending: Sending, sent: Sent) -> ToolOutcome:
        """T3: what came back decides; no answer decides nothing."""
        if isinstance(sent, Unmade):
            return await self._end_unmade(contract, effect, sending.attempt, sent.code)
        if isinstance(sent, Unsent):
            async with self.locked(effect.request_id) as connection:
                proven = await prove_unsent(connection, effect.effect_id, sending.attempt)
            wait = timedelta(seconds=1) if proven else sending.send_until + SKEW - sending.now
            return await self._later(effect, contract, sending.attempt, wait, "tool.unreachable")
        if not isinstance(sent, Answered) or _says_nothing(effect, sending, sent):
            wait = max(sending.send_until + SKEW - sending.now, SKEW)
            return await self._later(effect, contract, sending.attempt, wait, "tool.unanswered")
        async with self.locked(effect.request_id) as connection:
            outcome = await self._settle(connection, contract, effect, sending, sent)
        self._systems.database.waker.wake(effect.request_id)
        return outcome

    async def _end_unmade(self, contract: ToolContract, effect: EffectRow, attempt: int, code: str) -> ToolOutcome:
        """Not a byte of this send left: rejected as not sent, where no earlier one may have arrived either."""
        async with self.locked(effect.request_id) as connection:
            proven = await prove_unsent(connection, effect.effect_id, attempt)
            current = await read_effect(connection, effect.effect_id)
            if not proven and current.attempt != attempt:
                return self.outcome_of(contract, current)
            return await self._give_up(connection, contract, current, unsent_because=code)

    async def _later(
        self, effect: EffectRow, contract: ToolContract, attempt: int, wait: timedelta, code: str
    ) -> ToolOutcome:
        """Try again after `wait`; after too many sends the effect is left to a person."""
        if attempt < LONGEST_TRY:
            raise ApplicationError(f"{contract.name} has no answer yet", type=code, next_retry_delay=wait)
        return await self.lose(effect.request_id, effect.effect_id)

    async def _settle(
        self,
        connection: AsyncConnection,
        contract: ToolContract,
        effect: EffectRow,
        sending: Sending,
        sent: Answered,
    ) -> ToolOutcome:
        if sent.refused:
            vault, request_id = self._systems.vault, effect.request_id
            problem = await safe_problem(connection, vault, request_id, contract, sent)
            await self.change(connection, effect, "refuse", problem=problem, attempt=sending.attempt)
            await self.tell(connection, effect, contract, "failed")
            return self.outcome_of(contract, await read_effect(connection, effect.effect_id))
        if problem := find_contradiction(contract, effect.arguments, sent):
            await self.change(connection, effect, "succeed_late", problem={"code": problem})
            await self.tell(connection, effect, contract, "failed")
        else:
            await self.succeed(connection, contract, effect, "succeed_late", sent)
        return self.outcome_of(contract, await read_effect(connection, effect.effect_id))

    async def succeed(
        self, connection: AsyncConnection, contract: ToolContract, effect: EffectRow, event: EffectEvent, sent: Answered
    ) -> None:
        """The effect is there: its result becomes facts, its bytes are proof, the plan moves on."""
        safe = await take_result(
            connection, self._systems.vault, effect.request_id, contract, sent.body, effect.effect_id, sent.names
        )
        if not await self.change(connection, effect, event, result=cast("dict[str, Any]", safe)):
            return
        await change_effect(connection, effect.effect_id, "verify")
        await self.tell(connection, effect, contract, "done")
        request = await read_request(connection, effect.request_id, lock=True)
        if request is not None and (writes := do_step(request, effect.tool)).events:
            await write_step(connection, effect.request_id, writes)

    async def change(
        self,
        connection: AsyncConnection,
        effect: EffectRow,
        event: EffectEvent,
        *,
        result: dict[str, Any] | None = None,
        problem: dict[str, Any] | None = None,
        attempt: int | None = None,
    ) -> bool:
        """Change the effect and record it; False, and no record, where it was no longer to be changed."""
        if not await change_effect(
            connection, effect.effect_id, event, result=result, problem=problem, attempt=attempt
        ):
            return False
        record = {"effect": effect.effect_id, "tool": effect.tool, "outcome": event, "digest": effect.digest}
        await append_audit(connection, effect.request_id, f"{effect.effect_id}#{event}", "effect", record)
        return True

    async def lose(self, request_id: str, effect_id: str) -> ToolOutcome:
        """Nobody can say whether it happened: it waits in a person's queue. One that was never sent is withdrawn."""
        async with self.locked(request_id) as connection:
            effect = await read_effect(connection, effect_id, lock=True)
            request = await read_request(connection, request_id)
            assert request is not None
            contract = (await self._systems.companies.of(connection, request)).pack.tools[effect.tool]
            return await self._give_up(connection, contract, effect, unsent_because="unreachable")

    async def _give_up(
        self, connection: AsyncConnection, contract: ToolContract, effect: EffectRow, *, unsent_because: str
    ) -> ToolOutcome:
        if effect.state == "intended":
            await self.change(connection, effect, "withdraw", problem={"code": unsent_because})
            await self.tell(connection, effect, contract, "failed")
            return ToolOutcome(status="not_sent", code=unsent_because)
        if effect.state == "executing":
            await self.change(connection, effect, "lose")
            await self.tell(connection, effect, contract, "failed")
        return self.outcome_of(contract, await read_effect(connection, effect.effect_id))

    def outcome_of(self, contract: ToolContract, effect: EffectRow) -> ToolOutcome:
        """What the ledger says of the effect now. Raises ApplicationError, retryable, while it is being sent."""
        match effect.state:
            case "executed" if effect.problem is not None:
                return ToolOutcome(status="unreliable", code=str(effect.problem.get("code", "unreliable")))
            case "executed" | "verified" | "compensated":
                return ToolOutcome(status="done", follow_up=self.follow_up(contract, effect.effect_id))
            case "rejected":
                return self._rejected(contract, effect)
            case "uncertain":
                return ToolOutcome(status="uncertain", code="uncertain")
            case "executing" | "intended":
                raise ApplicationError("another attempt is sending", type="tool.taken", next_retry_delay=SKEW)

    def _rejected(self, contract: ToolContract, effect: EffectRow) -> ToolOutcome:
        code = str((effect.problem or {}).get("code", "rejected"))
        if effect.never_left:
            return ToolOutcome(status="not_sent", code=code)
        return ToolOutcome(status="stale" if code in contract.overlay.stale_codes else "refused", code=code)

    def follow_up(self, contract: ToolContract, effect_id: str) -> FollowUp | None:
        """When to look again after this write, where its pack says so."""
        follow = contract.overlay.follow_up
        if follow is None:
            return None
        scale = self._systems.time_scale
        due = datetime.now(UTC) + follow.after * scale
        return FollowUp(effect_id=effect_id, due_at=due, every=follow.every * scale, left=follow.at_most)

    async def tell(self, connection: AsyncConnection, effect: EffectRow, contract: ToolContract, state: str) -> None:
        """Show people how far the call is."""
        event = {"call": effect.effect_id, "tool": effect.tool, "text": contract.overlay.status, "state": state}
        await append_event(connection, effect.request_id, "tool", event)


def find_contradiction(contract: ToolContract, arguments: JsonObject, sent: Answered) -> str:
    """Why a success cannot be relied on: it breaks its contract, or repeats other values than were sent. Empty: it can.

    The overlay's `echo` says where an answer repeats an argument; holes and tokens are not compared.
    """
    if not validate_result(contract, sent.body, sent.status).verdict.allowed:
        return "unreliable"
    for name, pointer in contract.overlay.echo.items():
        said = arguments.get(name)
        if said is None or as_hole(said) is not None or (isinstance(said, str) and parse_token(said) is not None):
            continue
        found = [value for _, value in find_values(sent.body, pointer)]
        if [canonical_bytes(value) for value in found] != [canonical_bytes(said)]:
            return "contradictory"
    return ""


def _says_nothing(effect: EffectRow, sending: Sending, sent: Answered) -> bool:
    """Whether nobody can say from this answer what became of the effect.

    A refusal of this send's token alone says nothing of an earlier send that has no answer.
    """
    if not (sent.succeeded or sent.refused):
        return True
    unaccounted = sending.attempt - 1 - effect.unsent
    return sent.refused and sent.refused_before_looking and unaccounted > 0
