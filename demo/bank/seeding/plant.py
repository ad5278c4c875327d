"""How does the seed get into the tables?"""

from collections.abc import Iterable
from datetime import date
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from demo.bank.accounts.tables import AccountRow, LineRow
from demo.bank.cards.tables import CardRow
from demo.bank.people.tables import MandateRow, PersonRow, StaffNoteRow
from demo.bank.seeding.accounts import plan_accounts, plan_cards, plan_payees, plan_standing_orders
from demo.bank.seeding.lines import plan_lines, plan_notes
from demo.bank.seeding.people import Person, plan_people
from demo.bank.transfers.tables import PayeeRow, StandingOrderRow

DATASET = "aldermere-1"
SEED = 2027


async def plant(connection: AsyncConnection, today: date) -> None:
    """Fill empty tables with the same bank each time, dated around today."""
    chance = Random(SEED)
    people = plan_people(chance)
    accounts = plan_accounts(people, chance)
    payees = plan_payees(people, chance)
    await connection.execute(insert(PersonRow), [person.record() for person in people])
    await connection.execute(insert(MandateRow), _mandates(people))
    await connection.execute(insert(StaffNoteRow), plan_notes(today))
    await connection.execute(insert(AccountRow), [account.row() for account in accounts])
    await connection.execute(insert(LineRow), plan_lines(accounts, today, chance))
    await connection.execute(insert(PayeeRow), payees)
    await connection.execute(insert(StandingOrderRow), plan_standing_orders(accounts, payees))
    await connection.execute(insert(CardRow), list(plan_cards(people, accounts, chance)))


def _mandates(people: Iterable[Person]) -> list[dict[str, Any]]:
    return [
        {"customer_id": person.customer_id, "party_id": party, "role": role}
        for person in people
        for party, role in person.acts_for
    ]
