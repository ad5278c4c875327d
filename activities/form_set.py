"""How do the allowed writes of one step become a set (T1): intended, digested, and shown where somebody must agree?"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.confirmation_card import found_values, words_of_card
from activities.replies import notice_for
from activities.scene import Scene
from activities.show_card import show_card
from contracts.ids import effect_id
from contracts.request import OpenSet, SetState
from contracts.steps import GuardCalls
from contracts.tool_schema import drop_absent
from governance.approvers import Approval
from governance.confirmation import render_confirmation
from governance.effects import effect_digest
from governance.judged_call import JudgedCall
from governance.write_set import ProposedWrite, WriteSet, confirmation_code
from storage.effects import EffectRow, database_now, intend_effect, withdraw_effects
from storage.events import append_event
from storage.sets import SetRow, decide_set, put_set
from storage.vault import Vault


def set_id_of(given: GuardCalls) -> str:
    """The id of the set that this step's writes form."""
    step = f"{given.ref.request_id}/t{given.ref.turn}.{given.step}"
    return f"set-{hashlib.sha256(step.encode()).hexdigest()[:16]}"


class SetFormer:
    """Forms sets. `secret` keys what must not be guessed: digests over customers' values, and codes.

    With it goes the customer's data key, which an erasure destroys: then nobody can tell by trying what was digested.
    """

    def __init__(self, vault: Vault, secret: bytes) -> None:
        self._vault = vault
        self._secret = secret

    async def key_of(self, connection: AsyncConnection, scene: Scene) -> bytes:
        """What keys digests of this request: of the installation and of the customer's data key together."""
        own = await self._vault.digest_key(connection, scene.request.request_id)
        return hashlib.sha256(self._secret + own).digest()

    async def form(
        self,
        connection: AsyncConnection,
        scene: Scene,
        given: GuardCalls,
        writes: list[tuple[str, JudgedCall]],
        approval: Approval | None,
        *,
        policy_epoch: int,
    ) -> OpenSet:
        """Intend every write and, where any needs it, show the set; otherwise it is confirmed from the start.

        `policy_epoch`: of the policies that judged the writes, or an older one; an activation since then voids them.
        A set that needs a one-time code is shown once that code is out, and offered once it was proved.
        """
        asks = any(call.needs != "none" for _, call in writes)
        key = await self.key_of(connection, scene)
        effects = [
            await self._intend(
                connection, scene, given, tool, call, ordinal, key=key, authorised=not asks, policy_epoch=policy_epoch
            )
            for ordinal, (tool, call) in enumerate(writes, start=1)
        ]
        bound = WriteSet(
            set_id=set_id_of(given),
            writes=tuple(ProposedWrite(tool=row.tool, arguments=row.arguments) for row in effects),
        )
        needs_code = any(call.needs_code for _, call in writes)
        state: SetState = "awaiting_code" if needs_code else "pending" if asks else "confirmed"
        now = await database_now(connection)
        stored = await put_set(connection, self._row(scene, given, bound, approval, state, now, key))
        if asks:
            await self._replace_older(connection, scene, stored)
        if state == "pending":
            await self._show(connection, scene, given, stored)
        return _open_set(scene, stored, state, approval, effects)

    async def _intend(
        self,
        connection: AsyncConnection,
        scene: Scene,
        given: GuardCalls,
        tool: str,
        call: JudgedCall,
        ordinal: int,
        *,
        key: bytes,
        authorised: bool,
        policy_epoch: int,
    ) -> EffectRow:
        """T1: the intended effect with its verdicts; a failing audit insert has already undone the transaction.

        A write that nobody confirms belongs to no set: the same one again is the same effect, whatever its step.
        """
        ref = given.ref
        arguments = drop_absent(scene.pack.tools[tool], call.arguments)
        row = EffectRow(
            effect_id=effect_id(ref.request_id, ref.turn, given.step, ordinal),
            request_id=ref.request_id,
            turn=ref.turn,
            step=given.step,
            ordinal=ordinal,
            tool=tool,
            intent=scene.request.intent,
            arguments=arguments,
            digest=effect_digest(tool, arguments, key),
            set_id=None if authorised else set_id_of(given),
            needs=call.needs,
            needs_code=call.needs_code,
            authorised=authorised,
            epoch=scene.request.epoch,
            policy_epoch=policy_epoch,
            sources=[source.model_dump(mode="json") for source in call.sources],
        )
        return await intend_effect(connection, row, [verdict.model_dump(mode="json") for verdict in call.verdicts])

    def _row(
        self,
        scene: Scene,
        given: GuardCalls,
        bound: WriteSet,
        approval: Approval | None,
        state: SetState,
        now: datetime,
        key: bytes,
    ) -> SetRow:
        """The set as stored; its digest is keyed, since arguments such as an amount are easily guessed."""
        digest = hmac.new(key, bound.digest.encode(), hashlib.sha256).hexdigest()
        channel = scene.pack.manifest.channels.get(scene.request.channel)  # type: ignore[call-overload]
        by_code = channel is not None and not channel.buttons
        card = render_confirmation(bound, scene.pack.tools, found_values(scene, bound)).model_dump(mode="json")
        code = confirmation_code(key, bound.set_id, digest) if by_code else None
        return SetRow(
            set_id=bound.set_id,
            request_id=given.ref.request_id,
            turn=given.ref.turn,
            step=given.step,
            digest=digest,
            state=state,
            approval_role=approval.role if approval else None,
            approvers=approval.people if approval else 1,
            card={**card, "code": code},
            expires_at=now + scene.pack.manifest.limits.confirmation_ttl,
            after_seq=scene.request.next_inbox,
        )

    async def _replace_older(self, connection: AsyncConnection, scene: Scene, row: SetRow) -> None:
        """There is one open set at a time: an older one is void from now on."""
        if scene.open_set is not None and scene.open_set.set_id != row.set_id:
            await _void(connection, scene.open_set)

    async def _show(self, connection: AsyncConnection, scene: Scene, given: GuardCalls, row: SetRow) -> None:
        """Show exactly these writes."""
        words, notice = words_of_card(scene.wording, row.card), notice_for(scene.request, scene.wording)
        await show_card(connection, given.ref, given.step, row, words, notice)


def _open_set(
    scene: Scene, stored: SetRow, state: SetState, approval: Approval | None, effects: Sequence[EffectRow]
) -> OpenSet:
    """What the workflow keeps of the set."""
    return OpenSet(
        set_id=stored.set_id,
        digest=stored.digest,
        expires_at=stored.expires_at,
        state=state,
        approval_role=approval.role if approval else None,
        approvers=approval.people if approval else 1,
        requester=scene.request.customer_id or "visitor",
        effects=tuple(effect.effect_id for effect in effects),
        tools=tuple(effect.tool for effect in effects),
        undoable=_undoable(scene, effects),
    )


def _undoable(scene: Scene, effects: Sequence[EffectRow]) -> int:
    """How many of the first of these writes have an undoing."""
    tools = scene.pack.tools
    return len(list(takewhile(lambda effect: tools[effect.tool].overlay.compensation is not None, effects)))


async def _void(connection: AsyncConnection, older: SetRow) -> None:
    if await decide_set(connection, older.set_id, "void", "runtime:replaced"):
        await withdraw_effects(connection, older.effect_ids, "replaced")
        await append_event(connection, older.request_id, "confirm", {"set_id": older.set_id, "state": "void"})
        if older.state == "awaiting_approval":
            event = {"set_id": older.set_id, "state": "void", "role": older.approval_role}
            await append_event(connection, older.request_id, "approval", event)
