"""What is mailed to customers? In this demonstration nothing leaves: letters stay where people can look at them."""

import secrets

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from demo.airline.customers.shapes import OneTimeCode, Sent
from demo.airline.customers.tables import CustomerRow, LetterRow
from demo.systems.clock import real_now
from demo.systems.conduct import Call
from demo.systems.problems import not_found


async def send_one_time_code(call: Call, customer_id: str, code: OneTimeCode) -> Sent:
    """Mail a code to the caller's own address on file; not_found for anybody else's, companions included."""
    row = await call.session.get(CustomerRow, customer_id)
    if row is None or call.principal.subject != customer_id:
        raise not_found("customer", customer_id, "/customer_id")
    text = f"{code.code} is your code for: {code.purpose}. Valid for {code.minutes} minutes. Tell it to nobody else."
    call.session.add(
        LetterRow(
            letter_id=f"letter_{secrets.token_hex(8)}",
            customer_id=customer_id,
            address=row.email,
            text=text,
            sent_at=real_now(),
        )
    )
    await call.session.flush()
    name, _, domain = row.email.partition("@")
    return Sent(channel="email", sent_to=f"{name[0]}•••@{domain}")


async def letters_to(session: AsyncSession, customer_id: str) -> list[LetterRow]:
    """What was mailed to a customer, newest first."""
    wanted = select(LetterRow).where(LetterRow.customer_id == customer_id).order_by(LetterRow.sent_at.desc())
    return list(await session.scalars(wanted.limit(20)))
