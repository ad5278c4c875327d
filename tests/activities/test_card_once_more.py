"""Does an activity that shows a card again, and is repeated, leave alone what the customer has answered since?"""

from datetime import UTC, datetime, timedelta

import pytest
from one_company import OneCompany
from one_payment import Payment, confirm_payment
from sqlalchemy import update
from temporalio.exceptions import ApplicationError

from activities.advance_flow import AdvanceFlowActivity
from activities.offer_set import OfferSetActivities
from activities.run_flow import begin_flow
from activities.systems import Systems
from contracts.ids import message_key
from contracts.steps import AdvanceFlow, OfferSet, ShowSet
from storage.database import Database
from storage.effect_tables import sets
from storage.inbox import accept_message
from storage.sets import SetRow, put_set, read_set
from storage.tables import requests


@pytest.fixture
async def shown(payment: Payment, database: Database) -> ShowSet:
    """The step that shows the card of a set again."""
    set_id = f"set-{payment.request_id}"
    row = SetRow(
        set_id=set_id,
        request_id=payment.request_id,
        turn=1,
        step=1,
        digest="d",
        card={"title": "Payment", "lines": [], "code": None},
        expires_at=datetime.now(UTC) + timedelta(minutes=15),
    )
    async with database.begin() as connection:
        await put_set(connection, row)
    return ShowSet(ref=payment.given.ref, step=2, set_id=set_id)


async def _say(database: Database, request_id: str, name: str) -> int:
    async with database.begin() as connection:
        return (await accept_message(connection, request_id, message_key(request_id, name), "h", "yes")).seq


async def _stored(database: Database, given: ShowSet) -> SetRow:
    async with database.begin() as connection:
        stored = await read_set(connection, given.set_id)
    assert stored is not None
    return stored


async def test_a_yes_that_came_before_the_repetition_answers_the_card(
    shown: ShowSet, database: Database, airline: OneCompany
) -> None:
    activities = OfferSetActivities(database, airline)
    request_id = shown.ref.request_id
    before = await _say(database, request_id, "m1")
    assert (await activities.show_set(shown)).is_open
    assert (await _stored(database, shown)).after_seq == before
    await _say(database, request_id, "m2")
    assert (await activities.show_set(shown)).is_open, "its answer was lost, and it runs again"
    assert (await _stored(database, shown)).after_seq == before, "the second message is later than the card"


@pytest.mark.parametrize("state", ["confirmed", "declined", "void", "expired"])
async def test_a_repetition_says_what_the_ledger_says_by_then(
    shown: ShowSet, database: Database, airline: OneCompany, state: str
) -> None:
    activities = OfferSetActivities(database, airline)
    await activities.show_set(shown)
    async with database.begin() as connection:
        await connection.execute(update(sets).where(sets.c.set_id == shown.set_id).values(state=state))
    assert not (await activities.show_set(shown)).is_open


async def test_a_set_is_offered_only_behind_a_code_that_was_proved_for_it(
    shown: ShowSet, database: Database, airline: OneCompany
) -> None:
    activities, later = OfferSetActivities(database, airline), datetime.now(UTC) + timedelta(hours=1)
    async with database.begin() as connection:
        await connection.execute(update(sets).where(sets.c.set_id == shown.set_id).values(state="awaiting_code"))
    offer = OfferSet(ref=shown.ref, step=3, set_id=shown.set_id, expires_at=later)
    with pytest.raises(ApplicationError) as refused:
        await activities.offer_set(offer)
    assert (refused.value.type, refused.value.non_retryable) == ("code.unproved", True)
    assert (await _stored(database, shown)).state == "awaiting_code"
    assert not (await activities.show_set(shown)).is_open, "nor is it shown by another way"


async def test_a_set_of_another_request_is_not_shown(
    shown: ShowSet, database: Database, airline: OneCompany, systems: Systems
) -> None:
    other = (await confirm_payment(systems)).given.ref
    with pytest.raises(LookupError, match="no set"):
        await OfferSetActivities(database, airline).show_set(shown.model_copy(update={"ref": other}))


@pytest.fixture
async def flow(shown: ShowSet, database: Database, airline: OneCompany, systems: Systems) -> AdvanceFlowActivity:
    """The activity of a flow that waits for what becomes of the set."""
    name, flow = next(iter(airline.company.pack.flows.items()))
    position = begin_flow(name, flow).model_copy(update={"called": "flow_1_1"})
    async with database.begin() as connection:
        of_set = requests.c.request_id == shown.ref.request_id
        stands = {"position": position.model_dump(mode="json"), "last": {}}
        await connection.execute(update(requests).where(of_set).values(flow=stands))
    return AdvanceFlowActivity(database, systems.vault, airline)


def _advance(shown: ShowSet, airline: OneCompany) -> AdvanceFlow:
    return AdvanceFlow(ref=shown.ref, step=2, flow=next(iter(airline.company.pack.flows)))


async def test_below_other_words_a_flows_card_is_answered_by_what_comes_after_it(
    flow: AdvanceFlowActivity, shown: ShowSet, database: Database, airline: OneCompany
) -> None:
    before = await _say(database, shown.ref.request_id, "m1")
    thought = await flow.advance_flow(_advance(shown, airline))
    assert (thought.outcome, thought.shown_set) == ("replied", shown.set_id)
    assert (await _stored(database, shown)).after_seq == before, "what was written before it was seen is no answer"
    await _say(database, shown.ref.request_id, "m2")
    assert await flow.advance_flow(_advance(shown, airline)) == thought, "its answer was lost, and it runs again"
    assert (await _stored(database, shown)).after_seq == before, "the second message is later than the card"


@pytest.mark.parametrize("state", ["awaiting_approval", "awaiting_code"])
async def test_a_flows_card_that_waits_for_something_else_is_not_shown(
    flow: AdvanceFlowActivity, shown: ShowSet, database: Database, airline: OneCompany, state: str
) -> None:
    async with database.begin() as connection:
        await connection.execute(update(sets).where(sets.c.set_id == shown.set_id).values(state=state))
    thought = await flow.advance_flow(_advance(shown, airline))
    assert (thought.outcome, thought.shown_set) == ("replied", "")
