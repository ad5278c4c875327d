"""Which goal belongs to which wish?"""

from demo.standin.goals import Goal, bag, booking, cancel, change, disruption, points, question, status

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
