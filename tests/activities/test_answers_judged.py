"""Which answers say for certain that a write did not happen, and when does nobody ask any more?"""

import pytest
from one_payment import PAID, Payment
from scripted_company import ScriptedCompany, loses_its_answer, says

from activities.report_effect import LONGEST_TRY
from activities.send_request import Answered

UNDECIDED = {408, 425, 429}
"""Too late, too early, too often: nothing is said of the write itself."""


@pytest.mark.parametrize("status", range(100, 600))
def test_an_answer_is_a_success_a_refusal_or_says_nothing(status: int) -> None:
    answer = Answered(status, None)
    assert answer.succeeded == (status in range(200, 300))
    assert answer.refused == (status in set(range(400, 500)) - UNDECIDED)


@pytest.mark.parametrize("status", [*sorted(UNDECIDED), 500, 503])
async def test_what_says_nothing_of_a_write_is_asked_again(
    payment: Payment, company: ScriptedCompany, status: int
) -> None:
    company.planned = [says(status), says(201, PAID)]
    await payment.fails("tool.unanswered")
    assert (await payment.look()).state == "executing"
    await payment.time_passes()
    assert (await payment.execute()).status == "done"


async def test_after_many_sends_without_an_answer_a_person_finds_out(
    payment: Payment, company: ScriptedCompany
) -> None:
    company.planned = [loses_its_answer, loses_its_answer]
    await payment.change(attempt=str(LONGEST_TRY - 2), unsent=str(LONGEST_TRY - 2))
    await payment.fails("tool.unanswered")
    await payment.time_passes()
    assert (await payment.execute()).status == "uncertain"
    assert (await payment.look()).state == "uncertain"
    assert (await payment.execute()).status == "uncertain", "and nothing is sent any more"
    assert len(company.sent) == 2
