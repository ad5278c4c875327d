"""How does a tool's result enter a request? Personal values as tokens, facts noted, observed by the model."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.finish_call import FIRST_OBSERVATION
from activities.masking import mask_known, mask_tree, replace_pointers
from activities.name_sources import tell_contradiction
from activities.replace_found import hide_in_free_text
from contracts.ids import entry_key
from contracts.pack import Pack
from contracts.tool import ToolContract
from governance.canonical import canonical_bytes
from governance.contradictions import find_contradictions
from governance.extract_facts import extract_facts
from governance.pointers import find_values
from storage.audit import append_audit
from storage.entries import TAINTED, Entry, put_entry
from storage.events import append_event
from storage.facts import put_facts, read_facts
from storage.requests import read_request
from storage.vault import Vault


async def tokenise_result(
    connection: AsyncConnection, vault: Vault, request_id: str, contract: ToolContract, result: JsonValue
) -> JsonValue:
    """The result with declared personal values, and every known value elsewhere in it, replaced by tokens."""
    found: dict[tuple[str, ...], tuple[str, str]] = {}
    for personal in contract.overlay.personal:
        for way, value in find_values(result, personal.pointer):
            if isinstance(value, str) and value.strip():
                found[way] = (personal.kind, value)
    tokens = await vault.tokens_for(connection, request_id, list(found.values()), source=contract.name)
    replaced = replace_pointers(result, {way: tokens[pair] for way, pair in found.items()})
    return await _hide_the_rest(connection, vault, request_id, replaced, source=contract.name)


async def _hide_the_rest(
    connection: AsyncConnection, vault: Vault, request_id: str, tree: JsonValue, *, source: str
) -> JsonValue:
    """Known values first, so that a known phone keeps its token; then what free text holds by its shape."""
    known = await vault.known_values(connection, request_id)
    return await hide_in_free_text(connection, vault, request_id, mask_tree(tree, mask_known(known)), source=source)


async def take_result(
    connection: AsyncConnection, vault: Vault, request_id: str, contract: ToolContract, result: JsonValue, call_id: str
) -> JsonValue:
    """Tokenise the result, note its facts, and return what a model may see."""
    safe = await tokenise_result(connection, vault, request_id, contract, result)
    await put_facts(connection, request_id, extract_facts(contract, safe, call_id, datetime.now(UTC)))
    return safe


async def notice_contradictions(
    connection: AsyncConnection, pack: Pack, request_id: str, contract: ToolContract
) -> None:
    """Record and show what systems say differently, each contradiction once.

    Under the request's lock: of two reads that end at the same moment the later one sees the facts of both.
    """
    if not any(rule.subject for rule in contract.overlay.facts):
        return
    await read_request(connection, request_id, lock=True)
    systems = {name: tool.system for name, tool in pack.tools.items()}
    for one in find_contradictions(await read_facts(connection, request_id), systems, pack.authorities):
        key = f"{request_id}#contradiction:{hashlib.sha256(one.key.encode()).hexdigest()[:16]}"
        said = [{"tool": it.fact.tool, "fact": it.fact.key, "counts": it.counts} for it in one.statements]
        record = {"type": one.type, "statements": said}
        if await append_audit(connection, request_id, key, "contradiction", record):
            shown = {"kind": "contradiction", "type": one.type, "subject": one.subject}
            await append_event(connection, request_id, "notice", {**shown, "text": tell_contradiction(pack, one)})


async def observe(
    connection: AsyncConnection,
    request_id: str,
    turn: int,
    step: int,
    index: int,
    call_id: str,
    seen: dict[str, Any],
    *,
    tainted: bool = False,
) -> bool:
    """Store an observation of one call; False where there is one already, which stays.

    `tainted`: it holds text that somebody else wrote, so that writes nobody planned before it need somebody's yes.
    """
    n = FIRST_OBSERVATION + index
    body: dict[str, Any] = {"call_id": call_id, "output": canonical_bytes(seen).decode()}
    if tainted:
        body[TAINTED] = True
    entry = Entry(entry_key=entry_key(turn, step, n), turn=turn, step=step, n=n, kind="observation", body=body)
    return await put_entry(connection, request_id, entry)


async def safe_problem(
    connection: AsyncConnection, vault: Vault, request_id: str, body: Any, status: int
) -> dict[str, Any]:
    """A system's refusal as it may be kept and shown: known personal values in its words are tokens."""
    masked = await _hide_the_rest(connection, vault, request_id, problem_of(body, status), source="problem")
    return masked if isinstance(masked, dict) else {}


def problem_of(body: Any, status: int) -> dict[str, Any]:
    """What a model may read of a system's refusal: its code, detail and the mistakes it names."""
    problem: dict[str, Any] = body if isinstance(body, dict) else {}
    code = str(problem.get("type", "")).rpartition(":")[2] or f"status_{status}"
    error: dict[str, Any] = {"code": code, "detail": str(problem.get("detail", "The system refused the call."))[:500]}
    if isinstance(problem.get("errors"), list):
        error["errors"] = problem["errors"][:5]
    return error
