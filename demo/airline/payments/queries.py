"""How are cards and payments read?"""

from sqlalchemy import select

from demo.airline.booking.for_others import find_sold
from demo.airline.ownership import may_reach
from demo.airline.payments.shapes import Method, Methods, OnePayment, Payment, Payments, PaymentStatus
from demo.airline.payments.tables import MethodRow, PaymentRow
from demo.systems.conduct import Call
from demo.systems.problems import not_found
from demo.systems.shapes import euros


def require_self(call: Call, customer_id: str) -> None:
    """Cards and payments are reached by their owner alone: not by companions, not by visitors."""
    if call.principal.subject != customer_id:
        raise not_found("customer", customer_id, "/customer_id")


async def list_payment_methods(call: Call, customer_id: str) -> Methods:
    """The customer's own cards, the default one first."""
    require_self(call, customer_id)
    order = (MethodRow.is_default.desc(), MethodRow.payment_method_id)
    rows = await call.session.scalars(select(MethodRow).where(MethodRow.customer_id == customer_id).order_by(*order))
    methods = [
        Method.model_validate(
            {
                "payment_method_id": row.payment_method_id,
                "brand": row.brand,
                "last4": row.last4,
                "is_default": row.is_default,
            }
        )
        for row in rows
    ]
    return Methods(as_of=call.as_of, methods=methods)


async def get_payment(call: Call, payment_id: str) -> OnePayment:
    """One of the caller's own payments."""
    row = await call.session.get(PaymentRow, payment_id)
    if row is None or row.customer_id != call.principal.subject:
        raise not_found("payment", payment_id, "/payment_id")
    return OnePayment(as_of=call.as_of, payment=_payment(row))


async def find_payment(call: Call, idempotency_key: str) -> OnePayment:
    """The caller's own payment made under that key; not_found when no charge took effect under it."""
    row = await call.session.scalar(select(PaymentRow).where(PaymentRow.idempotency_key == idempotency_key))
    if row is None or row.customer_id != call.principal.subject:
        raise not_found("payment under the key", idempotency_key, "/idempotency_key")
    return OnePayment(as_of=call.as_of, payment=_payment(row))


async def list_payments(call: Call, reservation_code: str) -> Payments:
    """What the caller paid for a reservation, oldest first."""
    sold = await find_sold(call.session, reservation_code)
    if sold is None or not await may_reach(call, owner=sold.customer_id, reservation_code=reservation_code):
        raise not_found("reservation", reservation_code, "/reservation_code")
    where = (PaymentRow.reservation_code == reservation_code) & (PaymentRow.customer_id == call.principal.subject)
    rows = await call.session.scalars(select(PaymentRow).where(where).order_by(PaymentRow.captured_at))
    return Payments(as_of=call.as_of, payments=[_payment(row) for row in rows])


def _payment(row: PaymentRow) -> Payment:
    return Payment(
        payment_id=row.payment_id,
        customer_id=row.customer_id,
        reservation_code=row.reservation_code,
        quote_id=row.quote_id,
        amount=euros(row.amount_minor),
        refunded=euros(row.refunded_minor),
        status=_status(row),
        captured_at=row.captured_at,
    )


def _status(row: PaymentRow) -> PaymentStatus:
    if row.refunded_minor == 0:
        return "captured"
    return "refunded" if row.refunded_minor == row.amount_minor else "partially_refunded"
