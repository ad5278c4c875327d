"""How does a finished reply enter the transcript, and what question does it leave open?"""

import re
from collections.abc import Iterable
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.reply_parts import ReplyPart
from contracts.verdict import ReplyVerdict
from contracts.voice import Wording
from storage.calls import cost_of_turn
from storage.entries import Entry
from storage.requests import RequestRow
from storage.step_writes import NewEvent, StepWrites, write_step

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


def notice_for(request: RequestRow, wording: Wording) -> str:
    """What goes before the first words of a request that are not a person's: that they are an automated assistant's."""
    return "" if request.introduced else wording.automated_notice


def reply_body(
    text: str,
    by: Literal["agent", "runtime"],
    *,
    notice: str = "",
    sources: Iterable[str] = (),
    parts: Iterable[ReplyPart] = (),
) -> dict[str, Any]:
    """The body of a reply's entry. The notice stands apart from the words, since it is no part of what was answered."""
    body: dict[str, Any] = {"text": text, "by": by, "sources": list(sources)}
    shown = [part.model_dump(mode="json") for part in parts]
    return body | ({"notice": notice} if notice else {}) | ({"parts": shown} if shown else {})


async def put_reply(
    connection: AsyncConnection,
    request_id: str,
    entry: Entry,
    *,
    asks: bool = False,
    final: bool = False,
) -> None:
    """Store a reply, once; with `final` it ends the turn. The request's row is locked by the caller."""
    cost = await cost_of_turn(connection, request_id, entry.turn) if final else None
    await write_step(connection, request_id, reply_writes(entry, asks=asks, done_at=cost))


def reply_writes(entry: Entry, *, asks: bool = False, done_at: int | None = None) -> StepWrites:
    """What a reply leaves behind. Where it ends the turn: `reply.done`, and the open question is now its own.

    `done_at` is what the turn's model calls cost up to there, in micro-USD; None where the turn goes on.
    A notice in it counts as given from now on: who stores words that nobody has been sent leaves it out.
    """
    told = {"introduced": True} if "notice" in entry.body else {}
    if done_at is None:
        return StepWrites((entry,), columns=told)
    text = str(entry.body["text"])
    done: dict[str, Any] = {
        "turn": entry.turn,
        "text": text,
        "by": entry.body["by"],
        "sources": entry.body.get("sources", []),
        "cost_usd": round(done_at / 1_000_000, 6),
    }
    done |= {name: entry.body[name] for name in ("notice", "parts") if name in entry.body}
    columns = {"open_question": last_question(text) if asks else None, **told}
    return StepWrites((entry,), (NewEvent(type="reply.done", data=done),), columns)
