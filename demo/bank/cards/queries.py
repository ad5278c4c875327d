"""How are cards read, frozen and made usable again?"""

from sqlalchemy import select

from demo.bank.cards.shapes import Card, Cards, CardState, Freeze
from demo.bank.cards.tables import CardRow
from demo.bank.people.for_others import require_self
from demo.systems.conduct import Call
from demo.systems.problems import Problem, not_found


async def list_cards(call: Call, customer_id: str, last4: str | None) -> Cards:
    """The signed-in customer's own cards, or those that end in these digits."""
    require_self(call, customer_id)
    wanted = select(CardRow).where(CardRow.customer_id == customer_id).order_by(CardRow.card_id)
    wanted = wanted if last4 is None else wanted.where(CardRow.last4 == last4)
    return Cards(as_of=call.as_of, cards=[_card(row) for row in await call.session.scalars(wanted)])


async def freeze_card(call: Call, card_id: str, freeze: Freeze) -> CardState:
    """Stop a card; one that is frozen stays so, since who asks twice in fear should not be refused."""
    row = await _own_card(call, card_id)
    row.status, row.frozen_for = "frozen", freeze.reason
    await call.session.flush()
    return CardState.model_validate({"card_id": card_id, "last4": row.last4, "status": "frozen"})


async def unfreeze_card(call: Call, card_id: str) -> CardState:
    """Make a card usable again. Raises not_frozen, and card_blocked for one that was lost or stolen."""
    row = await _own_card(call, card_id)
    if row.status != "frozen":
        raise Problem("not_frozen", f"the card {card_id} is active")
    if row.frozen_for in ("lost", "stolen"):
        raise Problem("card_blocked", f"the card {card_id} was reported {row.frozen_for}; it is replaced, not unfrozen")
    row.status, row.frozen_for = "active", None
    await call.session.flush()
    return CardState.model_validate({"card_id": card_id, "last4": row.last4, "status": "active"})


async def _own_card(call: Call, card_id: str) -> CardRow:
    row = await call.session.get(CardRow, card_id, with_for_update=True)
    if row is None or row.customer_id != call.principal.subject:
        raise not_found("card", card_id, "/card_id")
    return row


def _card(row: CardRow) -> Card:
    return Card.model_validate(
        {
            "card_id": row.card_id,
            "owner": row.customer_id,
            "brand": row.brand,
            "last4": row.last4,
            "status": row.status,
        }
    )
