"""What does an answer that is personal leave behind? A token, also where the answer had been written down already."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.learn_values import learn_values
from activities.masking import mask_known, mask_tree
from activities.run_flow import FlowMove
from contracts.tool import ToolContract
from governance.personal import TOKEN
from storage.vault import Vault


async def hide_answers(
    connection: AsyncConnection, vault: Vault, request_id: str, move: FlowMove, tools: Mapping[str, ToolContract]
) -> FlowMove:
    """The move with every personal argument of its calls (`pii` in the pack) as a token.

    Nobody could know before that these words of the customer are a name or an address: from now on they are known
    values of the request, and what was kept of it is masked again.
    """
    values = [
        (_kind(name), value)
        for call in move.calls
        for name, value in call.arguments.items()
        if isinstance(value, str) and value.strip() and TOKEN.fullmatch(value) is None
        if _is_personal(tools.get(call.tool), name)
    ]
    if not values:
        return move
    await learn_values(connection, vault, request_id, values, source=move.tool)
    mask = mask_known(await vault.known_values(connection, request_id))
    return FlowMove.model_validate(mask_tree(move.model_dump(mode="json"), mask))


def _is_personal(contract: ToolContract | None, argument: str) -> bool:
    overlay = contract.overlay.parameters.get(argument) if contract else None
    return overlay is not None and overlay.pii


def _kind(argument: str) -> str:
    """The kind that the argument's name ends with: `last_name` is a NAME, `delivery_address` an ADDRESS."""
    return argument.rpartition("_")[2].upper()
