"""How is a copy ordered, and a limit raised?"""

import secrets

from demo.bank.accounts.for_others import reach_account
from demo.bank.accounts.shapes import CopyOrder, CopyOrdered, LimitRaised, RaisedLimit
from demo.bank.accounts.tables import CopyOrderRow
from demo.systems.clock import real_now
from demo.systems.conduct import Call
from demo.systems.problems import Problem, invalid
from demo.systems.shapes import euros, in_words

HIGHEST_LIMIT = 2_000_000
_POSTAGE = 250


async def order_statement_copy(call: Call, iban: str, order: CopyOrder) -> CopyOrdered:
    """Order a copy of a month's statement; a month that has not ended has none."""
    await reach_account(call, iban)
    if order.month >= f"{call.world.clock.today():%Y-%m}":
        raise invalid("month", f"month: {order.month} has not ended; choose an earlier month")
    order_id = f"copy_{secrets.token_hex(6)}"
    call.session.add(
        CopyOrderRow(order_id=order_id, iban=iban, month=order.month, delivery=order.delivery, ordered_at=real_now())
    )
    await call.session.flush()
    fee = euros(_POSTAGE if order.delivery == "post" else 0)
    return CopyOrdered(order_id=order_id, month=order.month, delivery=order.delivery, fee=fee)


async def raise_limit(call: Call, iban: str, raised: RaisedLimit) -> LimitRaised:
    """Raise the daily limit. Raises not_higher for one that is no raise, limit_too_high above the bank's own."""
    row = await reach_account(call, iban, lock=True)
    wanted = raised.daily_limit.amount
    if wanted <= row.daily_limit_minor:
        raise Problem(
            "not_higher", f"the daily limit is {in_words(row.daily_limit_minor)}; {in_words(wanted)} is no raise"
        )
    if wanted > HIGHEST_LIMIT:
        raise Problem("limit_too_high", f"no daily limit is above {in_words(HIGHEST_LIMIT)}")
    row.daily_limit_minor = wanted
    await call.session.flush()
    return LimitRaised(iban=iban, daily_limit=raised.daily_limit)
