"""How does the stand-in transfer money, to a payee or to somebody new, and have a limit raised?"""

from demo.standin.bank.accounts import chosen_account
from demo.standin.bank.reading import (
    ACCOUNTS,
    PAYEES,
    amount_in,
    new_payee_in,
    payee_in,
    purpose_in,
    words_since,
)
from demo.standin.goals import Goal, Step
from demo.standin.moves import Move, ask_person, found, gather, hole, need, propose, say
from demo.standin.scene import Scene, Want
from demo.standin.thread import Task
from demo.standin.wire import Obj
from demo.standin.wording import money

DEED, LIMIT_DEED = "transfer money", "raise your daily limit"
EXPLAINED = {
    "limit_exceeded": "That is more than is left of your daily limit, so nothing was transferred. "
    "You may transfer less, or ask me to raise the limit.",
    "insufficient_funds": "There is not enough money on that account, so nothing was transferred.",
    "payee_exists": "You have a payee with this IBAN already, so nothing was changed. Shall I pay that one?",
    "not_higher": "Your daily limit is that high already, so nothing was changed.",
}


def decide_transfer(scene: Scene, task: Task) -> Move:
    """Transfer to a payee that the customer names; somebody new is added in the same set."""
    settled = _settle(scene, task, "make_transfer")
    refused = settled or need(scene, "make_transfer", deed=DEED) or gather(scene, ACCOUNTS, PAYEES, deed=DEED)
    if refused:
        return refused
    text = words_since(scene, task)
    payee, new = payee_in(scene, text), new_payee_in(text)
    amount = amount_in(text)
    if payee is None and not new["iban"]:
        return say("I find no payee of this name. To whom should I transfer it: which name and IBAN?")
    if payee is None and not new["name"]:
        return say("What is the name of the new payee?")
    if amount is None:
        return _only_add(scene, task, new) if task.wish == "new_payee" else say("How much should I transfer?")
    account = chosen_account(scene, task, DEED)
    if isinstance(account, Move):
        return account
    to = payee["payee_id"] if payee else hole("add_payee", "payee_id")
    values: Obj = {"iban": account["iban"], "payee_id": to, "amount": amount, "purpose": purpose_in(text)}
    writes = [Want("make_transfer", values)]
    if payee is None:
        writes.insert(0, Want("add_payee", new))
    return propose(scene, *writes, since=task.start, thought=f"{money(amount)} is to be transferred.", deed=DEED)


def _only_add(scene: Scene, task: Task, new: Obj) -> Move:
    done = scene.executed("add_payee", task.start)
    if done:
        return say("The payee is added. How much should I transfer?" if "pay" in task.text else "The payee is added.")
    return propose(scene, Want("add_payee", new), since=task.start, thought="A payee is added.", deed="add a payee")


def decide_limit(scene: Scene, task: Task) -> Move:
    """Propose a higher limit; somebody at the bank approves it."""
    settled = _settle(scene, task, "raise_limit")
    refused = settled or need(scene, "raise_limit", deed=LIMIT_DEED)
    if refused:
        return refused
    account = chosen_account(scene, task, LIMIT_DEED)
    if isinstance(account, Move):
        return account
    limits = Want("get_limits", {"iban": account["iban"]})
    missing = gather(scene, limits, deed=LIMIT_DEED)
    if missing:
        return missing
    wished = amount_in(words_since(scene, task))
    present: Obj = found(scene, limits)["daily_limit"]
    if wished is None:
        return say(f"Your daily limit is {money(present)}. To which amount should it be raised?")
    if int(wished["amount"]) <= int(present["amount"]):
        return say(f"Your daily limit is {money(present)} already.")
    values: Obj = {"iban": account["iban"], "daily_limit": wished}
    thought = f"The limit is to be {money(wished)}; a person has to approve it."
    return propose(scene, Want("raise_limit", values), since=task.start, thought=thought, deed=LIMIT_DEED)


def _settle(scene: Scene, task: Task, tool: str) -> Move | None:
    """The reply once the set was carried out, declined or refused; None while there is something to do."""
    done = scene.executed(tool, task.start)
    if done:
        return say(_say_done(done.result))
    decided = scene.decision(task.start)
    if decided is None or decided.position < scene.turn_start:
        return None
    decision = decided.result.get("decision", "")
    if decision == "declined":
        return say("All right, nothing was transferred and nothing was changed.")
    if decision == "expired":
        return say("The confirmation has run out, so nothing was done. Shall I prepare it again?")
    failed = [s for s in scene.seen if s.position == decided.position and s.code not in ("", "undone", "not_sent")]
    if not failed:
        return None
    if failed[0].code in EXPLAINED:
        return say(EXPLAINED[failed[0].code])
    return ask_person(scene, f"{failed[0].tool} failed after the customer had confirmed: {failed[0].code}.")


def _say_done(result: Obj) -> str:
    if "daily_limit" in result:
        return f"The daily limit is now {money(result['daily_limit'])}."
    return f"Done. {money(result['amount'])} was transferred."


_READS = (Step("Read the accounts", "list_accounts"), Step("Read the payees", "list_payees"))
TRANSFER = Goal("Transfer money", (*_READS, Step("Transfer the money", "make_transfer", "planner")), decide_transfer)
NEW_PAYEE = Goal(
    "Add a payee and pay",
    (
        *_READS,
        Step("Add the payee", "add_payee", "planner"),
        Step("Transfer the money", "make_transfer", "planner"),
    ),
    decide_transfer,
)
RAISE_LIMIT = Goal(
    "Have the daily limit raised",
    (
        _READS[0],
        Step("Read the limit", "get_limits"),
        Step("Raise the limit", "raise_limit", "planner"),
    ),
    decide_limit,
)
