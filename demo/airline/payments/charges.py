"""How is a quote paid?"""

import secrets

from sqlalchemy import select

from demo.airline.booking.for_others import find_sold
from demo.airline.fares.for_others import OpenQuote, find_quote, present_total
from demo.airline.ownership import may_reach
from demo.airline.payments.queries import require_self
from demo.airline.payments.shapes import Charge, Charged
from demo.airline.payments.tables import MethodRow, PaymentRow
from demo.systems.clock import real_now
from demo.systems.conduct import Call
from demo.systems.problems import Problem, invalid, not_found
from demo.systems.shapes import in_words


async def charge_payment(call: Call, charge: Charge) -> Charged:
    """Capture exactly a quote's total on one of the caller's own cards, once a quote.

    Raises not_found, invalid_argument, quote_stale, already_paid, nothing_due.
    """
    require_self(call, charge.customer_id)
    sold = await find_sold(call.session, charge.reservation_code)
    if sold is None or not await may_reach(call, owner=sold.customer_id, reservation_code=charge.reservation_code):
        raise not_found("reservation", charge.reservation_code, "/reservation_code")
    method = await call.session.get(MethodRow, charge.payment_method_id)
    if method is None or method.customer_id != charge.customer_id:
        raise not_found("payment method", charge.payment_method_id, "/payment_method_id")
    quote = await find_quote(call.session, charge.quote_id, charge.reservation_code, lock=True)
    if quote is None:
        raise not_found("quote for this reservation", charge.quote_id, "/quote_id")
    await _require_payable(call, quote, charge.amount.amount)
    payment_id = f"pay_{secrets.token_hex(8)}"
    call.session.add(
        PaymentRow(
            payment_id=payment_id,
            customer_id=charge.customer_id,
            payment_method_id=charge.payment_method_id,
            reservation_code=charge.reservation_code,
            quote_id=quote.quote_id,
            amount_minor=quote.total_minor,
            refunded_minor=0,
            idempotency_key=call.key,
            captured_at=real_now(),
        )
    )
    await call.session.flush()
    return Charged(payment_id=payment_id, amount=charge.amount, status="captured")


async def _require_payable(call: Call, quote: OpenQuote, amount_minor: int) -> None:
    paid = select(PaymentRow.payment_id).where(PaymentRow.quote_id == quote.quote_id)
    payment_id = await call.session.scalar(paid)
    if payment_id is not None or quote.used:
        raise Problem("already_paid", f"quote {quote.quote_id} was paid or used before; ask for a new quote")
    total = await present_total(call, quote)
    if total != quote.total_minor or quote.has_expired:
        raise Problem(
            "quote_stale",
            f"quote {quote.quote_id} no longer holds: the total was {in_words(quote.total_minor)} "
            f"and is now {in_words(total)}; quote again and ask the customer",
        )
    if total == 0:
        raise Problem(
            "nothing_due", f"nothing is due for quote {quote.quote_id}; change the flight with payment_id null"
        )
    if amount_minor != total:
        raise invalid(
            "amount", f"the total of quote {quote.quote_id} is {in_words(total)}, not {in_words(amount_minor)}"
        )
