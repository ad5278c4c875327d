"""How does a one-time code reach the customer? Made here, bound to one set, delivered by the company's own system."""

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.replies import notice_for
from activities.send_request import Answered
from activities.show_card import locked_set, show_card
from activities.systems import Systems
from activities.take_result import tokenise_result
from contracts.pack import Pack, StepUp
from contracts.steps import CodeSent, SendCode
from contracts.template import fill_text, fill_value
from contracts.tool import ToolContract
from contracts.values import JsonObject
from governance.pointers import find_values
from governance.sources import bind_identity
from storage.audit import append_audit
from storage.codes import CodeRow, CodeRules, code_is_out, make_code
from storage.requests import RequestRow
from storage.sets import await_code

ADDRESS_UNKNOWN = "the address on file"


def rules_of(step_up: StepUp) -> CodeRules:
    """How often codes may be sent and missed."""
    return CodeRules(
        ttl=step_up.code_ttl,
        failures=step_up.failures,
        lock=step_up.lock,
        sends=step_up.sends,
        sends_a_day=step_up.sends_a_day,
        resend_after=step_up.resend_after,
    )


@dataclass(frozen=True)
class _Delivery:
    """Everything that one delivery needs. The code itself exists only in memory."""

    pack: Pack
    step_up: StepUp
    request: RequestRow
    code: CodeRow
    purpose: str

    @property
    def contract(self) -> ToolContract:
        return self.pack.tools[self.step_up.tool]


class SendCodeActivity:
    """Activity `send_code`. `key` is the key of one-time codes, the gateway's too."""

    def __init__(self, systems: Systems, key: bytes) -> None:
        self._systems = systems
        self._key = key

    @activity.defn(name="send_code")
    async def send_code(self, given: SendCode) -> CodeSent:
        """Have a code delivered and say so. Repeating it delivers the same code under the same idempotency key.

        Raises ApplicationError, retryable, while the company's system does not answer.
        """
        async with self._systems.database.begin() as connection:
            made = await self._make(connection, given)
        if isinstance(made, CodeSent):
            return made
        sent_to = await self._deliver(made)
        if sent_to is None:
            return CodeSent(status="failed")
        async with self._systems.database.begin() as connection:
            await self._tell(connection, given, made, sent_to)
        self._systems.database.waker.wake(given.ref.request_id)
        return CodeSent(status="sent")

    async def _make(self, connection: AsyncConnection, given: SendCode) -> _Delivery | CodeSent:
        request, stored = await locked_set(connection, given.ref, given.set_id)
        pack = (await self._systems.companies.of(connection, request)).pack
        step_up = pack.manifest.step_up
        if step_up is None or request.customer_id is None or stored.state != "awaiting_code":
            return CodeSent(status="failed")
        row = CodeRow(
            code_id=_code_id(given),
            request_id=request.request_id,
            set_id=stored.set_id,
            pack=request.pack,
            principal=request.customer_id,
            digest=stored.digest,
            nonce=os.urandom(16),
        )
        made = await make_code(connection, row, rules_of(step_up))
        if not isinstance(made, CodeRow):
            return CodeSent(status=made)
        return _Delivery(pack, step_up, request, made, str(stored.card["title"]))

    async def _deliver(self, made: _Delivery) -> str | None:
        """Where it went, masked by the company and a token here; None where the system refuses."""
        contract, step_up = made.contract, made.step_up
        values: JsonObject = {
            "code": made.code.code(self._key),
            "purpose": made.purpose,
            "minutes": max(1, round(step_up.code_ttl.total_seconds() / 60)),
        }
        filled = cast("JsonObject", fill_value(dict(step_up.arguments), values))
        arguments = bind_identity(filled, contract, made.request.acting).arguments
        now = datetime.now(UTC)
        sent = await self._systems.send(
            contract,
            arguments,
            made.request,
            now=now,
            until=now + contract.overlay.timeout,
            idempotency_key=made.code.code_id,
        )
        if not isinstance(sent, Answered) or sent.status >= 500:
            raise ApplicationError(f"{contract.name} does not answer", type="code.undelivered")
        return await self._address(made, sent) if sent.succeeded else None

    async def _address(self, made: _Delivery, sent: Answered) -> str:
        async with self._systems.database.begin() as connection:
            vault, request_id = self._systems.vault, made.request.request_id
            safe = await tokenise_result(connection, vault, request_id, made.contract, sent.body, sent.names)
        pointer = made.step_up.sent_to
        found = list(find_values(safe, pointer)) if pointer is not None else []
        return str(found[0][1]) if found else ADDRESS_UNKNOWN

    async def _tell(self, connection: AsyncConnection, given: SendCode, made: _Delivery, sent_to: str) -> None:
        """The code counts from now on; the customer is asked for it, once."""
        request, stored = await locked_set(connection, given.ref, given.set_id)
        if not await code_is_out(connection, made.code, made.step_up.code_ttl):
            return
        card = await await_code(connection, stored.set_id, sent_to)
        if card is None:
            return
        wording = made.pack.wording(request.locale)
        text = fill_text(wording.code_sent, {"sent_to": sent_to})
        notice, shown = notice_for(request, wording), stored.model_copy(update={"card": card})
        await show_card(connection, given.ref, given.step, shown, text, notice, state="code")
        record = {"set": stored.set_id, "code": made.code.code_id}
        await append_audit(connection, request.request_id, f"{made.code.code_id}#sent", "code_sent", record)


def _code_id(given: SendCode) -> str:
    """A retried activity finds its own code again; another step's is another code."""
    place = f"{given.ref.request_id}/t{given.ref.turn}.{given.step}/{given.set_id}"
    return f"code-{hashlib.sha256(place.encode()).hexdigest()[:24]}"
