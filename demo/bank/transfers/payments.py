"""How does money leave an account?"""

import secrets

from sqlalchemy import select

from demo.bank.accounts.for_others import book_line, reach_account, used_on
from demo.bank.accounts.tables import AccountRow
from demo.bank.transfers.payees import active_payee
from demo.bank.transfers.shapes import NewTransfer, OneTransfer, Transfer, Transferred
from demo.bank.transfers.tables import TransferRow
from demo.systems.clock import real_now
from demo.systems.conduct import Call
from demo.systems.problems import Problem, invalid, not_found
from demo.systems.shapes import euros, in_words


async def make_transfer(call: Call, transfer: NewTransfer) -> Transferred:
    """Move money to a payee, at once.

    Raises not_found, payee_closed, account_not_open, limit_exceeded, insufficient_funds, invalid_argument for nothing.
    """
    row = await reach_account(call, transfer.iban, lock=True)
    payee = await active_payee(call, transfer.payee_id)
    amount = transfer.amount.amount
    require_amount(amount)
    await _require_payable(call, row, amount)
    transfer_id = f"tr_{secrets.token_hex(8)}"
    book_line(call, row, "out", amount, counterparty=payee.name, purpose=transfer.purpose, transfer=transfer_id)
    receiver = await call.session.get(AccountRow, payee.iban, with_for_update=True)
    if receiver is not None and receiver.iban != row.iban:
        name = await call.session.scalar(select(AccountRow.party_id).where(AccountRow.iban == row.iban))
        book_line(
            call,
            receiver,
            "in",
            amount,
            counterparty=f"Customer {name}",
            purpose=transfer.purpose,
            transfer=transfer_id,
        )
    call.session.add(
        TransferRow(
            transfer_id=transfer_id,
            customer_id=call.principal.subject,
            iban=row.iban,
            payee_id=payee.payee_id,
            amount_minor=amount,
            purpose=transfer.purpose,
            idempotency_key=call.key,
            made_at=real_now(),
        )
    )
    await call.session.flush()
    return Transferred(transfer_id=transfer_id, amount=transfer.amount, status="booked")


async def find_transfer(call: Call, idempotency_key: str) -> OneTransfer:
    """The caller's own transfer made under that key; not_found when none took effect under it."""
    row = await call.session.scalar(select(TransferRow).where(TransferRow.idempotency_key == idempotency_key))
    if row is None or row.customer_id != call.principal.subject:
        raise not_found("transfer under the key", idempotency_key, "/idempotency_key")
    transfer = Transfer(
        transfer_id=row.transfer_id,
        owner=row.customer_id,
        payee_id=row.payee_id,
        amount=euros(row.amount_minor),
        made_at=row.made_at,
    )
    return OneTransfer(as_of=call.as_of, transfer=transfer)


def require_amount(minor: int) -> None:
    """Raise invalid_argument for nothing."""
    if minor == 0:
        raise invalid("amount", "amount: a transfer is of more than 0.00 EUR")


async def _require_payable(call: Call, row: AccountRow, amount: int) -> None:
    if row.status != "open":
        raise Problem("account_not_open", f"the account is {row.status}; nothing can be paid from it")
    used = await used_on(call, row.iban, call.world.clock.today())
    if used + amount > row.daily_limit_minor:
        left = in_words(max(row.daily_limit_minor - used, 0))
        raise Problem(
            "limit_exceeded",
            f"the daily limit is {in_words(row.daily_limit_minor)} and {left} of it is left today, "
            f"not {in_words(amount)}; transfer less, or have the limit raised",
        )
    if amount > row.balance_minor:
        raise Problem("insufficient_funds", f"{in_words(row.balance_minor)} is on the account, not {in_words(amount)}")
