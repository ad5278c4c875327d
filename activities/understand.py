"""What does this message say? Classified, screened and matched with passages: three activities that run at once."""

from datetime import UTC, datetime
from functools import cache
from typing import Final, Literal

from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity

from activities.companies import Companies, Company
from activities.split_wishes import find_wishes, parts_of
from activities.under_way import UnderWay
from contracts.ids import message_entry_key
from contracts.request import HolderChanged
from contracts.steps import Classified, FindMissed, Missed, Retrieved, Screened, TurnRef, Wish
from governance.language import served_locale
from governance.read_decision import read_code, read_decision
from governance.screen import screen
from governance.switches import check_switch
from storage.database import Database
from storage.entries import Entry, put_entry
from storage.heard import Heard, message_and_version, read_heard
from storage.inbox import message_body, unprocessed_messages
from storage.requests import RequestRow, read_request, update_request
from storage.step_writes import NewEvent, StepWrites, write_step


class UnderstandActivities:
    """Activities `classify`, `screen`, `retrieve`, `note_message` and `find_missed`."""

    def __init__(self, database: Database, companies: Companies) -> None:
        self._database = database
        self._companies = companies
        self._read_once = UnderWay(self._read)

    async def _read(self, message: tuple[str, str]) -> tuple[str, Company]:
        """The text of a message (request id, key), and the company that its request was begun with."""
        async with self._database.single() as connection:
            text, version = await message_and_version(connection, *message)
            return text, await self._companies.get(connection, version)

    @activity.defn(name="classify")
    async def classify(self, ref: TurnRef) -> Classified:
        """Intent, confidence and what hangs on them; the message enters the transcript at this turn."""
        async with self._database.begin() as connection:
            request = await _request(connection, ref, lock=True)
            company = await self._companies.of(connection, request)
            heard = await read_heard(connection, ref.request_id, ref.stimulus.key, request.pack)
            said, now = _understood(company, request, heard)
            if not await enter_message(connection, ref, heard.text, **now):
                await update_request(connection, ref.request_id, **now)
        self._database.waker.wake(ref.request_id, soon=False)
        code = heard.code or "none"
        decision = "neither" if code != "none" else _written_decision(request, ref, heard, company)
        return said.model_copy(update={"decision": decision, "code": code})

    @activity.defn(name="screen")
    async def screen(self, ref: TurnRef) -> Screened:
        """Flags only: screening informs the route, it drops nothing."""
        text, _ = await self._read_once.of((ref.request_id, ref.stimulus.key))
        found = screen(text)
        return Screened(flags=found.flags, to_person=found.to_person)

    @activity.defn(name="retrieve")
    async def retrieve(self, ref: TurnRef) -> Retrieved:
        """The passages that may answer, best first; of several parts each has its best one among them."""
        text, company = await self._read_once.of((ref.request_id, ref.stimulus.key))
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
            await enter_message(connection, ref, await message_body(connection, ref.request_id, ref.stimulus.key))
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


async def enter_message(connection: AsyncConnection, ref: TurnRef, text: str, **columns: str) -> bool:
    """Put the message into the transcript at this turn, and columns into the request; False where it stands there.

    The caller has locked the request, and read the text behind that: an erasure sees the entry, or comes first and
    leaves nothing to enter. Raises StoredDifferently where it was entered with another text.
    """
    entry = Entry(
        entry_key=message_entry_key(ref.stimulus.key), turn=ref.turn, step=0, n=0, kind="message", body={"text": text}
    )
    event = NewEvent(type="status", data={"state": "understanding", "text": "Reading…"})
    if await write_step(connection, ref.request_id, StepWrites((entry,), (event,), columns)):
        return True
    await put_entry(connection, ref.request_id, entry, exact=True)
    return False


def _understood(company: Company, request: RequestRow, heard: Heard) -> tuple[Classified, dict[str, str]]:
    """What the message says, and from now on the request's intent and locale."""
    predict = cache(company.classifier.predict)  # whole, sentence and clause are often the same text
    found = predict(heard.text)
    wishes = find_wishes(heard.text, predict, _besides(company))
    said = _of_several(company, wishes) if wishes else _classified(company, found.intent, round(found.confidence, 4))
    wish = _wish(company, request.intent, said.intent)
    named = {found.intent, wish, *(one.intent for one in wishes)}
    known = {
        "in_scope": bool(wishes) or found.doubt in ("", "unsure"),
        "intent_on": all(check_switch(heard.switches, "intent", one).allowed for one in named if one),
        "pack_on": check_switch(heard.switches, "pack", request.pack).allowed,
    }
    now = {"intent": wish, "locale": _locale(company, request, heard.text)}
    return said.model_copy(update=known), now


def _written_decision(
    request: RequestRow, ref: TurnRef, heard: Heard, company: Company
) -> Literal["yes", "no", "code", "neither"]:
    """A yes counts only for a confirmation that was shown before it; without buttons the code must come with it."""
    current, text = heard.open_set, heard.text
    if current is None or ref.stimulus.seq <= current.after_seq:
        return "neither"
    channel = company.pack.manifest.channels.get(request.channel)  # type: ignore[call-overload]
    if channel is not None and not channel.buttons:
        if read_code(text) == current.card.get("code"):
            return "code"
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
