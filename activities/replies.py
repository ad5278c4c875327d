"""How does a finished reply enter the transcript, and what question does it leave open?"""

import re
from collections.abc import Iterable
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.reply_parts import ReplyPart
from contracts.verdict import ReplyVerdict
from contracts.voice import Wording
from storage.calls import cost_of_turn
from storage.entries import Entry, put_entry
from storage.events import append_event
from storage.requests import RequestRow, update_request

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
    """Store a reply, once; with `final` it ends the turn: `reply.done`, and the open question is now its own.

    A notice in it counts as given from now on: who stores words that nobody has been sent leaves it out.
    """
    if not await put_entry(connection, request_id, entry):
        return
    told = {"introduced": True} if "notice" in entry.body else {}
    if not final:
        if told:
            await update_request(connection, request_id, **told)
        return
    text = str(entry.body["text"])
    done: dict[str, Any] = {
        "turn": entry.turn,
        "text": text,
        "by": entry.body["by"],
        "sources": entry.body.get("sources", []),
        "cost_usd": round(await cost_of_turn(connection, request_id, entry.turn) / 1_000_000, 6),
    }
    done |= {name: entry.body[name] for name in ("notice", "parts") if name in entry.body}
    await append_event(connection, request_id, "reply.done", done)
    await update_request(connection, request_id, open_question=last_question(text) if asks else None, **told)
