"""Does the workflow's memory keep order, decisions and holders right, whatever repeats or comes late?"""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.request import (
    Decision,
    FollowUp,
    HolderChanged,
    MessageArrived,
    OpenSet,
    PlanStep,
    StartRequest,
    Stimulus,
)
from workflows.memory import Memory

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def fresh() -> Memory:
    return Memory(StartRequest(request_id="request-1", pack="airline", pack_digest="d", channel="web"))


def with_set(role: str | None = None) -> Memory:
    memory = fresh()
    memory.open_set = OpenSet(
        set_id="s", digest="d", expires_at=NOW + timedelta(minutes=15), approval_role=role, requester="C101"
    )
    return memory


def decide(memory: Memory, decision: str, by: str = "C101", role: str = "customer", digest: str = "d") -> str:
    given = {"set_id": "s", "digest": digest, "decision": decision, "by": by, "role": role}
    return memory.decide(Decision.model_validate(given), NOW).code


def arrive(memory: Memory, *numbers: int) -> list[int]:
    for seq in numbers:
        memory.message_arrived(MessageArrived(message_key=f"k{seq}", seq=seq))
    return [stimulus.seq for stimulus in memory.queue]


def test_a_repeated_signal_changes_nothing() -> None:
    assert arrive(fresh(), 1, 1, 2, 1, 2) == [1, 2]


def test_a_message_that_was_overtaken_is_taken_once_and_in_its_place() -> None:
    assert arrive(fresh(), 2, 3, 1, 1, 2) == [1, 2, 3]


def test_what_was_seen_is_known_after_continuing_as_new() -> None:
    memory = fresh()
    arrive(memory, 1, 3)
    memory.next_stimulus()
    carried = Memory(memory.start.model_copy(update={"state": memory.freeze()}))
    assert [stimulus.seq for stimulus in carried.queue] == [3]
    assert arrive(carried, 1, 3, 2) == [2, 3]


def test_what_a_write_began_is_not_looked_after_once_it_is_undone() -> None:
    memory = fresh()
    for effect in ("e1", "e2"):
        memory.follow_ups.append(FollowUp(effect_id=effect, due_at=NOW, every=timedelta(days=1), left=3))
        memory.enqueue(Stimulus(kind="follow_up", key=effect))
    memory.forget_follow_ups("e1")
    assert [due.effect_id for due in memory.follow_ups] == ["e2"]
    assert [one.key for one in memory.queue] == ["e2"]


def test_everything_remembered_survives_continuing_as_new() -> None:
    memory = with_set()
    memory.follow_ups.append(FollowUp(effect_id="e", due_at=NOW, every=timedelta(days=1), left=3))
    memory.asked, memory.clarified, memory.flow = True, True, "lost_bag"
    memory.labels = ("lost_bag", "controlled", "waiting_for_customer")
    memory.close_at, memory.close_tries = NOW, 2
    memory.holder_changed(HolderChanged(epoch=4, holder="person"))
    carried = Memory(memory.start.model_copy(update={"state": memory.freeze()}))
    assert carried.freeze() == memory.freeze()


def test_a_confirmation_is_taken_once_and_queued_once() -> None:
    memory = with_set()
    assert decide(memory, "confirm") == "confirmed"
    assert decide(memory, "confirm") == "already_taken"
    assert memory.queue == [Stimulus(kind="decision", key="s")]
    assert memory.decision_waits()


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"digest": "other"}, "digest_changed"), ({"by": "C999"}, "not_yours")],
)
def test_another_digest_or_another_customer_decides_nothing(changes: dict[str, str], code: str) -> None:
    memory = with_set()
    assert decide(memory, "confirm", **changes) == code
    assert memory.queue == []


def test_nothing_is_confirmed_at_or_after_its_expiry() -> None:
    memory = with_set()
    assert memory.open_set is not None
    memory.open_set = memory.open_set.model_copy(update={"expires_at": NOW})
    assert decide(memory, "confirm") == "expired"


def test_while_a_person_holds_the_request_the_customer_decides_nothing() -> None:
    memory = with_set()
    memory.holder_changed(HolderChanged(epoch=1, holder="person"))
    assert decide(memory, "confirm") == "held"


