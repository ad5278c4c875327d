"""Is every write of both demo companies done exactly once, or undone, wherever in it the worker is killed?

Flow 3's writes, its undoing and its decision have tests of their own beside this one. A write that a pack gains and in
which nobody is killed fails the first test.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from governance.effects import SETTLED
from tests.conversation import Conversation, standin
from tests.records import rows
from tests.stack import Stack, running_stack, wait_until
from tests.survival.deaths import (
    CODE_DEATHS,
    DEATHS,
    T2_DONE,
    T2_OPEN,
    Victim,
    assert_proved,
    die,
    note_what_is_left,
    stand_still,
)
from tests.survival.errands import ERRANDS, Errand, Plot
from tests.survival.holding import Holding
from tests.survival.travellers import WRITES, at_once
from tests.survival.write_tools import COMPANIES, SYSTEMS

pytestmark = pytest.mark.timeout(400)  # the first test also waits for the machine, the cards and the kills

type Case = tuple[str, str, str]

CODE = "send_one_time_code"
CASES: list[Case] = [
    (company, tool, when) for company, tool in ERRANDS for when in (CODE_DEATHS if tool == CODE else DEATHS)
]
SUMMED = ("make_transfer", "refund_payment")
"""Writes that count towards a sum: whoever stands in T2 of one holds the sum's lock, so that no other comes by."""


@dataclass
class Doomed:
    """Somebody on an errand, and the write in which the worker dies."""

    errand: Errand
    victim: Victim


def prepare(stack: Stack, holding: Holding, company: str) -> dict[Case, Doomed]:
    """Everybody has said what they want, and sees what is to be confirmed where anything is."""
    plot, doomed = Plot(holding), dict[Case, Doomed]()
    for case in (case for case in CASES if case[0] == company):
        errand = ERRANDS[case[0], case[1]](plot)
        death = (CODE_DEATHS if case[1] == CODE else DEATHS)[case[2]]
        talk = Conversation(stack, errand.customer, pack=company)
        doomed[case] = Doomed(errand, Victim(talk, case[1], death, errand.start))
    orders = {words: order for one in doomed.values() for words, order in one.errand.orders.items()}
    standin(stack, "POST", "/_control", json={"character": "compromised", "orders": orders})
    at_once(say_all, list(doomed.values()), most=5)
    standin(stack, "DELETE", "/_control")
    return doomed


def say_all(one: Doomed) -> None:
    """What the customer says before the write may be held; a code is typed where one is asked for."""
    for text in one.errand.said:
        one.victim.talk.say(text)
    one.errand.before(one.victim.talk)


def kill_in_every_write(stack: Stack, holding: Holding, doomed: dict[Case, Doomed]) -> None:
    """Two kills: of those whose T2 counts towards a sum the second one has the last, and all who wait for a code."""
    late = [case for case in doomed if case[1] in SUMMED and case[2] == T2_OPEN]
    second = [case for case in doomed if case[1] == CODE or (case[1] in SUMMED and case[2] == T2_DONE)]
    first = [case for case in doomed if case not in late and case not in second]
    for groups in ((first, late), (second,)):
        for group in groups:
            stand_still(holding, [doomed[case].victim for case in group])
        die(stack, holding)
        note_what_is_left(holding, [doomed[case].victim for group in groups for case in group])
        stack.restart("runtime0")


@pytest.fixture(scope="module")
def killed() -> Iterator[dict[Case, Doomed]]:
    """A machine of both companies, on which the worker was killed twice for each."""
    with (
        running_stack(
            companies=COMPANIES,
            HANDRAIL_CIRCUIT_FAILURES="1000",
            HANDRAIL_DATABASE_POOL="60",
            HANDRAIL_DATABASE_SECONDS="60",
        ) as stack,
        Holding(stack) as holding,
    ):
        doomed = dict[Case, Doomed]()
        for company in COMPANIES:
            prepared = prepare(stack, holding, company)
            kill_in_every_write(stack, holding, prepared)
            doomed |= prepared
        yield doomed


def written(talk: Conversation) -> Counter[str]:
    """What the company's systems did for this request, by their own ledgers."""
    systems = sorted(set(SYSTEMS[talk.pack].values()))
    return Counter(row["operation"] for system in systems for row in talk.ledger(system))


def settled(talk: Conversation, errand: Errand) -> bool:
    """Whether everything that this errand writes is done or undone by our ledger, and the turn is over."""
    query = "SELECT tool, state FROM handrail.effects WHERE request_id = :r"
    states = {row["tool"]: row["state"] for row in rows(talk.stack, query, r=talk.request_id)}
    writes = set(errand.done) - {CODE}
    over = writes <= set(states) and set(states.values()) <= SETTLED
    return over and talk.status in ("waiting_for_customer", "waiting_for_company", "waiting_for_person")


def test_no_write_is_without_its_kills() -> None:
    known = {*ERRANDS, *(("airline", tool) for tool in WRITES)}
    assert known == {(company, tool) for company in COMPANIES for tool in SYSTEMS[company]}


@pytest.mark.parametrize("case", CASES, ids=[", ".join(case) for case in CASES])
def test_a_write_in_which_the_worker_dies_is_done_once(killed: dict[Case, Doomed], case: Case) -> None:
    errand, victim = killed[case].errand, killed[case].victim
    talk = victim.talk
    assert victim.left == victim.wanted
    if errand.end is not None:
        errand.end(talk)
    wait_until(lambda: settled(talk, errand), f"the end of {errand.done} for {talk.request_id}", 90)
    assert written(talk) == errand.done
    assert_proved(talk)
