"""What did each turn come to?"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, Text, Update, bindparam, exists, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.steps import RecordTurn
from storage.audit import AuditHead, chained
from storage.calls import cost_of
from storage.direct import Direct
from storage.requests import RequestRow
from storage.step_writes import NewEvent
from storage.tables import audit, events, inbox, requests, turns


@dataclass(frozen=True)
class LockedTurn:
    """The request of a turn, its row locked, and what the turn's model calls cost up to there, in micro-USD."""

    request: RequestRow
    cost_micro: int


async def lock_turn(connection: AsyncConnection, request_id: str, turn: int) -> LockedTurn:
    """Lock the turn's request until the transaction ends. LookupError for an unknown one."""
    row = await _LOCK.first(connection, {"turn_request_id": request_id, "turn_turn": turn})
    if row is None:
        raise LookupError(f"there is no request {request_id!r}")
    return LockedTurn(RequestRow.model_validate(row), int(row["cost_micro"]))


def _lock() -> Select[Any]:
    cost = cost_of(_REQUEST, bindparam("turn_turn", type_=Integer)).scalar_subquery().label("cost_micro")
    return select(requests, cost).where(requests.c.request_id == _REQUEST).with_for_update(of=requests)


_LOCK = Direct(_lock)


async def record_turn(connection: AsyncConnection, locked: LockedTurn, turn: RecordTurn, shown: NewEvent) -> bool:
    """Store the turn, its audit record, its message as processed and what is shown of it, all by one statement.

    Returns whether it was recorded now; repeating it changes nothing. A request that was closed over the turn's head,
    as an erasure does, stays closed and shows nothing.
    """
    ref, request, is_open = turn.ref, locked.request, locked.request.status != "closed"
    record = {
        **turn.model_dump(mode="json", exclude={"ref"}),
        "confidence": round(turn.confidence, 4),
        "turn": ref.turn,
        "stimulus": ref.stimulus.kind,
        "cost_micro": locked.cost_micro,
        "pack": request.pack_digest,
    }
    head = AuditHead(request_id=ref.request_id, count=request.next_audit, head=request.audit_head)
    link = chained(head, f"{ref.request_id}#turn{ref.turn}", "turn", record)
    values = {
        **_of_turn(turn, locked),
        **{f"audit_{name}": value for name, value in link.model_dump(exclude={"request_id"}).items()},
        "message": ref.stimulus.key if ref.stimulus.kind == "message" else None,
        "message_state": "parked" if "parked" in turn.flags else "processed",
        "shown_events": int(is_open),
        "shown_type": shown.type,
        "shown_data": shown.data,
        "new_status": turn.status if is_open else request.status,
        "new_route": turn.route if is_open else request.route,
    }
    return await _RECORD.first(connection, values) is not None


def _of_turn(turn: RecordTurn, locked: LockedTurn) -> dict[str, Any]:
    row = {
        "request_id": turn.ref.request_id,
        "turn": turn.ref.turn,
        "stimulus": turn.ref.stimulus.kind,
        "pack_digest": locked.request.pack_digest,
        "intent": turn.intent,
        "confidence": round(turn.confidence, 4),
        "route": turn.route,
        "reason": turn.reason,
        "status": turn.status,
        "cost_micro": locked.cost_micro,
    }
    return {f"turn_{name}": value for name, value in row.items()}


_REQUEST = bindparam("turn_request_id", type_=Text)


def _record() -> Any:
    """Everything hangs on the audit record: where that is there already, only the message is processed once more."""
    recorded = _append_record()
    is_new = exists(select(recorded.c.seq))
    names = ("request_id", "turn", "stimulus", "pack_digest", "intent", "confidence", "route", "reason", "status")
    row = {name: bindparam(f"turn_{name}", type_=turns.c[name].type) for name in (*names, "cost_micro")}
    turned = upsert(turns).from_select(list(row), select(*row.values()).where(is_new)).on_conflict_do_nothing()
    changed = (
        update(requests)
        .where(requests.c.request_id == _REQUEST, is_new)
        .values(
            next_audit=bindparam("audit_seq", type_=Integer),
            audit_head=bindparam("audit_hash", type_=Text),
            next_event=requests.c.next_event + bindparam("shown_events", type_=Integer),
            status=bindparam("new_status", type_=Text),
            route=bindparam("new_route", type_=Text),
            updated_at=func.now(),
        )
        .returning(requests.c.next_event)
        .cte("changed")
    )
    statement = select(changed.c.next_event).add_cte(turned.cte("turned"), _process_message().cte("processed"))
    return statement.add_cte(_show(changed).cte("shown"))


def _append_record() -> Any:
    names = ("seq", "decision_id", "kind", "record", "previous_hash", "hash")
    row = {name: bindparam(f"audit_{name}", type_=audit.c[name].type) for name in names}
    statement = upsert(audit).values(request_id=_REQUEST, **row)
    return statement.on_conflict_do_nothing(index_elements=["decision_id"]).returning(audit.c.seq).cte("recorded")


def _process_message() -> Update:
    its = (inbox.c.request_id == _REQUEST) & (inbox.c.message_key == bindparam("message", type_=Text))
    return update(inbox).where(its).values(state=bindparam("message_state", type_=Text), processed_at=func.now())


def _show(changed: Any) -> Any:
    shown = (bindparam("shown_type", type_=Text), bindparam("shown_data", type_=events.c.data.type))
    rows = select(_REQUEST, changed.c.next_event, *shown).where(bindparam("shown_events", type_=Integer) == 1)
    return insert(events).from_select(["request_id", "n", "type", "data"], rows)


_RECORD = Direct(_record)


async def last_turn(connection: AsyncConnection, request_id: str) -> int:
    """The number of the request's latest recorded turn; 0 before the first."""
    return int(await _LAST.scalar(connection, {"r": request_id}))


_LAST = Direct(lambda: text("SELECT COALESCE(max(turn), 0) FROM handrail.turns WHERE request_id = :r"))
