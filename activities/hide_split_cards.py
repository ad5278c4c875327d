"""What happens when a message completes a card that earlier messages began: by its last digits, or by its code?"""

from collections.abc import Mapping, Sequence
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.masking import mask_tree
from governance.cards import CARD, REMOVED
from governance.security_codes import find_late_code
from governance.split_cards import WINDOW, find_split_card, hide_pieces
from storage.inbox import latest_bodies
from storage.rewrite_texts import rewrite_texts
from storage.vault import Vault

_SURE = 12
"""Characters. A shorter message, such as `4242`, may stand in a text that has nothing to do with it."""


async def hide_split_cards(connection: AsyncConnection, vault: Vault, request_id: str, body: str) -> str:
    """The message with its part of a card as a token; the parts in what was kept before become the same token.

    A security code in a message of its own behind the card's is removed, as it is beside the card.
    The request's row is locked, so that no message comes between. What a model has read is not taken back.
    """
    while True:
        messages = [*await latest_bodies(connection, request_id, WINDOW - 1), body]
        card = find_split_card(messages)
        if card is None:
            return _without_code(messages[:-1], body)
        tokens = await vault.tokens_for(connection, request_id, [(CARD, card.digits)], source="message")
        *earlier, body = hide_pieces(messages, card, tokens[CARD, card.digits])
        changed = {old: new for old, new in zip(messages, earlier, strict=False) if old != new}
        await rewrite_texts(connection, request_id, partial(mask_tree, mask=partial(_replace, changed)))


def _without_code(earlier: Sequence[str], body: str) -> str:
    found = find_late_code(earlier, body)
    return body if found is None else f"{body[: found[0]]}{REMOVED}{body[found[1] :]}"


def _replace(changed: Mapping[str, str], text: str) -> str:
    """The text with every message as it reads now: alone, or quoted where it is so long that it is nothing else."""
    for old, new in changed.items():
        text = new if text == old else text.replace(old, new) if len(old) >= _SURE else text
    return text
