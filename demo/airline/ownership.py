"""For whom, and on which reservations, may this caller act?"""

from demo.airline.customers.for_others import companions_of
from demo.systems.conduct import Call
from demo.systems.problems import not_found


async def may_act_for(call: Call, customer_id: str) -> bool:
    """A customer acts for themselves and for their companions; a visitor for nobody."""
    if call.principal.is_visitor:
        return False
    if call.principal.subject == customer_id:
        return True
    return customer_id in await companions_of(call.session, call.principal.subject)


async def may_reach(call: Call, *, owner: str, reservation_code: str) -> bool:
    """A reservation is reached by whoever acts for its owner, and by the visitor identified for it."""
    if call.principal.is_visitor:
        return reservation_code in call.principal.reservations
    return await may_act_for(call, owner)


async def require_customer(call: Call, customer_id: str) -> None:
    """Raise the same 404 for an unknown customer and for somebody else's number."""
    if not await may_act_for(call, customer_id):
        raise not_found("customer", customer_id, "/customer_id")
