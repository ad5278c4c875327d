"""How does a set's card come before the customer: when it is formed, when its code is sent or proved, and once more?"""

from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.finish_call import FIRST_OBSERVATION
from activities.replies import put_reply, reply_body
from contracts.ids import entry_key
from contracts.steps import TurnRef
from storage.entries import Entry
from storage.events import append_event
from storage.requests import RequestRow, read_request
from storage.sets import SetRow, read_set

_PLACE = FIRST_OBSERVATION - 1
"""Where in a step the words beside a card stand: before anything that is observed in it."""


async def show_card(
    connection: AsyncConnection,
    ref: TurnRef,
    step: int,
    shown: SetRow,
    words: str,
    notice: str,
    *,
    state: Literal["open", "code"] = "open",
) -> None:
    """Show the card, and end the turn with the runtime's words beside it. The request's row is locked."""
    await append_event(connection, ref.request_id, "confirm", card_event(shown, state))
    body = reply_body(words, "runtime", notice=notice)
    key = words_key(ref, step)
    entry = Entry(entry_key=key, turn=ref.turn, step=step, n=_PLACE, kind="reply", body=body)
    await put_reply(connection, ref.request_id, entry, final=True)


def card_event(shown: SetRow, state: Literal["open", "code"] = "open") -> dict[str, Any]:
    """What a `confirm` event says of the set: all of its card, and until when it may be decided."""
    event = {"set_id": shown.set_id, "digest": shown.digest, "state": state, **shown.card}
    return {**event, "expires_at": shown.expires_at.isoformat()}


def words_key(ref: TurnRef, step: int) -> str:
    """The key of the entry that holds the words beside a card."""
    return entry_key(ref.turn, step, _PLACE)


async def locked_set(connection: AsyncConnection, ref: TurnRef, set_id: str) -> tuple[RequestRow, SetRow]:
    """The request, its row locked, and its set. LookupError where there is no such set of it."""
    request = await read_request(connection, ref.request_id, lock=True)
    stored = await read_set(connection, set_id)
    if request is None or stored is None or stored.request_id != ref.request_id:
        raise LookupError(f"there is no set {set_id!r} of request {ref.request_id!r}")
    return request, stored
