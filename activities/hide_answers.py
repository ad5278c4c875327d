"""What does an answer that is personal leave behind? A token, also where the answer had been written down already."""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.learn_values import learn_values, with_tokens_inside
from activities.masking import mask_known, mask_tree, mask_written
from activities.run_flow import FlowMove
from activities.scene import Scene
from contracts.tool import ToolContract
from governance.common_words import is_common, trade_words
from governance.personal import TOKEN
from governance.words import says
from storage.vault import Vault


async def hide_answers(
    connection: AsyncConnection, vault: Vault, request_id: str, move: FlowMove, tools: Mapping[str, ToolContract]
) -> FlowMove:
    """The move with every personal argument of its calls (`pii` in the pack) as a token.

    Nobody could know before that these words of the customer are a name or an address: from now on they are known
    values of the request, and what was kept of it is masked again.
    """
    values = [one for call in move.calls for one in _personal(tools.get(call.tool), call.arguments)]
    if not values:
        return move
    tokens = await learn_values(connection, vault, request_id, values, source=move.tool, as_said=True)
    whole = mask_written(with_tokens_inside(tokens))
    known = mask_known(await vault.known_values(connection, request_id))
    return FlowMove.model_validate(mask_tree(move.model_dump(mode="json"), lambda text: known(whole(text))))


async def hide_proposed(
    connection: AsyncConnection, vault: Vault, scene: Scene, calls: list[tuple[str, Mapping[str, JsonValue]]]
) -> bool:
    """Make the personal arguments that a model took from the customer's words known values of the request.

    `calls`: tool and arguments of each. Returns whether there were any: what is kept of the request reads otherwise
    then. A model may take a word for a name that is none: what is made of common words, or of the company's own, is
    learned from a record only.
    """
    said = [
        (kind, value)
        for tool, arguments in calls
        for kind, value in _personal(scene.pack.tools.get(tool), arguments)
        if says(scene.customer_words, value)
    ]
    if not said:
        return False
    trade, request_id = trade_words(scene.pack), scene.request.request_id
    values = [(kind, value) for kind, value in said if not all(is_common(word, trade) for word in value.split())]
    return bool(await learn_values(connection, vault, request_id, values, source="proposed", as_said=True))


def _personal(contract: ToolContract | None, arguments: Mapping[str, JsonValue]) -> Iterator[tuple[str, str]]:
    """Kind and value of the personal arguments that are no tokens."""
    for name, value in arguments.items():
        overlay = contract.overlay.parameters.get(name) if contract else None
        if overlay is None or not overlay.pii or not isinstance(value, str):
            continue
        if value.strip() and TOKEN.fullmatch(value) is None:
            yield _kind(name), value


def _kind(argument: str) -> str:
    """The kind that the argument's name ends with: `last_name` is a NAME, `delivery_address` an ADDRESS."""
    return argument.rpartition("_")[2].upper()
