"""How does a finished reply enter the transcript, and what question does it leave open?"""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.verdict import ReplyVerdict
from storage.calls import cost_of_turn
from storage.entries import Entry, put_entry
from storage.events import append_event
from storage.requests import update_request

_QUESTION = re.compile(r"[^.!?\n]*\?")


def asks_something(text: str) -> bool:
    """Whether the reply ends in a question to the customer."""
    return text.rstrip().rstrip("\"')").endswith("?")


def last_question(text: str) -> str | None:
    """The last question of the reply, or None."""
    found = _QUESTION.findall(text)
    return str(found[-1]).strip() if found else None


def sources_of(verdicts: Iterable[ReplyVerdict]) -> tuple[str, ...]:
    """Where the figures of a reply come from: what the reply checks found, each source once."""
    found = [finding.source for verdict in verdicts for finding in verdict.findings if finding.supported]
    return tuple(dict.fromkeys(found))


async def put_reply(
    connection: AsyncConnection,
    request_id: str,
    entry: Entry,
    *,
    asks: bool = False,
    final: bool = False,
) -> None:
    """Store a reply, once; with `final` it ends the turn: `reply.done`, and the open question is now its own."""
    is_new = await put_entry(connection, request_id, entry)
    if not final or not is_new:
        return
    text = str(entry.body["text"])
    done: dict[str, Any] = {
        "turn": entry.turn,
        "text": text,
        "by": entry.body["by"],
        "sources": entry.body.get("sources", []),
        "cost_usd": round(await cost_of_turn(connection, request_id, entry.turn) / 1_000_000, 6),
    }
    await append_event(connection, request_id, "reply.done", done)
    await update_request(connection, request_id, open_question=last_question(text) if asks else None)
