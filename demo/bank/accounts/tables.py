"""Which tables hold accounts, their lines and orders for copies?"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class AccountsTable(DeclarativeBase):
    """Tables of the schema bank_accounts."""

    metadata = MetaData(schema="bank_accounts")


class AccountRow(AccountsTable):
    """An account of one party; no account is ever overdrawn."""

    __tablename__ = "accounts"
    __table_args__ = (CheckConstraint("balance_minor >= 0", name="never_overdrawn"),)

    iban: Mapped[str] = mapped_column(primary_key=True)
    party_id: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    status: Mapped[str]
    balance_minor: Mapped[int] = mapped_column(BigInteger)
    daily_limit_minor: Mapped[int] = mapped_column(BigInteger)


class LineRow(AccountsTable):
    """One booking; `transfer_id` is that of a transfer made here, null for what the seed or others booked."""

    __tablename__ = "lines"

    line_id: Mapped[str] = mapped_column(primary_key=True)
    iban: Mapped[str] = mapped_column(ForeignKey(AccountRow.iban), index=True)
    booked_on: Mapped[date]
    direction: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    counterparty: Mapped[str]
    purpose: Mapped[str]
    transfer_id: Mapped[str | None]


class CopyOrderRow(AccountsTable):
    """An order for a copy of a statement."""

    __tablename__ = "copy_orders"

    order_id: Mapped[str] = mapped_column(primary_key=True)
    iban: Mapped[str] = mapped_column(ForeignKey(AccountRow.iban))
    month: Mapped[str]
    delivery: Mapped[str]
    ordered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
