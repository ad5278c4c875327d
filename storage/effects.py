"""What became of every write? The ledger's compare-and-set (PROTOCOLS 4): T1 intends, T2 sends, T3 reports."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import ColumnElement, func, null, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.model import Contract
from governance.effects import EffectEvent, EffectState, states_before, transition
from storage.effect_tables import effects


class EffectRow(Contract):
    """One effect as stored. `arguments` may hold tokens and holes; `sent` are the bytes that were sent.

    `sources` says where each argument comes from; of `attempt` sends `unsent` are proven never to have left.
    """

    effect_id: str
    request_id: str
    turn: int
    step: int
    ordinal: int
    tool: str
    intent: str = ""
    """The wish it serves: a switch of this intent stops it, whatever the request is about by then."""
    arguments: dict[str, Any]
    digest: str
    set_id: str | None = None
    state: EffectState = "intended"
    attempt: int = 0
    needs: str = "none"
    needs_code: bool = False
    """It runs only behind a one-time code that was proved for exactly its set."""
    authorised: bool = False
    authorised_until: datetime | None = None
    epoch: int = 0
    policy_epoch: int = 0
    sent: bytes | None = None
    send_until: datetime | None = None
    result: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None
    compensates: str | None = None
    sources: list[dict[str, Any]] = Field(default=[])
    unsent: int = 0
    sent_at: datetime | None = None
    intended_at: datetime | None = None

    @property
    def never_left(self) -> bool:
        """Whether no send of it can have arrived: none was begun, or each is proven never to have left."""
        return self.attempt == self.unsent


_LATER = {"state", "attempt", "sent", "send_until", "result", "problem", "unsent", "sent_at", "intended_at"}
"""What an effect has only after T1."""


async def intend_effect(connection: AsyncConnection, row: EffectRow, verdicts: list[dict[str, Any]]) -> EffectRow:
    """T1: insert the effect as `intended`; on conflict return what is stored, by its id or as the same payment."""
    values = row.model_dump(exclude=_LATER)
    statement = insert(effects).values(**values, verdicts=verdicts).on_conflict_do_nothing().returning(effects)
    stored = (await connection.execute(statement)).mappings().first()
    if stored is None:
        stored = (await connection.execute(_same_effect(row))).mappings().one()
    return EffectRow.model_validate(dict(stored))


def _same_effect(row: EffectRow) -> Any:
    same = (
        (effects.c.request_id == row.request_id)
        & (effects.c.tool == row.tool)
        & (effects.c.digest == row.digest)
        & effects.c.set_id.is_not_distinct_from(row.set_id)
        & effects.c.state.not_in(("rejected", "compensated"))
    )
    by_id = effects.c.effect_id == row.effect_id
    return select(effects).where(by_id | same).order_by(by_id.desc()).limit(1)


Obstacle = Literal["taken", "expired", "switched_off", "held", "policies_changed", "not_authorised_now"]
"""Why a send cannot begin; `taken`: another attempt has begun it, or it was ended."""


class Sending(Contract):
    """T2 succeeded: this attempt may send until `send_until`; both times are PostgreSQL's."""

    now: datetime
    send_until: datetime
    attempt: int


_T2 = text(
    """
    UPDATE handrail.effects AS e
    SET state = 'executing', attempt = e.attempt + 1, sent = COALESCE(e.sent, :sent),
        sent_at = COALESCE(e.sent_at, clock_timestamp()),
        send_until = clock_timestamp() + CAST(:budget AS interval)
    FROM handrail.requests AS r
    WHERE e.effect_id = :effect_id AND e.state = 'intended' AND e.digest = :digest
      AND (NOT e.needs_code OR EXISTS (
          SELECT 1 FROM handrail.one_time_codes AS c JOIN handrail.sets AS s ON s.set_id = c.set_id
          WHERE c.set_id = e.set_id AND c.digest = s.digest AND c.state = 'proved'))
      AND e.authorised AND (e.authorised_until IS NULL OR e.authorised_until > clock_timestamp())
      AND r.request_id = e.request_id
      AND (e.compensates IS NOT NULL OR (
          r.epoch = e.epoch AND r.holder = 'agent'
          AND e.policy_epoch = COALESCE(
              (SELECT max(a.epoch) FROM handrail.pack_activations AS a WHERE a.pack = r.pack), 0)
          AND NOT EXISTS (
              SELECT 1 FROM handrail.switches AS s WHERE s.pack = r.pack AND NOT s."on"
              AND ((s.kind = 'tool' AND s.name = e.tool) OR (s.kind = 'pack' AND s.name = r.pack)
                   OR (s.kind = 'intent' AND s.name IN (e.intent, r.intent))))))
    RETURNING e.send_until - CAST(:budget AS interval) AS now, e.send_until AS send_until, e.attempt AS attempt
    """
)


