"""Can any sequence of proposals, decisions, crashes and answers make an effect that no guard allowed, or make it twice?

Hypothesis drives the real guard chain and the real ledger in PostgreSQL: models propose good and bad calls, customers
decide, workers send, die, lose answers and try again, switches and holders change. The company's system keeps its own
book; at every moment each of its entries must have an allowed verdict and a decision behind it.
"""

import asyncio
import json
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from contracts.ids import new_request_id
from governance.canonical import canonical_bytes
from governance.effects import effect_digest
from storage.control import set_switch
from storage.database import Database
from storage.desk import change_holder
from storage.effects import (
    EffectRow,
    Sending,
    authorise_effects,
    begin_resending,
    begin_sending,
    change_effect,
    effects_of,
    intend_effect,
    prove_unsent,
    withdraw_effects,
)
from storage.requests import insert_request
from tests.governance.governance_samples import ANNA, GOOD_CHANGE, GOOD_PAY, TOOLS, VISITOR, judge
from workers.dev.postgres import Postgres

NOW = timedelta(0)
GOOD: dict[str, Any] = {"pay": GOOD_PAY, "change": GOOD_CHANGE}
BAD: tuple[dict[str, Any], ...] = (
    {**GOOD_PAY, "code": "P3XW9T"},
    {**GOOD_PAY, "amount": {"amount": 1, "currency": "EUR"}},
    {**GOOD_CHANGE, "flight": "NW999"},
    {**GOOD_CHANGE, "code": "Z1QY7V"},
    {},
)
STEPS = st.integers(1, 2)
SELDOM = st.sampled_from([False, False, False, False, True])
PROPOSED = st.sampled_from(["pay", "pay", "change", "nothing"])
WRONG = st.sampled_from([None, None, None, None, None, *BAD])
ANSWERS = st.sampled_from(["answered", "lost", "died", "unsent", "refused", "token_refused"])


