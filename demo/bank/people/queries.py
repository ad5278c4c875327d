"""How are customer records read, and how is a note added?"""

import secrets

from sqlalchemy import select

from demo.bank.people.for_others import mandates_of, require_self
from demo.bank.people.shapes import Customer, Mandate, NewNote, Noted, OneCustomer, StaffNote, StaffNotes
from demo.bank.people.tables import PersonRow, StaffNoteRow
from demo.systems.clock import real_now
from demo.systems.conduct import Call
from demo.systems.problems import not_found

AGENT = "agent"


async def get_customer(call: Call, customer_id: str) -> OneCustomer:
    """The signed-in customer's own record, with the parties for whom they may act."""
    require_self(call, customer_id)
    row = await call.session.get(PersonRow, customer_id)
    if row is None:
        raise not_found("customer", customer_id, "/customer_id")
    mandates = [Mandate.model_validate({"party_id": m.party_id, "role": m.role}) for m in await mandates_of(call)]
    fields = ("customer_id", "first_name", "last_name", "email", "phone", "address", "date_of_birth")
    record = {name: getattr(row, name) for name in fields}
    return OneCustomer(as_of=call.as_of, customer=Customer.model_validate({**record, "acts_for": mandates}))


async def list_staff_notes(call: Call, customer_id: str) -> StaffNotes:
    """The notes on the signed-in customer's record, newest first."""
    require_self(call, customer_id)
    where = StaffNoteRow.customer_id == customer_id
    order = (StaffNoteRow.written_at.desc(), StaffNoteRow.note_id)
    rows = await call.session.scalars(select(StaffNoteRow).where(where).order_by(*order).limit(50))
    notes = [StaffNote(note_id=r.note_id, author=r.author, written_at=r.written_at, text=r.text) for r in rows]
    return StaffNotes(as_of=call.as_of, notes=notes)


async def add_note(call: Call, customer_id: str, note: NewNote) -> Noted:
    """Add a note to the signed-in customer's record, in the agent's name."""
    require_self(call, customer_id)
    note_id = f"note_{secrets.token_hex(6)}"
    call.session.add(
        StaffNoteRow(note_id=note_id, customer_id=customer_id, author=AGENT, text=note.text, written_at=real_now())
    )
    await call.session.flush()
    return Noted(note_id=note_id)