async def begin_sending(
    connection: AsyncConnection, effect_id: str, digest: str, sent: bytes, *, budget: timedelta
) -> Sending | None:
    """T2: `intended` → `executing`, only while authorised, unexpired, switched on, under this policy and holder.

    None means not now: `find_obstacle` says why. Times are judged by the clock and not by the transaction's beginning,
    which may have waited for its request since. Switches and takeovers act here, at once. A compensation always runs:
    whatever stopped the rest of its set must not leave it half done.
    """
    values = {"effect_id": effect_id, "digest": digest, "sent": sent, "budget": budget}
    row = (await connection.execute(_T2, values)).mappings().first()
    return Sending.model_validate(dict(row)) if row else None


_OBSTACLE = text(
    """
    SELECT CASE
        WHEN e.state <> 'intended' THEN 'taken'
        WHEN e.authorised AND e.authorised_until <= clock_timestamp() THEN 'expired'
        WHEN NOT e.authorised OR e.compensates IS NOT NULL THEN 'not_authorised_now'
        WHEN EXISTS (
            SELECT 1 FROM handrail.switches AS s WHERE s.pack = r.pack AND NOT s."on"
            AND ((s.kind = 'tool' AND s.name = e.tool) OR (s.kind = 'pack' AND s.name = r.pack)
                 OR (s.kind = 'intent' AND s.name IN (e.intent, r.intent)))) THEN 'switched_off'
        WHEN r.epoch <> e.epoch OR r.holder <> 'agent' THEN 'held'
        WHEN e.policy_epoch <> COALESCE(
            (SELECT max(a.epoch) FROM handrail.pack_activations AS a WHERE a.pack = r.pack), 0) THEN 'policies_changed'
        ELSE 'not_authorised_now' END
    FROM handrail.effects AS e JOIN handrail.requests AS r USING (request_id)
    WHERE e.effect_id = :effect_id
    """
)


async def find_obstacle(connection: AsyncConnection, effect_id: str) -> Obstacle:
    """Why T2 said no: ask within its transaction. `held`: a person has the request, or had it since the yes.

    `not_authorised_now` where nobody agreed, or where what stood in the way is gone again by this statement.
    """
    return (await connection.execute(_OBSTACLE, {"effect_id": effect_id})).scalar_one()


async def begin_resending(
    connection: AsyncConnection,
    effect_id: str,
    attempt: int,
    *,
    budget: timedelta,
    skew: timedelta,
) -> Sending | None:
    """Take the next attempt of an effect found `executing` after its time, by PostgreSQL's clock: same key, same bytes.

    None: another attempt has taken it, or its time and `skew` are not over.
    """
    statement = (
        update(effects)
        .where(effects.c.effect_id == effect_id, effects.c.state == "executing", effects.c.attempt == attempt)
        .where(effects.c.send_until + skew <= func.clock_timestamp())
        .values(attempt=effects.c.attempt + 1, send_until=func.clock_timestamp() + budget)
        .returning((effects.c.send_until - budget).label("now"), effects.c.send_until, effects.c.attempt)
    )
    row = (await connection.execute(statement)).mappings().first()
    return Sending.model_validate(dict(row)) if row else None


