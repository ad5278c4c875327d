"""Which goal belongs to which wish of a bank's customer?"""

from demo.standin.bank import accounts, cards, transfers
from demo.standin.goals import Goal, question

GOALS: dict[str, Goal] = {
    "balance": accounts.BALANCE,
    "freeze": cards.FREEZE,
    "limit": accounts.LIMIT,
    "new_payee": transfers.NEW_PAYEE,
    "notes": accounts.NOTES,
    "payees": accounts.PAYEE_LIST,
    "question": question.GOAL,
    "raise_limit": transfers.RAISE_LIMIT,
    "standing": accounts.OTHER,
    "statement": accounts.STATEMENT,
    "transactions": accounts.TRANSACTIONS,
    "transfer": transfers.TRANSFER,
    "unfreeze": accounts.OTHER,
}
