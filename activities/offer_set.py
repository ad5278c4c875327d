"""How does a card come before the customer once more: when its code was proved, or when other words stood behind it?"""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.companies import Companies
from activities.confirmation_card import words_of_card
from activities.finish_call import FIRST_OBSERVATION
from activities.replies import notice_for, put_reply, reply_body
from contracts.ids import entry_key
from contracts.steps import OfferSet, SetShown, ShowSet, TurnRef
from storage.audit import append_audit
from storage.codes import is_proved
from storage.database import Database
from storage.entries import Entry, find_entry
from storage.events import append_event
from storage.requests import RequestRow, read_request
from storage.sets import SetRow, offer_set, read_set, show_set

_N = FIRST_OBSERVATION - 1
"""The place of what is said in a step, before anything that is observed in it."""


class OfferSetActivities:
    """Activities `offer_set` and `show_set`."""

    def __init__(self, database: Database, companies: Companies) -> None:
        self._database = database
        self._companies = companies

    @activity.defn(name="offer_set")
    async def offer_set(self, given: OfferSet) -> None:
        """The code was proved, as the database says too: show the card with its buttons. Repeating changes nothing."""
        async with self._database.begin() as connection:
            request, stored = await locked_set(connection, given.ref, given.set_id)
            if not await is_proved(connection, stored.set_id, stored.digest):
                raise ApplicationError("no code was proved for this set", type="code.unproved", non_retryable=True)
            if not await offer_set(connection, stored.set_id, given.expires_at, request.next_inbox):
                return
            await append_event(connection, request.request_id, "confirm", _open(stored, given.expires_at))
            wording = (await self._companies.of(connection, request)).pack.wording(request.locale)
            words = words_of_card(wording, stored.card)
            await say_in_turn(connection, given.ref, given.step, words, notice_for(request, wording))
            record = {"set": stored.set_id, "digest": stored.digest}
            await append_audit(connection, request.request_id, f"{stored.set_id}#proved", "code_proved", record)
        self._database.waker.wake(given.ref.request_id)

    @activity.defn(name="show_set")
    async def show_set(self, given: ShowSet) -> SetShown:
        """Show the card again, if it is still open: a later message than this may answer it.

        Repeating changes nothing: the yes may have come meanwhile, and answers the card that it saw.
        """
        ref = given.ref
        async with self._database.begin() as connection:
            request, stored = await locked_set(connection, ref, given.set_id)
            if await find_entry(connection, ref.request_id, entry_key(ref.turn, given.step, _N)) is not None:
                return SetShown(is_open=stored.state == "pending")
            if not await show_set(connection, stored.set_id, request.next_inbox):
                return SetShown(is_open=False)
            await append_event(connection, request.request_id, "confirm", _open(stored, stored.expires_at))
            wording = (await self._companies.of(connection, request)).pack.wording(request.locale)
            await say_in_turn(connection, ref, given.step, wording.confirm_again, notice_for(request, wording))
        self._database.waker.wake(ref.request_id)
        return SetShown(is_open=True)


async def locked_set(connection: AsyncConnection, ref: TurnRef, set_id: str) -> tuple[RequestRow, SetRow]:
    """The request, its row locked, and its set."""
    request = await read_request(connection, ref.request_id, lock=True)
    stored = await read_set(connection, set_id)
    if request is None or stored is None or stored.request_id != ref.request_id:
        raise LookupError(f"there is no set {set_id!r} of request {ref.request_id!r}")
    return request, stored


async def say_in_turn(connection: AsyncConnection, ref: TurnRef, step: int, text: str, notice: str) -> None:
    """End the turn with these words of the runtime, once. The request's row is locked."""
    body = reply_body(text, "runtime", notice=notice)
    entry = Entry(entry_key=entry_key(ref.turn, step, _N), turn=ref.turn, step=step, n=_N, kind="reply", body=body)
    await put_reply(connection, ref.request_id, entry, final=True)


def _open(stored: SetRow, until: datetime) -> dict[str, Any]:
    """The event that shows the card with its buttons."""
    shown = {"set_id": stored.set_id, "digest": stored.digest, "state": "open", **stored.card}
    return {**shown, "expires_at": until.isoformat()}
