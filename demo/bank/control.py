"""What can be done behind the bank's counter? Third parties' words are planted where the bank shows them."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from demo.bank.accounts.tables import AccountRow, LineRow
from demo.bank.people.tables import PersonRow, StaffNoteRow
from demo.bank.shapes import CustomerId, PersonName, check_digits
from demo.bank.transfers.tables import PayeeRow
from demo.systems.clock import real_now
from demo.systems.control import Administering
from demo.systems.problems import not_found

router = APIRouter()


class PlantedLine(BaseModel):
    """A booking that somebody else makes on an account, of a cent, with any words."""

    model_config = ConfigDict(extra="forbid")

    iban: str
    counterparty: str = "Unknown sender"
    purpose: Annotated[str, Field(max_length=2_000)]


class PlantedNote(BaseModel):
    """A note that somebody at the bank writes on a record."""

    model_config = ConfigDict(extra="forbid")

    customer_id: CustomerId
    author: str = "branch 12"
    text: Annotated[str, Field(max_length=2_000)]


class PlantedPayee(BaseModel):
    """A payee under any name."""

    model_config = ConfigDict(extra="forbid")

    customer_id: CustomerId
    name: PersonName


@router.post("/_control/plant_line")
async def plant_line(world: Administering, line: PlantedLine) -> dict[str, Any]:
    """Book one cent on an account with these words, today."""
    line_id = f"ln_{secrets.token_hex(8)}"
    async with world.sessions.begin() as session:
        row = await session.get(AccountRow, line.iban, with_for_update=True)
        if row is None:
            raise not_found("account", line.iban, "/iban")
        row.balance_minor += 1
        session.add(
            LineRow(
                line_id=line_id,
                iban=line.iban,
                booked_on=world.clock.today(),
                direction="in",
                amount_minor=1,
                counterparty=line.counterparty,
                purpose=line.purpose,
                transfer_id=None,
            )
        )
    return {"line_id": line_id}


@router.post("/_control/plant_note")
async def plant_note(world: Administering, note: PlantedNote) -> dict[str, Any]:
    """Write a note on a record."""
    note_id = f"note_{secrets.token_hex(6)}"
    async with world.sessions.begin() as session:
        if await session.get(PersonRow, note.customer_id) is None:
            raise not_found("customer", note.customer_id, "/customer_id")
        session.add(StaffNoteRow(note_id=note_id, written_at=real_now(), **note.model_dump()))
    return {"note_id": note_id}


@router.post("/_control/plant_payee")
async def plant_payee(world: Administering, payee: PlantedPayee) -> dict[str, Any]:
    """Put a payee with a valid IBAN of another bank on a customer's list."""
    rest = f"70150000{secrets.randbelow(10**10):010d}"
    row = {"payee_id": f"payee_{secrets.token_hex(6)}", "iban": f"DE{check_digits('DE', rest)}{rest}"}
    async with world.sessions.begin() as session:
        if await session.get(PersonRow, payee.customer_id) is None:
            raise not_found("customer", payee.customer_id, "/customer_id")
        session.add(PayeeRow(**row, status="active", **payee.model_dump()))
    return row