async def prove_unsent(connection: AsyncConnection, effect_id: str, attempt: int) -> bool:
    """This attempt never left. `executing` → `intended` where that holds of every attempt; else False.

    An earlier attempt without an answer may have arrived, whatever became of this one: the effect stays `executing`.
    """
    statement = (
        update(effects)
        .where(effects.c.effect_id == effect_id, effects.c.state.in_(states_before("prove_unsent")))
        .where(effects.c.attempt == attempt, effects.c.unsent == attempt - 1)
        .values(state=transition("executing", "prove_unsent"), unsent=attempt)
    )
    return (await connection.execute(statement)).rowcount == 1


async def database_now(connection: AsyncConnection) -> datetime:
    """PostgreSQL's time: a worker's own clock may be wrong."""
    return (await connection.execute(select(func.now()))).scalar_one()


async def change_effect(
    connection: AsyncConnection,
    effect_id: str,
    event: EffectEvent,
    *,
    result: dict[str, Any] | None = None,
    problem: dict[str, Any] | None = None,
    attempt: int | None = None,
) -> bool:
    """T3 and every other transition: compare-and-set from the states where `event` is legal. False: it was not.

    With `attempt` only that attempt may make it: a refusal or an unsent call says nothing of a later attempt's send.
    """
    before = states_before(event)
    after = transition(before[0], event)
    values: dict[str, Any] = {"state": after}
    if result is not None:
        values["result"] = result
    if problem is not None:
        values["problem"] = problem
    if after == "executed":
        values["executed_at"] = func.now()
    if after == "compensated":
        values["problem"] = null()  # that it stood half done
    statement = update(effects).where(effects.c.effect_id == effect_id, effects.c.state.in_(before))
    if attempt is not None:
        statement = statement.where(effects.c.attempt == attempt)
    return (await connection.execute(statement.values(**values))).rowcount == 1


async def read_effect(connection: AsyncConnection, effect_id: str, *, lock: bool = False) -> EffectRow:
    """The effect; NoResultFound when there is none."""
    query = select(effects).where(effects.c.effect_id == effect_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().one()
    return EffectRow.model_validate(dict(row))


async def effects_of(connection: AsyncConnection, request_id: str) -> list[EffectRow]:
    """The request's effects, in order."""
    return await _in_order(connection, effects.c.request_id == request_id)


async def effects_of_step(connection: AsyncConnection, request_id: str, turn: int, step: int) -> list[EffectRow]:
    """The effects that one step proposed, in order."""
    here = (effects.c.request_id == request_id) & (effects.c.turn == turn) & (effects.c.step == step)
    return await _in_order(connection, here & effects.c.compensates.is_(None))


async def effects_by_id(connection: AsyncConnection, ids: Sequence[str]) -> list[EffectRow]:
    """These effects, in order."""
    return await _in_order(connection, effects.c.effect_id.in_(ids))


async def _in_order(connection: AsyncConnection, where: ColumnElement[bool]) -> list[EffectRow]:
    query = select(effects).where(where).order_by(effects.c.turn, effects.c.step, effects.c.ordinal)
    return [EffectRow.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]


async def authorise_effects(
    connection: AsyncConnection, request_id: str, set_id: str, by: str, until: datetime | None
) -> int:
    """The customer confirmed, or an approver approved, exactly these writes: T2 may begin until `until`.

    The holder's epoch of this moment goes in, so that a later takeover stops what has not begun.
    """
    statement = text(
        """
        UPDATE handrail.effects AS e
        SET authorised = true, authorised_by = :by, authorised_until = :until, epoch = r.epoch
        FROM handrail.requests AS r
        WHERE e.request_id = :request_id AND e.set_id = :set_id AND e.state = 'intended'
          AND r.request_id = e.request_id
        """
    )
    values = {"request_id": request_id, "set_id": set_id, "by": by, "until": until}
    return (await connection.execute(statement, values)).rowcount


async def withdraw_effects(connection: AsyncConnection, ids: Sequence[str], code: str) -> int:
    """Reject those of these effects that were never sent: declined, void, expired, or behind one that failed."""
    statement = (
        update(effects)
        .where(effects.c.effect_id.in_(ids), effects.c.state == "intended")
        .values(state="rejected", authorised=False, problem={"code": code})
    )
    return (await connection.execute(statement)).rowcount
