"""What happens when a record says who is who after people have talked? Its values leave what was kept before."""

from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.masking import mask_known, mask_tree
from storage.requests import read_request
from storage.rewrite_texts import rewrite_texts
from storage.vault import Vault


async def learn_values(
    connection: AsyncConnection, vault: Vault, request_id: str, values: list[tuple[str, str]], *, source: str
) -> dict[tuple[str, str], str]:
    """A token for each (kind, value). Where the request did not know one of them, what it keeps is masked again.

    The request's row is locked then. What a model has read meanwhile is not taken back.
    """
    if not values:
        return {}
    before = {token for _, _, token in await vault.known_values(connection, request_id)}
    tokens = await vault.tokens_for(connection, request_id, values, source=source)
    new = [(kind, value, token) for (kind, value), token in tokens.items() if token not in before]
    if new:
        await read_request(connection, request_id, lock=True)
        await rewrite_texts(connection, request_id, partial(mask_tree, mask=mask_known(new)))
    return tokens
