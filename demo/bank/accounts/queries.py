"""How are accounts, bookings and statements read?"""

from datetime import date

from sqlalchemy import func, select

from demo.bank.accounts.for_others import reach_account, used_on
from demo.bank.accounts.shapes import Account, Accounts, Limits, Line, Lines, OneAccount, Statement
from demo.bank.accounts.tables import AccountRow, LineRow
from demo.bank.people.for_others import mandates_of, parties_of, require_self
from demo.bank.people.shapes import Mandate
from demo.systems.conduct import Call
from demo.systems.problems import invalid
from demo.systems.shapes import euros

MOST_LINES = 50
_TITLES = {"en": "Statement", "de": "Kontoauszug"}


async def list_accounts(call: Call, customer_id: str) -> Accounts:
    """The accounts of the signed-in customer and of those for whom they may act."""
    require_self(call, customer_id)
    order = (AccountRow.party_id != customer_id, AccountRow.kind, AccountRow.iban)
    wanted = select(AccountRow).where(AccountRow.party_id.in_(await parties_of(call))).order_by(*order)
    mandates = [Mandate.model_validate({"party_id": m.party_id, "role": m.role}) for m in await mandates_of(call)]
    accounts = [_account(row) for row in await call.session.scalars(wanted)]
    return Accounts(as_of=call.as_of, customer_id=customer_id, acts_for=mandates, accounts=accounts)


async def get_account(call: Call, iban: str) -> OneAccount:
    """One account that whoever calls may act for."""
    return OneAccount(as_of=call.as_of, account=_account(await reach_account(call, iban)))


async def list_transactions(call: Call, iban: str, since: date | None, until: date | None) -> Lines:
    """The newest bookings of an account between two days, both included."""
    await reach_account(call, iban)
    if since is not None and until is not None and until < since:
        raise invalid("until", f"until: {until} is before since ({since}); give the later day")
    wanted = select(LineRow).where(LineRow.iban == iban)
    wanted = wanted if since is None else wanted.where(LineRow.booked_on >= since)
    wanted = wanted if until is None else wanted.where(LineRow.booked_on <= until)
    rows = await call.session.scalars(wanted.order_by(LineRow.booked_on.desc(), LineRow.line_id).limit(MOST_LINES))
    return Lines(as_of=call.as_of, iban=iban, lines=[_line(row) for row in rows])


async def get_statement(call: Call, iban: str, month: str, language: str) -> Statement:
    """What came in and went out in a month."""
    await reach_account(call, iban)
    in_month = func.to_char(LineRow.booked_on, "YYYY-MM") == month
    totals = select(LineRow.direction, func.count(), func.sum(LineRow.amount_minor)).where(
        LineRow.iban == iban, in_month
    )
    found = {
        row[0]: (int(row[1]), int(row[2])) for row in await call.session.execute(totals.group_by(LineRow.direction))
    }
    came, went = found.get("in", (0, 0)), found.get("out", (0, 0))
    return Statement.model_validate(
        {
            "as_of": call.as_of,
            "iban": iban,
            "month": month,
            "language": language,
            "title": f"{_TITLES[language]} {month}",
            "paid_in": euros(came[1]),
            "paid_out": euros(went[1]),
            "bookings": came[0] + went[0],
        }
    )


async def get_limits(call: Call, iban: str) -> Limits:
    """The daily limit of an account and what is left of it today."""
    row = await reach_account(call, iban)
    used = await used_on(call, iban, call.world.clock.today())
    return Limits(
        as_of=call.as_of,
        iban=iban,
        daily_limit=euros(row.daily_limit_minor),
        used_today=euros(used),
        left_today=euros(max(row.daily_limit_minor - used, 0)),
    )


def _account(row: AccountRow) -> Account:
    return Account.model_validate(
        {
            "iban": row.iban,
            "owner": row.party_id,
            "kind": row.kind,
            "status": row.status,
            "balance": euros(row.balance_minor),
        }
    )


def _line(row: LineRow) -> Line:
    return Line.model_validate(
        {
            "line_id": row.line_id,
            "booked_on": row.booked_on,
            "direction": row.direction,
            "amount": euros(row.amount_minor),
            "counterparty": row.counterparty,
            "purpose": row.purpose,
        }
    )