def test_an_approver_may_decide_while_a_person_holds_the_request() -> None:
    memory = with_set("supervisor")
    assert decide(memory, "confirm") == "confirmed_awaiting_approval"
    memory.holder_changed(HolderChanged(epoch=1, holder="person"))
    assert decide(memory, "approve", by="S1", role="supervisor") == "approved"
    assert memory.open_set is not None
    assert memory.open_set.state == "confirmed"


@pytest.mark.parametrize(("by", "role"), [("S1", "agent"), ("C101", "supervisor")])
def test_the_wrong_role_and_the_requester_approve_nothing(by: str, role: str) -> None:
    memory = with_set("supervisor")
    decide(memory, "confirm")
    assert decide(memory, "approve", by=by, role=role) in ("wrong_role", "own_request")
    assert memory.open_set is not None
    assert memory.open_set.state == "awaiting_approval"


def test_an_approval_has_its_own_time_to_live() -> None:
    memory = with_set("supervisor")
    decide(memory, "confirm")
    assert memory.open_set is not None
    assert memory.open_set.expires_at == NOW + memory.limits.approval_ttl
    assert memory.open_set.asked_approver


def test_the_desk_is_reminded_once_before_an_approval_expires() -> None:
    memory = with_set("supervisor")
    decide(memory, "confirm")
    memory.queue.clear()
    due = memory.next_due(NOW)
    assert due.stimulus == Stimulus(kind="reminder", key="s")
    assert due.at == NOW + memory.limits.approval_ttl - memory.limits.approval_reminder
    memory.reminded()
    due = memory.next_due(NOW)
    assert (due.stimulus, due.at) == (Stimulus(kind="expired", key="s"), NOW + memory.limits.approval_ttl)


def test_while_a_person_holds_the_request_no_expiry_wakes_it_again_and_again() -> None:
    memory = with_set()
    memory.holder_changed(HolderChanged(epoch=1, holder="person"))
    due = memory.next_due(NOW + timedelta(days=1))
    assert due.stimulus is None
    assert due.at > NOW + timedelta(days=2)


def test_an_awaited_approval_does_not_keep_the_agent_from_answering() -> None:
    memory = with_set("supervisor")
    decide(memory, "confirm")
    assert memory.decision_waits()
    memory.queue.clear()
    assert not memory.decision_waits()
    decide(memory, "approve", by="S1", role="supervisor")
    assert memory.decision_waits()


def test_four_eyes_wait_for_the_second_person_and_survive_continuing_as_new() -> None:
    memory = with_set("supervisor")
    assert memory.open_set is not None
    memory.open_set = memory.open_set.model_copy(update={"approvers": 2})
    decide(memory, "confirm")
    assert decide(memory, "approve", by="S1", role="supervisor") == "approved_one_more"
    carried = Memory(memory.start.model_copy(update={"state": memory.freeze()}))
    assert decide(carried, "approve", by="S1", role="supervisor") == "already_taken"
    assert decide(carried, "approve", by="S2", role="supervisor") == "approved"
    assert carried.open_set is not None
    assert (carried.open_set.state, carried.open_set.approved_by) == ("confirmed", ("S1", "S2"))


def test_a_decided_set_does_not_expire_while_it_waits_for_its_turn() -> None:
    memory = with_set()
    decide(memory, "confirm")
    memory.queue.clear()
    due = memory.next_due(NOW)
    assert due.stimulus is None or due.stimulus.kind != "expired"


def test_only_a_newer_epoch_changes_the_holder() -> None:
    memory = fresh()
    memory.holder_changed(HolderChanged(epoch=2, holder="person"))
    memory.holder_changed(HolderChanged(epoch=1, holder="agent"))
    memory.holder_changed(HolderChanged(epoch=2, holder="agent"))
    assert memory.holder == "person"
    memory.holder_changed(HolderChanged(epoch=3, holder="agent"))
    assert memory.queue == [Stimulus(kind="returned", key="3")]


@pytest.mark.parametrize("in_a_turn", [True, False])
def test_a_return_is_gone_on_from_however_it_is_heard_of(in_a_turn: bool) -> None:
    memory = with_set()
    decide(memory, "confirm")
    memory.queue.clear()  # the decision's turn ran while a person held the request, and did nothing
    if in_a_turn:
        memory.holder_changed(HolderChanged(epoch=1, holder="person"))
    memory.holder_changed(HolderChanged(epoch=2, holder="agent"))
    memory.holder_changed(HolderChanged(epoch=1, holder="person"))
    memory.holder_changed(HolderChanged(epoch=2, holder="agent"))
    assert memory.holder == "agent"
    assert memory.queue == [Stimulus(kind="returned", key="2")]


