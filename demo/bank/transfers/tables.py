"""Which tables hold payees, transfers and standing orders?"""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class TransfersTable(DeclarativeBase):
    """Tables of the schema bank_transfers."""

    metadata = MetaData(schema="bank_transfers")


class PayeeRow(TransfersTable):
    """Somebody whom a customer pays."""

    __tablename__ = "payees"

    payee_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    iban: Mapped[str]
    status: Mapped[str]


class TransferRow(TransfersTable):
    """A transfer that was made."""

    __tablename__ = "transfers"

    transfer_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str]
    iban: Mapped[str] = mapped_column(index=True)
    payee_id: Mapped[str] = mapped_column(ForeignKey(PayeeRow.payee_id))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    purpose: Mapped[str]
    idempotency_key: Mapped[str | None] = mapped_column(index=True)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class StandingOrderRow(TransfersTable):
    """A transfer that is to be made every month."""

    __tablename__ = "standing_orders"

    standing_order_id: Mapped[str] = mapped_column(primary_key=True)
    iban: Mapped[str] = mapped_column(index=True)
    payee_id: Mapped[str] = mapped_column(ForeignKey(PayeeRow.payee_id))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    purpose: Mapped[str]
    day_of_month: Mapped[int]
    status: Mapped[str]
