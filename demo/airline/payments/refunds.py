"""How is money given back?"""

import secrets

from demo.airline.payments.shapes import Refund, Refunded
from demo.airline.payments.tables import PaymentRow, RefundRow
from demo.systems.clock import real_now
from demo.systems.conduct import Call
from demo.systems.problems import Problem, invalid, not_found
from demo.systems.shapes import in_words


async def refund_payment(call: Call, payment_id: str, refund: Refund) -> Refunded:
    """Refund one of the caller's own payments, at most what is left of it.

    Raises not_found, invalid_argument for nothing, not_refundable for more than is left.
    """
    row = await call.session.get(PaymentRow, payment_id, with_for_update=True)
    if row is None or row.customer_id != call.principal.subject:
        raise not_found("payment", payment_id, "/payment_id")
    left = row.amount_minor - row.refunded_minor
    if refund.amount.amount == 0:
        raise invalid("amount", "a refund must be more than 0.00 EUR")
    if refund.amount.amount > left:
        asked = in_words(refund.amount.amount)
        raise Problem("not_refundable", f"{in_words(left)} of payment {payment_id} can be refunded, not {asked}")
    row.refunded_minor += refund.amount.amount
    refund_id = f"re_{secrets.token_hex(8)}"
    call.session.add(
        RefundRow(
            refund_id=refund_id,
            payment_id=payment_id,
            amount_minor=refund.amount.amount,
            reason=refund.reason,
            at=real_now(),
        )
    )
    await call.session.flush()
    return Refunded(refund_id=refund_id, amount=refund.amount, status="refunded")
