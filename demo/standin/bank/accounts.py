"""How does the stand-in say what is on an account and what happened there?"""

import re

from demo.standin.bank.reading import ACCOUNTS, PAYEES, account_in, words_since
from demo.standin.goals import Goal, Step
from demo.standin.moves import Move, ask_person, found, gather, say
from demo.standin.scene import Scene, Want
from demo.standin.thread import Task
from demo.standin.wire import Obj
from demo.standin.wording import day, listed, money

NO_ACCOUNT = "I see no such account of yours. Which of your accounts do you mean?"
MOST = 5
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def decide_balance(scene: Scene, task: Task) -> Move:
    """Say what is on every account."""
    del task
    missing = gather(scene, ACCOUNTS, deed="see your accounts")
    if missing:
        return missing
    accounts: list[Obj] = found(scene, ACCOUNTS).get("accounts") or []
    told = [
        f"on the {account['kind']} account {account['iban']} there is {money(account['balance'])}"
        for account in accounts
    ]
    text = listed(told)
    return say(f"{text[:1].upper()}{text[1:]}." if told else "I see no account in your name.")


def decide_transactions(scene: Scene, task: Task) -> Move:
    """Say the latest bookings: amounts, days and names, never what third parties wrote as their purpose."""
    account = chosen_account(scene, task, "see your bookings")
    if isinstance(account, Move):
        return account
    lines = Want("list_transactions", {"iban": account["iban"]})
    missing = gather(scene, lines, deed="see your bookings")
    if missing:
        return missing
    booked: list[Obj] = found(scene, lines).get("lines") or []
    told = [_say_line(line) for line in booked[:MOST]]
    return say(" ".join(told) if told else "Nothing was booked on that account.")


def _say_line(line: Obj) -> str:
    direction = "came from" if line["direction"] == "in" else "went to"
    return f"On {day(line['booked_on'])} {money(line['amount'])} {direction} {line['counterparty']}."


def decide_statement(scene: Scene, task: Task) -> Move:
    """Say a month's figures."""
    account = chosen_account(scene, task, "see your statement")
    if isinstance(account, Move):
        return account
    statement = Want("get_statement", {"iban": account["iban"], "month": _month_in(scene, words_since(scene, task))})
    missing = gather(scene, statement, deed="see your statement")
    if missing:
        return missing
    told = found(scene, statement)
    return say(
        f"In {told['month']} {money(told['paid_in'])} came in and {money(told['paid_out'])} went out, "
        f"in {told['bookings']} bookings."
    )


def _month_in(scene: Scene, text: str) -> str:
    """The month that the words name, in the past; else the one before today's."""
    assert scene.state.today is not None
    today = scene.state.today
    named = [number for number, name in enumerate(_MONTHS, 1) if re.search(rf"\b{name}\b", text, re.I)]
    month = named[-1] if named else (today.month - 2) % 12 + 1
    year = today.year if month <= today.month and (named or month < today.month) else today.year - 1
    return f"{year}-{month:02d}"


def decide_limit(scene: Scene, task: Task) -> Move:
    """Say the daily limit and what is left of it."""
    account = chosen_account(scene, task, "see your limit")
    if isinstance(account, Move):
        return account
    limits = Want("get_limits", {"iban": account["iban"]})
    missing = gather(scene, limits, deed="see your limit")
    if missing:
        return missing
    told = found(scene, limits)
    return say(f"The daily limit is {money(told['daily_limit'])}, and {money(told['left_today'])} of it is left today.")


def decide_payees(scene: Scene, task: Task) -> Move:
    """Name the payees."""
    del task
    missing = gather(scene, PAYEES, deed="see your payees")
    if missing:
        return missing
    names = [payee["name"] for payee in found(scene, PAYEES).get("payees") or [] if payee["status"] == "active"]
    return say(f"Your payees are {listed(names)}." if names else "You have no payees yet.")


def decide_notes(scene: Scene, task: Task) -> Move:
    """Say how many notes there are; what staff wrote to each other is not read out."""
    del task
    notes = Want("list_staff_notes")
    missing = gather(scene, notes, deed="see earlier notes")
    if missing:
        return missing
    return say(
        "There are notes of my colleagues on your record."
        if found(scene, notes).get("notes")
        else "There are no notes."
    )


def decide_other(scene: Scene, task: Task) -> Move:
    """What only a colleague does."""
    return ask_person(scene, f"The customer needs something that I have no script for: {task.wish}.")


def chosen_account(scene: Scene, task: Task, deed: str) -> Obj | Move:
    """The account that the customer means, or the move that finds out."""
    missing = gather(scene, ACCOUNTS, deed=deed)
    if missing:
        return missing
    return account_in(scene, words_since(scene, task)) or say(NO_ACCOUNT)


_READ = Step("Read the accounts", "list_accounts")
BALANCE = Goal("Say what is on the accounts", (_READ,), decide_balance)
TRANSACTIONS = Goal("Say what was booked", (_READ, Step("Read the bookings", "list_transactions")), decide_transactions)
STATEMENT = Goal("Say what a statement says", (_READ, Step("Read the statement", "get_statement")), decide_statement)
LIMIT = Goal("Say the daily limit", (_READ, Step("Read the limit", "get_limits")), decide_limit)
PAYEE_LIST = Goal("Name the payees", (Step("Read the payees", "list_payees"),), decide_payees)
NOTES = Goal("Look at earlier notes", (Step("Read the notes", "list_staff_notes"),), decide_notes)
OTHER = Goal("Help with what a colleague does", (), decide_other)
