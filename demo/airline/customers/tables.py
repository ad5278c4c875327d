"""Which tables hold the customer records?"""

from datetime import date, datetime

from sqlalchemy import DateTime, ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class CustomersTable(DeclarativeBase):
    """Tables of the schema airline_customers."""

    metadata = MetaData(schema="airline_customers")


class CustomerRow(CustomersTable):
    """A customer."""

    __tablename__ = "customers"

    customer_id: Mapped[str] = mapped_column(primary_key=True)
    first_name: Mapped[str]
    last_name: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str]
    address: Mapped[str]
    date_of_birth: Mapped[date]


class CompanionRow(CustomersTable):
    """The customer may act for the companion."""

    __tablename__ = "companions"

    customer_id: Mapped[str] = mapped_column(ForeignKey(CustomerRow.customer_id), primary_key=True)
    companion_id: Mapped[str] = mapped_column(ForeignKey(CustomerRow.customer_id), primary_key=True)


class LetterRow(CustomersTable):
    """What was sent to a customer's address on file. In this demonstration nothing leaves: it is their mailbox."""

    __tablename__ = "letters"

    letter_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey(CustomerRow.customer_id), index=True)
    address: Mapped[str]
    text: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class NoteRow(CustomersTable):
    """A remark on a record."""

    __tablename__ = "notes"

    note_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey(CustomerRow.customer_id), index=True)
    text: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
