"""Which operations do the cards offer?"""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from demo.bank.cards import queries
from demo.bank.cards.shapes import LAST4, Cards, CardState, Freeze
from demo.bank.shapes import CardId, CustomerId
from demo.systems.conduct import READ, WRITE, ReadCall, SystemRoute, WriteCall
from demo.systems.problems import declared

TITLE = "Aldermere Bank cards"
DESCRIPTION = "Cards, and whether they can be used."
router = APIRouter(route_class=SystemRoute)


@router.get(
    "/cards",
    operation_id="list_cards",
    summary="List a customer's cards",
    response_model=Cards,
    responses=declared(),
    openapi_extra=READ,
)
async def list_cards(
    call: ReadCall,
    customer_id: Annotated[CustomerId, Query()],
    last4: Annotated[str | None, Query(pattern=LAST4, description="Only the card that ends in these digits.")] = None,
) -> Cards:
    """Brand, last four digits and status of the signed-in customer's own cards."""
    return await queries.list_cards(call, customer_id, last4)


@router.post(
    "/cards/{card_id}/freeze",
    operation_id="freeze_card",
    summary="Freeze a card",
    response_model=CardState,
    responses=declared(s409="idempotency_conflict."),
    openapi_extra=WRITE,
)
async def freeze_card(call: WriteCall, card_id: Annotated[CardId, Path()], freeze: Freeze) -> CardState:
    """Stop a card at once; nothing can be paid with it until it is unfrozen or replaced."""
    return await queries.freeze_card(call, card_id, freeze)


@router.post(
    "/cards/{card_id}/unfreeze",
    operation_id="unfreeze_card",
    summary="Unfreeze a card",
    response_model=CardState,
    responses=declared(s409="not_frozen, card_blocked or idempotency_conflict."),
    openapi_extra=WRITE,
)
async def unfreeze_card(call: WriteCall, card_id: Annotated[CardId, Path()]) -> CardState:
    """Make a frozen card usable again, unless it was reported lost or stolen."""
    return await queries.unfreeze_card(call, card_id)
