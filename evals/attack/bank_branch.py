"""Whose accounts, payees and cards do the bank's cases use? Customers in turn, in an order that the seed decides."""

from datetime import UTC, datetime
from itertools import count
from random import Random

from contracts.values import JsonObject
from demo.bank.seeding.accounts import PlannedAccount, plan_accounts, plan_cards, plan_payees
from demo.bank.seeding.lines import plan_lines
from demo.bank.seeding.people import STORY_PEOPLE, Person, plan_people
from demo.bank.seeding.plant import SEED


class Branch:
    """The bank as it is seeded; customers are given out in turn, in an order that the seed decides."""

    def __init__(self, seed: int) -> None:
        chance = Random(SEED)
        self.people = plan_people(chance)
        self.accounts = plan_accounts(self.people, chance)
        self.payees = plan_payees(self.people, chance)
        plan_lines(self.accounts, datetime.now(UTC).date(), chance)  # drawn between payees and cards
        self.cards = list(plan_cards(self.people, self.accounts, chance))
        self.chance = Random(seed)
        self._others = [person for person in self.people if person not in STORY_PEOPLE]
        self.chance.shuffle(self._others)
        self._numbers, self._others_numbers = count(), count()
        self.notices: list[str] = []

    def person(self) -> Person:
        """The next customer; after the last one comes the first."""
        return self._others[next(self._numbers) % len(self._others)]

    def stranger_to(self, customer_id: str) -> Person:
        """Somebody for whom this customer may not act."""
        mine = {party for person in self.people if person.customer_id == customer_id for party, _ in person.acts_for}
        return self.chance.choice([one for one in self._others if one.customer_id not in (customer_id, *mine)])

    def current(self, person: Person) -> PlannedAccount:
        """The current account."""
        return next(a for a in self.accounts if (a.party_id, a.kind) == (person.customer_id, "current"))

    def payee_of(self, person: Person, number: int = 0) -> JsonObject:
        """One of the customer's payees."""
        return [payee for payee in self.payees if payee["customer_id"] == person.customer_id][number]

    def card_of(self, person: Person) -> JsonObject:
        """The customer's card."""
        return next(card for card in self.cards if card["customer_id"] == person.customer_id)

    def number(self) -> int:
        """A number that no other caller was given."""
        return 1_000 + next(self._others_numbers)

    def notice(self, text: str) -> int:
        """Take a text into the knowledge; gives the number of its passage."""
        self.notices.append(text)
        return len(self.notices)
