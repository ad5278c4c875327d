"""What happens when a record says who is who after people have talked? Its values leave what was kept before."""

from collections.abc import Mapping
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.masking import mask_known, mask_tree, mask_written
from governance.personal import TOKEN, fill_tokens
from storage.requests import read_request
from storage.rewrite_texts import rewrite_texts
from storage.vault import Vault


async def learn_values(
    connection: AsyncConnection,
    vault: Vault,
    request_id: str,
    values: list[tuple[str, str]],
    *,
    source: str,
    as_said: bool = False,
) -> dict[tuple[str, str], str]:
    """A token for each (kind, value). Where the request did not know one of them, what it keeps is masked again.

    `as_said`: the values are a customer's words as they are kept. One in which tokens stand, such as
    `Hotel <NAME_1>, room 4`, is learned as it was written: what a company is told must hold no token.
    The request's row is locked where something changes. What a model has read meanwhile is not taken back.
    """
    if not values:
        return {}
    before = await vault.values_of(connection, request_id)
    filled = {pair: (pair[0], fill_tokens(pair[1], before if as_said else {})) for pair in values}
    minted = await vault.tokens_for(connection, request_id, list(filled.values()), source=source)
    new = [(kind, value, token) for (kind, value), token in minted.items() if token not in before]
    tokens = {pair: minted[whole] for pair, whole in filled.items()}
    written = with_tokens_inside(tokens) if as_said else {}
    if new or written:
        await read_request(connection, request_id, lock=True)
        by_words, whole_texts = mask_known(new), mask_written(written)
        rewrite = partial(mask_tree, mask=lambda text: by_words(whole_texts(text)))
        await rewrite_texts(connection, request_id, rewrite)
    return tokens


def with_tokens_inside(tokens: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """Of learned values those that are no plain words, each with its token."""
    return {value: token for (_, value), token in tokens.items() if TOKEN.search(value) and value != token}
