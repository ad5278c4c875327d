"""How does a card come before the customer once more: when its code was proved, or when other words stood behind it?"""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.companies import Companies
from activities.confirmation_card import words_of_card
from activities.replies import notice_for
from activities.show_card import locked_set, show_card, words_key
from contracts.steps import OfferSet, SetShown, ShowSet
from storage.audit import append_audit
from storage.codes import is_proved
from storage.database import Database
from storage.entries import find_entry
from storage.sets import offer_set, show_set


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
            wording = (await self._companies.of(connection, request)).pack.wording(request.locale)
            offered = stored.model_copy(update={"expires_at": given.expires_at})
            words = words_of_card(wording, stored.card)
            await show_card(connection, given.ref, given.step, offered, words, notice_for(request, wording))
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
            if await find_entry(connection, ref.request_id, words_key(ref, given.step)) is not None:
                return SetShown(is_open=stored.state == "pending")
            if not await show_set(connection, stored.set_id, request.next_inbox):
                return SetShown(is_open=False)
            wording = (await self._companies.of(connection, request)).pack.wording(request.locale)
            notice = notice_for(request, wording)
            await show_card(connection, ref, given.step, stored, wording.confirm_again, notice)
        self._database.waker.wake(ref.request_id)
        return SetShown(is_open=True)
