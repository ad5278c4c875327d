"""Which tables hold the customers?"""

from datetime import date, datetime

from sqlalchemy import DateTime, ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class PeopleTable(DeclarativeBase):
    """Tables of the schema bank_people."""

    metadata = MetaData(schema="bank_people")


class PersonRow(PeopleTable):
    """A customer."""

    __tablename__ = "people"

    customer_id: Mapped[str] = mapped_column(primary_key=True)
    first_name: Mapped[str]
    last_name: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str]
    address: Mapped[str]
    date_of_birth: Mapped[date]


class MandateRow(PeopleTable):
    """The customer may act for the party: as one of two holders, or by a power of attorney."""

    __tablename__ = "mandates"

    customer_id: Mapped[str] = mapped_column(ForeignKey(PersonRow.customer_id), primary_key=True)
    party_id: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]


class StaffNoteRow(PeopleTable):
    """A remark of a branch or of the agent."""

    __tablename__ = "notes"

    note_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey(PersonRow.customer_id), index=True)
    author: Mapped[str]
    text: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
