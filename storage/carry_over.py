"""What of a closed request's scene does a follow-on take over? Plan, question and facts with their age; tokens anew."""

import json
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.facts import Fact
from governance.personal import TOKEN
from storage.audit import append_audit
from storage.entries import has_tainted
from storage.facts import put_facts, read_facts
from storage.requests import RequestRow, update_request
from storage.vault import Vault

EARLIER = "earlier:"
"""What the call ids and keys of facts begin with that were read for the request before."""
_NOT_KEPT = "(not kept)"


async def carry_over(connection: AsyncConnection, vault: Vault, earlier: RequestRow, request_id: str) -> None:
    """Write the earlier request's scene into the new one, whose row exists; in the caller's transaction.

    A token means something in its own request only, so that every personal value that the scene names gets one of the
    new request's. A visitor's facts stay behind: whoever they were read for has to prove again who they are. So does
    what a model wrote where somebody else's text had entered the prompt, which would count as clean in the new request.
    """
    is_tainted = await has_tainted(connection, earlier.request_id)
    scene: dict[str, Any] = {} if is_tainted else _written(earlier)
    facts = await read_facts(connection, earlier.request_id) if earlier.customer_id is not None else []
    tokens = await _mint_anew(connection, vault, earlier, request_id, [scene, *(fact.value for fact in facts)])
    moved = json.loads(_rewrite(json.dumps(scene), tokens))
    await update_request(connection, request_id, intent=earlier.intent, **moved)
    await put_facts(connection, request_id, [_aged(fact, tokens) for fact in facts])
    record = {"earlier": earlier.request_id, "facts": len(facts), "tokens": len(tokens)}
    await append_audit(connection, request_id, f"{request_id}#follows", "follows", record)


def _written(earlier: RequestRow) -> dict[str, Any]:
    """What a model wrote down of the request."""
    return {"goal": earlier.goal, "plan": earlier.plan, "open_question": earlier.open_question}


async def _mint_anew(
    connection: AsyncConnection, vault: Vault, earlier: RequestRow, request_id: str, carried: list[Any]
) -> dict[str, str]:
    """The earlier request's token → the new one's, for each value that what is carried names."""
    named = {found[0] for found in TOKEN.finditer(json.dumps(carried))}
    known = [one for one in await vault.known_values(connection, earlier.request_id) if one[2] in named]
    new = await vault.tokens_for(
        connection, request_id, [(kind, value) for kind, value, _ in known], source="follow_on"
    )
    return {token: new[kind, value] for kind, value, token in known}


def _rewrite(text: str, tokens: dict[str, str]) -> str:
    return TOKEN.sub(lambda found: tokens.get(found[0], _NOT_KEPT), text)


def _aged(fact: Fact, tokens: dict[str, str]) -> Fact:
    """The fact as old as it is, under a call of before."""
    value = json.loads(_rewrite(json.dumps(fact.value), tokens))
    earlier = {
        "key": f"{EARLIER}{fact.key.removeprefix(EARLIER)}",
        "call_id": f"{EARLIER}{fact.call_id.removeprefix(EARLIER)}",
    }
    return fact.model_copy(update={**earlier, "value": value})
