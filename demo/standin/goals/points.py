"""How does the stand-in tell a customer's points?"""

from demo.standin.goals import Goal, Step
from demo.standin.moves import Move, found, gather, say
from demo.standin.scene import Scene, Want
from demo.standin.thread import Task

STEPS = (Step("Read the loyalty account", "get_loyalty_account"),)


def decide(scene: Scene, task: Task) -> Move:
    """Read the account and tell tier and points."""
    read = Want("get_loyalty_account")
    missing = gather(scene, read, deed="look up your points")
    if missing:
        return missing
    account = found(scene, read)
    tier = f" and your tier is {account['tier']}" if account.get("tier") not in (None, "none") else ""
    return say(f"You have {account['points']} points{tier}.")


GOAL = Goal("Look up your points", STEPS, decide)
