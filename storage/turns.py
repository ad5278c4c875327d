"""What did each turn come to?"""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.steps import RecordTurn
from storage.calls import cost_of_turn
from storage.tables import turns


async def record_turn(connection: AsyncConnection, turn: RecordTurn, pack_digest: str) -> int:
    """Store the turn with its cost (micro-USD), which is returned; repeating it changes nothing."""
    ref = turn.ref
    cost = await cost_of_turn(connection, ref.request_id, ref.turn)
    row: dict[str, Any] = {
        "request_id": ref.request_id,
        "turn": ref.turn,
        "stimulus": ref.stimulus.kind,
        "pack_digest": pack_digest,
        "intent": turn.intent,
        "confidence": round(turn.confidence, 4),
        "route": turn.route,
        "reason": turn.reason,
        "status": turn.status,
        "cost_micro": cost,
    }
    await connection.execute(insert(turns).values(**row).on_conflict_do_nothing())
    return cost


async def last_turn(connection: AsyncConnection, request_id: str) -> int:
    """The number of the request's latest recorded turn; 0 before the first."""
    query = select(func.coalesce(func.max(turns.c.turn), 0)).where(turns.c.request_id == request_id)
    return int((await connection.execute(query)).scalar_one())
