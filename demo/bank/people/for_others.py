"""For whom may a customer act? The other systems ask."""

from sqlalchemy import select

from demo.bank.people.tables import MandateRow
from demo.systems.conduct import Call
from demo.systems.problems import not_found


async def mandates_of(call: Call) -> list[MandateRow]:
    """The mandates of whoever calls, by party."""
    mine = select(MandateRow).where(MandateRow.customer_id == call.principal.subject)
    return list(await call.session.scalars(mine.order_by(MandateRow.party_id)))


async def parties_of(call: Call) -> list[str]:
    """The parties for whom whoever calls may act: themselves first; nobody for a visitor."""
    if call.principal.is_visitor:
        return []
    return [call.principal.subject, *(mandate.party_id for mandate in await mandates_of(call))]


def require_self(call: Call, customer_id: str) -> None:
    """Raise the same 404 for an unknown customer and for somebody else's number."""
    if call.principal.subject != customer_id:
        raise not_found("customer", customer_id, "/customer_id")