def test_what_is_due_first_comes_first() -> None:
    memory = with_set()
    memory.follow_ups.append(
        FollowUp(effect_id="e", due_at=NOW + timedelta(minutes=5), every=timedelta(days=1), left=3)
    )
    due = memory.next_due(NOW)
    assert due.at == NOW + timedelta(minutes=5)
    assert due.stimulus == Stimulus(kind="follow_up", key="e")


def test_a_close_that_fails_is_tried_later_and_later_but_daily() -> None:
    memory = fresh()
    waits: list[timedelta] = []
    for _ in range(12):
        memory.postpone_closing(NOW)
        assert memory.close_at is not None
        waits.append(memory.close_at - NOW)
    assert waits[:3] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert waits[-1] == timedelta(days=1)


def test_a_yes_may_be_meant_for_words_that_came_between() -> None:
    memory = with_set()
    assert memory.open_set is not None
    memory.show(memory.open_set)
    assert not memory.is_behind_other_words(), "the turn that shows it"
    memory.turn += 1
    assert not memory.is_behind_other_words(), "the next one"
    memory.turn += 1
    assert memory.is_behind_other_words()
    memory.show(memory.open_set)
    assert not memory.is_behind_other_words(), "shown again"


def test_a_card_that_a_flow_has_shown_again_is_the_last_that_was_seen() -> None:
    memory = with_set()
    memory.turn = 3
    memory.shown_again("another set")
    memory.turn = 4
    assert memory.is_behind_other_words()
    memory.shown_again("s")
    memory.turn = 5
    assert not memory.is_behind_other_words()


@pytest.mark.parametrize("decision", ["confirm", "decline"])
def test_a_decision_stands_that_was_taken_while_its_card_was_shown_again(decision: str) -> None:
    memory = with_set()
    decide(memory, decision)
    before = memory.open_set
    memory.turn = 3
    memory.shown_again("s")
    assert memory.open_set == before


def test_a_written_yes_takes_the_open_set_and_leaves_no_second_stimulus() -> None:
    memory = with_set()
    assert memory.decide_by_text("yes", NOW)
    assert memory.queue == []
    assert not memory.decide_by_text("yes", NOW)


def test_words_decide_nothing_while_an_approver_is_awaited() -> None:
    """Who has confirmed may take it back by the card, which says of what; a sentence may mean anything by then."""
    memory = with_set("supervisor")
    assert decide(memory, "confirm") == "confirmed_awaiting_approval"
    assert not memory.decide_by_text("no", NOW)
    assert not memory.decide_by_text("yes", NOW)
    assert memory.open_set is not None
    assert memory.open_set.state == "awaiting_approval"


@pytest.mark.parametrize("decision", ["confirm", "decline"])
def test_a_decision_waits_from_when_it_is_taken_until_its_turn(decision: str) -> None:
    memory = with_set()
    assert not memory.decision_waits()
    decide(memory, decision)
    assert memory.decision_waits()
    memory.next_stimulus()
    assert memory.decision_waits(), "its turn has begun and has not carried it out"
    memory.open_set = None
    assert not memory.decision_waits()


@pytest.mark.parametrize("state", ["pending", "awaiting_approval", "confirmed", "declined"])
def test_a_proved_code_offers_only_what_waited_for_it(state: str) -> None:
    memory, until = with_set(), NOW + timedelta(minutes=30)
    assert memory.open_set is not None
    memory.open_set = before = memory.open_set.model_copy(update={"state": state})
    memory.offered(until)
    assert memory.open_set == before
    memory.open_set = before.model_copy(update={"state": "awaiting_code"})
    memory.offered(until)
    assert (memory.open_set.state, memory.open_set.expires_at) == ("pending", until)


def test_who_goes_silent_in_the_middle_has_abandoned_it() -> None:
    asked, planned, done = fresh(), fresh(), fresh()
    asked.flow = "report_lost_bag"
    planned.plan = (PlanStep(id="s1", tool="charge_payment"),)
    for memory, outcome in ((asked, "abandoned"), (planned, "abandoned"), (done, "resolved")):
        memory.closed()
        assert (memory.status, memory.outcome) == ("closed", outcome)
