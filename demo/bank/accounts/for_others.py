"""What may the other systems ask of the accounts, and book on them?"""

import secrets
from datetime import date

from sqlalchemy import func, select

from demo.bank.accounts.tables import AccountRow, LineRow
from demo.bank.people.for_others import parties_of
from demo.systems.conduct import Call
from demo.systems.problems import not_found


async def reach_account(call: Call, iban: str, *, lock: bool = False) -> AccountRow:
    """The account, when whoever calls may act for its owner; else the 404 of an unknown one."""
    row = await call.session.get(AccountRow, iban, with_for_update=lock)
    if row is None or row.party_id not in await parties_of(call):
        raise not_found("account", iban, "/iban")
    return row


async def used_on(call: Call, iban: str, day: date) -> int:
    """How much left the account by transfers made here on a day, in cents."""
    wanted = select(func.coalesce(func.sum(LineRow.amount_minor), 0)).where(
        LineRow.iban == iban,
        LineRow.booked_on == day,
        LineRow.direction == "out",
        LineRow.transfer_id.is_not(None),
    )
    return int(await call.session.scalar(wanted) or 0)


def book_line(
    call: Call, row: AccountRow, direction: str, amount_minor: int, *, counterparty: str, purpose: str, transfer: str
) -> None:
    """Book an amount on an account and change its balance by it; the row must be locked."""
    row.balance_minor += amount_minor if direction == "in" else -amount_minor
    call.session.add(
        LineRow(
            line_id=f"ln_{secrets.token_hex(8)}",
            iban=row.iban,
            booked_on=call.world.clock.today(),
            direction=direction,
            amount_minor=amount_minor,
            counterparty=counterparty,
            purpose=purpose,
            transfer_id=transfer,
        )
    )
