"""What does this message say? Classified, screened and matched with passages: three activities that run at once."""

from datetime import UTC, datetime
from typing import Final, Literal

from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity

from activities.companies import Companies, Company
from activities.split_wishes import find_wishes, parts_of
from contracts.ids import message_entry_key
from contracts.request import HolderChanged
from contracts.steps import Classified, FindMissed, Missed, Retrieved, Screened, TurnRef, Wish
from governance.language import served_locale
from governance.read_decision import read_code, read_decision
from governance.screen import screen
from governance.switches import check_switch
from storage.codes import attempt_of
from storage.control import read_switches
from storage.database import Database
from storage.entries import Entry, put_entry
from storage.events import append_event
from storage.inbox import message_body, unprocessed_messages
from storage.requests import RequestRow, read_request, update_request
from storage.sets import open_set_of


class UnderstandActivities:
    """Activities `classify`, `screen`, `retrieve`, `note_message` and `find_missed`."""

    def __init__(self, database: Database, companies: Companies) -> None:
        self._database = database
        self._companies = companies

    @activity.defn(name="classify")
    async def classify(self, ref: TurnRef) -> Classified:
        """Intent, confidence and what hangs on them; the message enters the transcript at this turn."""
        async with self._database.begin() as connection:
            request = await _request(connection, ref, lock=True)
            company = await self._companies.of(connection, request)
            text = await enter_message(connection, ref)
            tried = await attempt_of(connection, ref.request_id, ref.stimulus.key)
            decision = "neither"
            if tried is None or tried[1] == "none":
                decision = await _written_decision(connection, request, ref, text, company)
            found = company.classifier.predict(text)
            wishes = find_wishes(text, company.classifier.predict, _besides(company))
            said = (
                _of_several(company, wishes)
                if wishes
                else _classified(company, found.intent, round(found.confidence, 4))
            )
            wish = _wish(company, request.intent, said.intent)
            locale = _locale(company, request, text)
            if (wish, locale) != (request.intent, request.locale):
                await update_request(connection, ref.request_id, intent=wish, locale=locale)
            switches = await read_switches(connection, request.pack)
            named = {found.intent, wish, *(one.intent for one in wishes)}
            intent_on = all(check_switch(switches, "intent", one).allowed for one in named if one)
            pack_on = check_switch(switches, "pack", request.pack).allowed
        self._database.waker.wake(ref.request_id)
        in_scope = bool(wishes) or found.doubt in ("", "unsure")
        code = tried[1] if tried is not None else "none"
        is_on = {"intent_on": intent_on, "pack_on": pack_on}
        return said.model_copy(update={"decision": decision, "code": code, "in_scope": in_scope, **is_on})

    @activity.defn(name="screen")
    async def screen(self, ref: TurnRef) -> Screened:
        """Flags only: screening informs the route, it drops nothing."""
        async with self._database.single() as connection:
            text = await message_body(connection, ref.request_id, ref.stimulus.key)
        found = screen(text)
        return Screened(flags=found.flags, to_person=found.to_person)

    @activity.defn(name="retrieve")
    async def retrieve(self, ref: TurnRef) -> Retrieved:
        """The passages that may answer, best first; of several parts each has its best one among them."""
        async with self._database.single() as connection:
            request = await _request(connection, ref)
            text = await message_body(connection, ref.request_id, ref.stimulus.key)
            company = await self._companies.of(connection, request)
        limits, thresholds = company.pack.manifest.limits, company.pack.manifest.thresholds
        today, parts = datetime.now(UTC).date(), parts_of(text)
        of_parts = [company.passages.search(part, 1, today, thresholds.passage_score) for part in parts]
        whole = company.passages.search(text, limits.passages, today, thresholds.passage_score)
        best = [found[0] for found in (of_parts if len(parts) > 1 else []) if found]
        ids = dict.fromkeys(one.passage.id for one in (*whole[:1], *best, *whole[1:]))
        return Retrieved(passages=tuple(ids)[: limits.passages])

    @activity.defn(name="note_message")
    async def note_message(self, ref: TurnRef) -> HolderChanged:
        """A person holds the request: the message enters the transcript and waits for them."""
        async with self._database.begin() as connection:
            request = await _request(connection, ref, lock=True)
            await enter_message(connection, ref)
        return HolderChanged(epoch=request.epoch, holder=request.holder)

    @activity.defn(name="find_missed")
    async def find_missed(self, given: FindMissed) -> Missed:
        """A signal has overtaken another: what the inbox holds before it."""
        async with self._database.begin() as connection:
            return Missed(messages=tuple(await unprocessed_messages(connection, given.request_id)))


