"""Which fixed people can a demo be, and what may they say?"""

from demo.airline.seeding.people import LATE_FLYER, STORY_PEOPLE
from demo.systems.shapes import Answer


class Story(Answer):
    """A fixed person as the demo's customer switch shows them."""

    customer_id: str
    first_name: str
    last_name: str
    tier: str
    reservation_code: str
    story: str
    says: str


_TOLD = {
    "C101": (
        "K7Q2LM",
        "flies Frankfurt-Lisbon in three days and wants to go earlier",
        "Move me to tomorrow's morning flight",
    ),
    "C102": (
        "P3XW9T",
        "today's flight NW212 to Lisbon was cancelled by a storm",
        "My flight 212 was cancelled, help me",
    ),
    "C103": ("T8BN4C", "flew home from Lisbon yesterday, without the bag 0NW445566", "My bag is lost"),
    "C104": ("H5RD2K", "flies to Madrid in nine days on a refundable fare", "Cancel my trip and refund me"),
    "C105": ("Z1QY7V", "flies to London in five days on a light fare", "Move my flight to the day after"),
    "C107": (
        "L8BR4N",
        "flies to Frankfurt in two days; her booking and flight operations disagree",
        "Is my flight on time?",
    ),
}

STORIES = tuple(
    Story(
        customer_id=person.customer_id,
        first_name=person.first_name,
        last_name=person.last_name,
        tier=person.tier,
        reservation_code=_TOLD[person.customer_id][0],
        story=_TOLD[person.customer_id][1],
        says=_TOLD[person.customer_id][2],
    )
    for person in (*STORY_PEOPLE, LATE_FLYER)
)
