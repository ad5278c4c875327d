"""What may a caller read of a request? Personal values only where the caller owns them, and has signed in."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.principal import Principal
from governance.personal import fill_tokens
from storage.calls import cost_of_turn
from storage.entries import Entry
from storage.requests import RequestRow
from storage.sets import SetRow, open_set_of
from storage.tables import entries
from workers.gateway.service import Service

_WHO = {"agent": "agent", "person": "person", "runtime": "runtime"}


async def values_for(
    service: Service, connection: AsyncConnection, row: RequestRow, caller: Principal
) -> dict[str, str]:
    """Token → value for the owner's own screen; empty for everybody else, so that they see tokens."""
    owns = row.customer_id is not None and row.customer_id == caller.subject and caller.role == "customer"
    return await service.vault.values_of(connection, row.request_id) if owns else {}


def reveal_tree(tree: Any, values: dict[str, str]) -> Any:
    """The same JSON with the tokens in every text as values, where they are known."""
    if isinstance(tree, dict):
        return {key: reveal_tree(item, values) for key, item in tree.items()}
    if isinstance(tree, list):
        return [reveal_tree(item, values) for item in tree]
    return fill_tokens(tree, values) if isinstance(tree, str) else tree


async def show_request(
    service: Service, connection: AsyncConnection, row: RequestRow, caller: Principal, transcript: list[Entry]
) -> dict[str, Any]:
    """Status, route, plan, what was said in the transcript, open confirmation and cost."""
    values = await values_for(service, connection, row, caller)
    spoken = [_line(entry) for entry in transcript if entry.kind in ("message", "reply") and entry.body]
    times = await _times(connection, row.request_id)
    current = await open_set_of(connection, row.request_id)
    for line in spoken:
        line["at"] = times.get(line.pop("key"))
    shown = {
        "request_id": row.request_id,
        "pack": row.pack,
        "channel": row.channel,
        "status": row.status,
        "route": row.route,
        "intent": row.intent,
        "goal": row.goal,
        "plan": row.plan["steps"] if row.plan else None,
        "holder": row.holder,
        "replies": [line for line in spoken if line["who"] != "customer"],
        "transcript": spoken,
        "open_confirmation": show_set(current) if current is not None else None,
        "cost_usd": round(await cost_of_turn(connection, row.request_id) / 1_000_000, 6),
        "temporal_url": service.temporal_url(row.request_id, caller),
        "last_event": row.next_event,
        "opened_at": row.opened_at.isoformat(),
        "outcome": row.outcome,
        "follows": row.follows,
    }
    return reveal_tree(shown, values)


def show_set(current: SetRow) -> dict[str, Any]:
    """An open confirmation as its card."""
    return {
        "set_id": current.set_id,
        "digest": current.digest,
        "state": current.state,
        "expires_at": current.expires_at.isoformat(),
        **current.card,
    }


def _line(entry: Entry) -> dict[str, Any]:
    who = "customer" if entry.kind == "message" else _WHO.get(str(entry.body.get("by")), "agent")
    line: dict[str, Any] = {"key": entry.entry_key, "turn": entry.turn, "who": who, "by": who}
    beside = {name: entry.body[name] for name in ("notice", "parts") if name in entry.body}
    return {**line, "text": entry.body["text"], **beside}


async def _times(connection: AsyncConnection, request_id: str) -> dict[str, str]:
    query = select(entries.c.entry_key, func.date_trunc("second", entries.c.created_at)).where(
        entries.c.request_id == request_id
    )
    return {row[0]: row[1].isoformat() for row in await connection.execute(query)}
