"""Which fixed people can a demo be, and what may they say?"""

from demo.bank.seeding.people import STORY_PEOPLE
from demo.systems.shapes import Answer


class Story(Answer):
    """A fixed person as the demo's customer switch shows them."""

    customer_id: str
    first_name: str
    last_name: str
    tier: str
    story: str
    says: str


_TOLD = {
    "P201": (
        "joint holder",
        "has an account of her own and one with Tom",
        "Transfer 120 euros to Jonas Weber for the concert tickets",
    ),
    "P202": ("joint holder", "holds a joint account with Lena", "What is the balance of our joint account?"),
    "P203": (
        "attorney",
        "looks after her mother Meena's account",
        "Add the payee Clara Vogt, DE58701500000000810045, and send her 75 euros",
    ),
    "P205": ("none", "somebody wrote an order to machines into his bookings", "What did I pay and get this month?"),
    "P206": ("none", "wants to pay more than her daily limit allows", "Raise my daily limit to 5000 euros"),
}

STORIES = tuple(
    Story(
        customer_id=person.customer_id,
        first_name=person.first_name,
        last_name=person.last_name,
        tier=_TOLD[person.customer_id][0],
        story=_TOLD[person.customer_id][1],
        says=_TOLD[person.customer_id][2],
    )
    for person in STORY_PEOPLE
    if person.customer_id in _TOLD
)
