"""Which tables hold cards, payments and refunds?"""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_TIME = DateTime(timezone=True)


class PaymentsTable(DeclarativeBase):
    """Tables of the schema airline_payments."""

    metadata = MetaData(schema="airline_payments")


class MethodRow(PaymentsTable):
    """A stored card."""

    __tablename__ = "methods"

    payment_method_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(index=True)
    brand: Mapped[str]
    last4: Mapped[str]
    is_default: Mapped[bool]


class PaymentRow(PaymentsTable):
    """A captured payment; `quote_id` is unique: a quote is paid once, whoever races."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("refunded_minor >= 0 AND refunded_minor <= amount_minor", name="refund_within_payment"),
    )

    payment_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(index=True)
    payment_method_id: Mapped[str] = mapped_column(ForeignKey(MethodRow.payment_method_id))
    reservation_code: Mapped[str] = mapped_column(index=True)
    quote_id: Mapped[str | None] = mapped_column(unique=True)
    amount_minor: Mapped[int]
    refunded_minor: Mapped[int]
    idempotency_key: Mapped[str | None] = mapped_column(unique=True)
    captured_at: Mapped[datetime] = mapped_column(_TIME)


class RefundRow(PaymentsTable):
    """Money given back."""

    __tablename__ = "refunds"

    refund_id: Mapped[str] = mapped_column(primary_key=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey(PaymentRow.payment_id), index=True)
    amount_minor: Mapped[int]
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(_TIME)