@dataclass
class Runner:
    """A loop of its own, on which the machine's steps wait for the database."""

    url: str
    loop: asyncio.Runner = field(default_factory=asyncio.Runner)
    database: Database | None = None

    def run[T](self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run(work)


@pytest.fixture(scope="module")
def runner(server: Postgres, database: Database) -> Iterator[Runner]:
    """The migrated database, for steps that are no coroutines: hypothesis calls them from a thread of its own."""
    made = Runner(server.url)
    made.database = Database(server.url, pool_size=2)
    yield made
    made.run(made.database.close())
    made.loop.close()


class EffectMachine(RuleBasedStateMachine):
    """One request. `book` is the company's own: key → bytes; it knows a key again and then does nothing."""

    runner: ClassVar[Runner]

    def __init__(self) -> None:
        super().__init__()
        self.request_id = new_request_id()
        self.book: dict[str, bytes] = {}
        self.allowed: dict[str, bytes] = {}
        self.needs: dict[str, str] = {}
        self.decided: set[str] = set()
        row = {"request_id": self.request_id, "pack": self.request_id, "pack_digest": "d", "channel": "web"}
        person = {"role": "customer", "assurance": "verified", "customer_id": "C101"}
        self.do(lambda connection: insert_request(connection, {**row, **person}))

    def do[T](self, work: Any) -> Any:
        async def within() -> T:
            assert self.runner.database is not None
            async with self.runner.database.begin() as connection:
                return await work(connection)

        return self.runner.run(within())

    def effect_id(self, step: int) -> str:
        return f"{self.request_id}/t1.{step}.1"

    def ledger(self) -> dict[str, EffectRow]:
        return {row.effect_id: row for row in self.do(lambda connection: effects_of(connection, self.request_id))}

    # --- what models, customers and operators do ------------------------------------------------------------------

    @rule(step=STEPS, tool=PROPOSED, acting=st.sampled_from([ANNA, ANNA, ANNA, VISITOR]), bad=WRONG)
    def propose(self, step: int, tool: str, acting: Any, bad: dict[str, Any] | None) -> None:
        arguments = GOOD.get(tool, {}) if bad is None else bad
        judged = judge(tool, json.dumps(arguments), acting)
        if judged.verdict.stops or not TOOLS[tool].is_write:
            return
        row = EffectRow(
            effect_id=self.effect_id(step),
            request_id=self.request_id,
            turn=1,
            step=step,
            ordinal=1,
            tool=tool,
            arguments=judged.arguments,
            digest=effect_digest(tool, judged.arguments, b"key"),
            set_id=f"{self.request_id}-{step}" if judged.needs != "none" else None,
            needs=judged.needs,
            authorised=judged.needs == "none",
        )
        stored: EffectRow = self.do(lambda connection: intend_effect(connection, row, []))
        self.allowed.setdefault(stored.effect_id, canonical_bytes(stored.arguments))
        self.needs.setdefault(stored.effect_id, stored.needs)

    @rule(step=STEPS, late=st.sampled_from([False, False, False, True]))
    def confirm(self, step: int, late: bool) -> None:
        until = datetime.now(UTC) + timedelta(minutes=-1 if late else 5)
        set_id = f"{self.request_id}-{step}"
        if self.do(lambda connection: authorise_effects(connection, self.request_id, set_id, "C101", until)):
            (self.decided.discard if late else self.decided.add)(self.effect_id(step))

    @rule(step=STEPS, sure=SELDOM)
    def decline(self, step: int, sure: bool) -> None:
        if sure:
            self.do(lambda connection: withdraw_effects(connection, [self.effect_id(step)], "declined"))

    @rule(on=st.sampled_from([True, True, False]), name=st.sampled_from(["pay", "change"]))
    def switch(self, on: bool, name: str) -> None:
        pack = self.request_id
        self.do(lambda connection: set_switch(connection, pack, "tool", name, on=on, by="op", reason="test"))

    @precondition(lambda self: bool(self.book))
    @rule(epoch=st.integers(0, 3), holder=st.sampled_from(["agent", "agent", "person"]))
    def take_over(self, epoch: int, holder: Any) -> None:
        self.do(lambda connection: change_holder(connection, self.request_id, epoch=epoch, holder=holder, by="A1"))

    # --- what workers do, and what becomes of it ---------------------------------------------------------------------

    @initialize()
    def a_payment_is_confirmed(self) -> None:
        """Every run begins with something to do."""
        self.propose(1, "pay", ANNA, None)
        self.confirm(1, False)

    @rule(step=STEPS, answer=ANSWERS)
    def work(self, step: int, answer: str) -> None:
        """What a worker does that finds the effect: begin, or try again."""
        self.send_again(step, answer, 0)
        self.send(step, answer, False)

    @rule(step=STEPS, answer=ANSWERS, forged=st.sampled_from([False, False, False, True]))
    def send(self, step: int, answer: str, forged: bool) -> None:
        effect = self.effect_id(step)
        row = self.ledger().get(effect)
        digest = "forged" if forged or row is None else row.digest
        bytes_ = canonical_bytes(row.arguments) if row else b"{}"
        sending = self.do(lambda connection: begin_sending(connection, effect, digest, bytes_, budget=NOW))
        if sending is not None:
            assert not forged
            self.report(effect, sending, answer)

    @rule(step=STEPS, answer=ANSWERS, stale=st.sampled_from([0, 0, 0, 1]))
    def send_again(self, step: int, answer: str, stale: int) -> None:
        effect = self.effect_id(step)
        row = self.ledger().get(effect)
        attempt = row.attempt - stale if row else 1
        sending = self.do(lambda connection: begin_resending(connection, effect, attempt, budget=NOW, skew=NOW))
        if sending is not None:
            self.report(effect, sending, answer)

    def report(self, effect: str, sending: Sending, answer: str) -> None:
        """The bytes are on their way (but for `unsent`); T3, where there is an answer."""
        if answer == "unsent":
            self.do(lambda connection: prove_unsent(connection, effect, sending.attempt))
            return
        if answer == "token_refused" or (answer == "refused" and effect not in self.book):
            if answer == "refused":
                self.do(lambda connection: change_effect(connection, effect, "refuse", attempt=sending.attempt))
            return
        row = self.ledger()[effect]
        assert row.sent is not None
        self.book.setdefault(effect, row.sent)
        if answer in ("answered", "refused"):
            self.do(lambda connection: change_effect(connection, effect, "succeed_late", result={}))

    @rule(step=STEPS, sure=SELDOM)
    def give_up(self, step: int, sure: bool) -> None:
        if sure:
            self.do(lambda connection: change_effect(connection, self.effect_id(step), "lose"))

    @precondition(lambda self: bool(self.book))
    @rule(data=st.data())
    def a_late_success_arrives(self, data: st.DataObject) -> None:
        effect = data.draw(st.sampled_from(sorted(self.book)))
        self.do(lambda connection: change_effect(connection, effect, "succeed_late", result={}))

    # --- what holds at every moment ----------------------------------------------------------------------------------

    @invariant()
    def every_entry_of_the_companys_book_was_allowed_and_decided(self) -> None:
        for effect, sent in self.book.items():
            assert self.allowed.get(effect) == sent, "an effect without an allowed verdict on exactly these arguments"
            assert self.needs[effect] == "none" or effect in self.decided, "an effect that nobody agreed to"

    @invariant()
    def the_ledger_and_the_book_agree(self) -> None:
        for effect, row in self.ledger().items():
            if effect in self.book:
                assert row.state in ("executing", "executed", "verified", "uncertain"), "what happened counts as undone"
            else:
                assert row.state not in ("executed", "verified"), "what never happened counts as done"

    @invariant()
    def one_confirmed_write_is_one_effect(self) -> None:
        rows = [row for effect, row in self.ledger().items() if effect in self.book]
        same = [(row.tool, row.digest, row.set_id) for row in rows]
        assert len(same) == len(set(same))


def test_no_sequence_makes_an_effect_without_a_verdict_and_a_decision(runner: Runner) -> None:
    EffectMachine.runner = runner
    quiet = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)
    ways = settings(max_examples=120, stateful_step_count=40, suppress_health_check=quiet, derandomize=True)
    run_state_machine_as_test(EffectMachine, settings=ways)
