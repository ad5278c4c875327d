"""Which goal belongs to which wish?"""

from demo.standin.bank.catalogue import GOALS as BANK_GOALS
from demo.standin.goals import Goal, bag, booking, cancel, change, disruption, points, question, status
from demo.standin.trades import is_bank

GOALS: dict[str, Goal] = {
    "bag": bag.GOAL,
    "bag_news": bag.NEWS,
    "booking": booking.GOAL,
    "cancel": cancel.GOAL,
    "change": change.GOAL,
    "disruption": disruption.GOAL,
    "points": points.GOAL,
    "question": question.GOAL,
    "service": question.SERVICE,
    "status": status.GOAL,
}


def goals_of(company: str) -> dict[str, Goal]:
    """The goals that the stand-in pursues for this company's customers."""
    return BANK_GOALS if is_bank(company) else GOALS
