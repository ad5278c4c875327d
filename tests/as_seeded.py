"""How is the demo company brought back to what it was at the start, where something has happened to it?"""

from tests.conversation import admin, standin
from tests.stack import Stack


def bring_back(stack: Stack) -> None:
    """Seed anew after an effect, a planned fault or a failed look-up; the stand-in forgets what it was told to be.

    Seeding takes most of a second, so that it is done only where it changes something.
    """
    standin(stack, "DELETE", "/_control")
    planned = admin(stack, "GET", "/_control").json()["planned"]
    effects = admin(stack, "GET", "/_ledger", params={"limit": 1}).json()["rows"]
    lookups = admin(stack, "GET", "/_calls", params={"system": "booking", "operation": "find_reservation"}).json()[
        "rows"
    ]
    if planned or effects or any(row["problem"] for row in lookups):
        admin(stack, "POST", "/_control/reset")
