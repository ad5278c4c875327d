"""How is a standing order set up and ended?"""

import secrets

from sqlalchemy import select

from demo.bank.accounts.for_others import reach_account
from demo.bank.transfers.payees import active_payee
from demo.bank.transfers.payments import require_amount
from demo.bank.transfers.shapes import NewStandingOrder, StandingOrder, StandingOrders, StandingOrderState
from demo.bank.transfers.tables import StandingOrderRow
from demo.systems.conduct import Call
from demo.systems.problems import Problem, not_found
from demo.systems.shapes import euros


async def list_standing_orders(call: Call, iban: str) -> StandingOrders:
    """The standing orders of an account, cancelled ones too."""
    account = await reach_account(call, iban)
    wanted = select(StandingOrderRow).where(StandingOrderRow.iban == iban)
    rows = await call.session.scalars(
        wanted.order_by(StandingOrderRow.day_of_month, StandingOrderRow.standing_order_id)
    )
    orders = [_order(row) for row in rows]
    return StandingOrders(as_of=call.as_of, iban=iban, owner=account.party_id, standing_orders=orders)


async def create_standing_order(call: Call, order: NewStandingOrder) -> StandingOrderState:
    """Pay a payee every month from now on. Raises not_found, payee_closed, account_not_open, invalid_argument."""
    account = await reach_account(call, order.iban)
    if account.status != "open":
        raise Problem("account_not_open", f"the account is {account.status}; nothing can be paid from it")
    payee = await active_payee(call, order.payee_id)
    require_amount(order.amount.amount)
    row = StandingOrderRow(
        standing_order_id=f"so_{secrets.token_hex(6)}",
        iban=order.iban,
        payee_id=payee.payee_id,
        amount_minor=order.amount.amount,
        purpose=order.purpose,
        day_of_month=order.day_of_month,
        status="active",
    )
    call.session.add(row)
    await call.session.flush()
    return StandingOrderState(standing_order_id=row.standing_order_id, status="active")


async def cancel_standing_order(call: Call, standing_order_id: str) -> StandingOrderState:
    """End a standing order. Raises not_found, already_cancelled."""
    row = await call.session.get(StandingOrderRow, standing_order_id, with_for_update=True)
    if row is None:
        raise not_found("standing order", standing_order_id, "/standing_order_id")
    try:
        await reach_account(call, row.iban)
    except Problem as problem:
        raise not_found("standing order", standing_order_id, "/standing_order_id") from problem
    if row.status == "cancelled":
        raise Problem("already_cancelled", f"the standing order {standing_order_id} is cancelled already")
    row.status = "cancelled"
    await call.session.flush()
    return StandingOrderState(standing_order_id=standing_order_id, status="cancelled")


def _order(row: StandingOrderRow) -> StandingOrder:
    return StandingOrder.model_validate(
        {
            "standing_order_id": row.standing_order_id,
            "payee_id": row.payee_id,
            "amount": euros(row.amount_minor),
            "purpose": row.purpose,
            "day_of_month": row.day_of_month,
            "status": row.status,
        }
    )
