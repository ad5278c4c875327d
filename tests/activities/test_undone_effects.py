"""Is a write whose set failed undone once, and does a person hear of one that cannot be (FAULTS 24)?"""

from typing import Any

import pytest
from one_payment import AMOUNT, PAID, Payment
from scripted_company import ScriptedCompany, loses_its_answer, says
from structlog.testing import capture_logs
from temporalio.exceptions import ApplicationError

from activities.invoke_tool import InvokeToolActivity
from activities.metrics import Metrics
from contracts.steps import ToolOutcome
from storage.unsettled import HALF_DONE, is_half_done

REFUND = {"refund_id": "re_0123456789abcdef", "amount": AMOUNT, "status": "refunded"}


def undoing_of(payment: Payment) -> Payment:
    """The effect that undoes it."""
    undo = Payment(payment.systems, payment.request_id)
    undo.effect_id = f"{payment.effect_id}~"
    return undo


async def give_up(payment: Payment) -> ToolOutcome:
    """What the workflow does once its patience with the undoing is over."""
    given = payment.given.model_copy(update={"purpose": "compensation"})
    return await InvokeToolActivity(payment.systems, Metrics()).lose_effect(given)


def alerts(logs: list[Any]) -> list[Any]:
    return [line for line in logs if line["log_level"] == "error"]


async def test_an_executed_write_is_undone_once_by_the_tool_that_its_pack_names(
    payment: Payment, company: ScriptedCompany
) -> None:
    company.planned = [says(201, PAID), says(503), says(201, REFUND)]
    await payment.execute()
    with pytest.raises(ApplicationError):
        await payment.undo()
    assert (await payment.look()).state == "verified", "it is not undone before that is known"
    assert is_half_done(await payment.look()), "and is nobody's to give back meanwhile"
    undo = undoing_of(payment)
    await undo.time_passes()
    outcome = await payment.undo()
    assert (outcome.status, (await undo.look()).problem) == ("done", None)
    assert (await payment.undo()).status == "done"
    assert ((await payment.look()).state, (await payment.look()).problem) == ("compensated", None)
    assert len(company.sent) == 3


async def test_an_undoing_that_breaks_for_good_leaves_the_write_standing_for_a_person(
    payment: Payment, company: ScriptedCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise KeyError("a pack that cannot be read")

    company.planned = [says(201, PAID)]
    await payment.execute()
    monkeypatch.setattr("activities.compensate_effect.read_scene", breaks)
    with pytest.raises(KeyError):
        await payment.undo()
    assert is_half_done(await payment.look())


async def test_a_compensation_that_is_refused_leaves_the_write_standing_for_a_person(
    payment: Payment, company: ScriptedCompany
) -> None:
    company.planned = [says(201, PAID), says(422, {"type": "urn:x:problem:too_late"})]
    await payment.execute()
    assert (await payment.undo()).status == "refused"
    assert ((await payment.look()).state, (await payment.look()).problem) == ("verified", {"code": HALF_DONE})
    assert (await payment.undo()).status == "refused", "and is not tried behind anybody's back"
    assert len(company.sent) == 2


async def test_an_undoing_that_fails_is_logged_with_ids_alone(payment: Payment, company: ScriptedCompany) -> None:
    company.planned = [says(201, PAID), says(422, {"type": "urn:x:problem:too_late", "detail": "Anna is too late"})]
    await payment.execute()
    with capture_logs() as logs:
        await payment.undo()
    assert alerts(logs) == [
        {
            "event": "compensation_failed",
            "log_level": "error",
            "request_id": payment.request_id,
            "effect_id": payment.effect_id,
            "tool": "charge_payment",
            "outcome": "refused",
            "code": "too_late",
        }
    ]


async def test_an_undoing_that_stays_without_an_answer_is_uncertain_and_the_write_is_not_undone(
    payment: Payment, company: ScriptedCompany
) -> None:
    company.planned = [says(201, PAID), loses_its_answer]
    await payment.execute()
    with pytest.raises(ApplicationError):
        await payment.undo()
    with capture_logs() as logs:
        assert (await give_up(payment)).status == "uncertain"
    assert is_half_done(await payment.look())
    assert (await undoing_of(payment).look()).state == "uncertain"
    assert [line["event"] for line in alerts(logs)] == ["compensation_failed"]


async def test_an_undoing_that_never_began_is_not_taken_for_done(payment: Payment, company: ScriptedCompany) -> None:
    company.planned = [says(201, PAID)]
    await payment.execute()
    assert (await give_up(payment)).status == "not_sent"
    assert is_half_done(await payment.look())


async def test_an_undoing_of_which_only_the_word_was_missing_is_done(
    payment: Payment, company: ScriptedCompany
) -> None:
    company.planned = [says(201, PAID), says(201, REFUND)]
    await payment.execute()
    await payment.undo()
    await payment.change(state="'verified'")
    assert (await give_up(payment)).status == "done"
    assert (await payment.look()).state == "compensated"
