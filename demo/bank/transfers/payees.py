"""How does a customer's list of payees change?"""

import secrets
from typing import Literal

from sqlalchemy import select

from demo.bank.people.for_others import require_self
from demo.bank.transfers.shapes import NewPayee, Payee, Payees, PayeeState
from demo.bank.transfers.tables import PayeeRow
from demo.systems.conduct import Call
from demo.systems.problems import Problem, not_found


async def list_payees(call: Call, customer_id: str) -> Payees:
    """The payees of the signed-in customer, closed ones too, by name."""
    require_self(call, customer_id)
    wanted = select(PayeeRow).where(PayeeRow.customer_id == customer_id).order_by(PayeeRow.name, PayeeRow.payee_id)
    return Payees(as_of=call.as_of, payees=[_payee(row) for row in await call.session.scalars(wanted)])


async def add_payee(call: Call, payee: NewPayee) -> PayeeState:
    """Add a payee. Raises payee_exists where an active one has this IBAN already."""
    require_self(call, payee.customer_id)
    same = (PayeeRow.customer_id == payee.customer_id) & (PayeeRow.iban == payee.iban) & (PayeeRow.status == "active")
    known = await call.session.scalar(select(PayeeRow.payee_id).where(same))
    if known is not None:
        raise Problem("payee_exists", f"this IBAN is that of the payee {known} already; use that one")
    payee_id = f"payee_{secrets.token_hex(6)}"
    call.session.add(
        PayeeRow(payee_id=payee_id, customer_id=payee.customer_id, name=payee.name, iban=payee.iban, status="active")
    )
    await call.session.flush()
    return PayeeState(payee_id=payee_id, status="active")


async def set_status(call: Call, payee_id: str, status: Literal["active", "closed"]) -> PayeeState:
    """Close a payee, or open it again. Raises payee_closed or payee_active where it is so already."""
    row = await own_payee(call, payee_id, lock=True)
    if row.status == status:
        raise Problem(f"payee_{status}", f"the payee {payee_id} is {status} already")
    row.status = status
    await call.session.flush()
    return PayeeState(payee_id=payee_id, status=status)


async def own_payee(call: Call, payee_id: str, *, lock: bool = False) -> PayeeRow:
    """A payee of whoever calls; else the 404 of an unknown one."""
    row = await call.session.get(PayeeRow, payee_id, with_for_update=lock)
    if row is None or row.customer_id != call.principal.subject:
        raise not_found("payee", payee_id, "/payee_id")
    return row


async def active_payee(call: Call, payee_id: str) -> PayeeRow:
    """A payee of whoever calls that may be paid. Raises not_found, payee_closed."""
    row = await own_payee(call, payee_id, lock=True)
    if row.status != "active":
        raise Problem("payee_closed", f"the payee {payee_id} is closed; choose another or open it again")
    return row


def _payee(row: PayeeRow) -> Payee:
    return Payee.model_validate(
        {
            "payee_id": row.payee_id,
            "owner": row.customer_id,
            "name": row.name,
            "iban": row.iban,
            "status": row.status,
        }
    )