async def _request(connection: AsyncConnection, ref: TurnRef, *, lock: bool = False) -> RequestRow:
    request = await read_request(connection, ref.request_id, lock=lock)
    if request is None:
        raise LookupError(f"there is no request {ref.request_id!r}")
    return request


async def enter_message(connection: AsyncConnection, ref: TurnRef) -> str:
    """Put the message into the transcript at this turn, once; returns its text, personal values as tokens.

    The caller holds the request's lock: an erasure sees the entry, or comes first and leaves nothing to enter.
    """
    text = await message_body(connection, ref.request_id, ref.stimulus.key)
    entry = Entry(
        entry_key=message_entry_key(ref.stimulus.key), turn=ref.turn, step=0, n=0, kind="message", body={"text": text}
    )
    if await put_entry(connection, ref.request_id, entry, exact=True):
        await append_event(connection, ref.request_id, "status", {"state": "understanding", "text": "Reading…"})
    return text


async def _written_decision(
    connection: AsyncConnection, request: RequestRow, ref: TurnRef, text: str, company: Company
) -> str:
    """A yes counts only for a confirmation that was shown before it; without buttons the code must come with it."""
    current = await open_set_of(connection, request.request_id)
    if current is None:
        return "neither"
    if ref.stimulus.seq <= current.after_seq:
        return "neither"
    channel = company.pack.manifest.channels.get(request.channel)  # type: ignore[call-overload]
    if channel is not None and not channel.buttons:
        if read_code(text) == current.card.get("code"):
            return "yes"
        return "no" if read_decision(text) == "no" else "neither"
    return read_decision(text)


def _locale(company: Company, request: RequestRow, text: str) -> str:
    """The language in which the customer is answered from now on: a plain one of the pack's, else as before."""
    locales = company.pack.manifest.locales
    return (served_locale(text, locales) if len(locales) > 1 else None) or request.locale


def _wish(company: Company, before: str, said: str) -> str:
    """What the request is about: a yes, a choice or small talk does not replace the wish that it answers.

    Switches act on the wish. If "yes" became the intent, a switched-off one would be carried out by saying it.
    """
    known = company.pack.intents.get(said)
    is_answer = known is None or known.meaning is not None
    return before if is_answer and before else said


_RISKS: Final[tuple[Literal["high", "medium", "low"], ...]] = ("high", "medium", "low")


def _besides(company: Company) -> frozenset[str]:
    """Intents that wish for nothing of their own; a wish for a person is one."""
    return frozenset(
        name for name, known in company.pack.intents.items() if known.meaning not in (None, "wants_person")
    )


def _of_several(company: Company, wishes: tuple[Wish, ...]) -> Classified:
    """Several wishes are planned for together; what any of them needs, such as a person, stays needed."""
    each = [_classified(company, wish.intent, wish.confidence) for wish in wishes]
    first = next((one for one in each if not one.wants_person), each[0])
    return Classified(
        intent=first.intent,
        confidence=first.confidence,
        risk=next(risk for risk in _RISKS if any(one.risk == risk for one in each)),
        wants_person=any(one.wants_person for one in each),
        wishes=wishes,
    )


def _classified(company: Company, intent: str, confidence: float) -> Classified:
    known = company.pack.intents.get(intent)
    if known is None:
        return Classified(confidence=confidence)
    return Classified(
        intent=intent,
        confidence=confidence,
        complexity=known.complexity,
        route=known.route,
        risk=known.risk,
        flow=known.flow,
        wants_person=known.meaning == "wants_person",
        angry=known.meaning in ("angry", "abuse"),
        small_talk=known.meaning == "small_talk",
    )
