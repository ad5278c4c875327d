"""How are customer records read and noted on?"""

import secrets

from sqlalchemy import select

from demo.airline.customers.shapes import Companion, Customer, Note, Noted, OneCustomer
from demo.airline.customers.tables import CompanionRow, CustomerRow, NoteRow
from demo.airline.ownership import require_customer
from demo.systems.clock import real_now
from demo.systems.conduct import Call
from demo.systems.problems import not_found


async def get_customer(call: Call, customer_id: str) -> OneCustomer:
    """The record with its companions; not_found unless the caller acts for the customer."""
    await require_customer(call, customer_id)
    row = await call.session.get(CustomerRow, customer_id)
    if row is None:
        raise not_found("customer", customer_id, "/customer_id")
    companions = await call.session.scalars(
        select(CustomerRow)
        .join(CompanionRow, CompanionRow.companion_id == CustomerRow.customer_id)
        .where(CompanionRow.customer_id == customer_id)
        .order_by(CustomerRow.customer_id)
    )
    customer = Customer(
        customer_id=row.customer_id,
        first_name=row.first_name,
        last_name=row.last_name,
        email=row.email,
        phone=row.phone,
        address=row.address,
        date_of_birth=row.date_of_birth,
        companions=[
            Companion(customer_id=c.customer_id, first_name=c.first_name, last_name=c.last_name) for c in companions
        ],
    )
    return OneCustomer(as_of=call.as_of, customer=customer)


async def add_customer_note(call: Call, customer_id: str, note: Note) -> Noted:
    """Add a note; not_found unless the caller acts for the customer."""
    await require_customer(call, customer_id)
    note_id = f"note_{secrets.token_hex(8)}"
    call.session.add(NoteRow(note_id=note_id, customer_id=customer_id, text=note.text, written_at=real_now()))
    return Noted(note_id=note_id)
