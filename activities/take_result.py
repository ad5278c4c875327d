"""How does a tool's result enter a request? Personal values as tokens, facts noted, observed by the model."""

import hashlib
import re
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.finish_call import FIRST_OBSERVATION
from activities.learn_values import learn_values
from activities.masking import mask_known, mask_tree, replace_pointers
from activities.name_sources import tell_contradiction
from activities.names_in_result import WITHHELD, Names, withhold_prose
from activities.replace_found import hide_in_free_text
from activities.send_request import Answered
from contracts.ids import entry_key
from contracts.pack import Pack
from contracts.tool import ToolContract
from governance.canonical import canonical_bytes
from governance.contradictions import find_contradictions
from governance.extract_facts import extract_facts
from governance.pointers import find_texts
from storage.audit import append_audit
from storage.entries import TAINTED, Entry, put_entry
from storage.events import append_event
from storage.facts import put_facts, read_facts
from storage.requests import read_request
from storage.vault import Vault

_CODE: Final = re.compile(r"(?!.*[0-9]{7})[A-Za-z/][A-Za-z0-9_./-]{0,99}")
"""What may be a problem's code, which goes to histories and metrics: no sentence, no number of a card or a phone."""
_READ, _KEPT, _LONGEST_VALUE = 1_000, 500, 200
"""Characters of a problem's detail that are searched for personal values, that are kept, and that a value may have."""


async def tokenise_result(
    connection: AsyncConnection,
    vault: Vault,
    request_id: str,
    contract: ToolContract,
    result: JsonValue,
    names: Names = (),
) -> JsonValue:
    """The result with declared personal values, and every known value elsewhere in it, replaced by tokens.

    `names` of its free text are known values from now on; where they are None its free text is withheld.
    """
    found = {
        way: (personal.kind, text)
        for personal in contract.overlay.personal
        for way, text in find_texts(result, personal.pointer)
    }
    values = [*found.values(), *(("NAME", name) for name in names or ())]
    tokens = await learn_values(connection, vault, request_id, values, source=contract.name)
    replaced = replace_pointers(result, {way: tokens[pair] for way, pair in found.items()})
    shown = withhold_prose(replaced) if names is None else replaced
    return await _hide_the_rest(connection, vault, request_id, shown, contract, source=contract.name)


async def _hide_the_rest(
    connection: AsyncConnection, vault: Vault, request_id: str, tree: JsonValue, contract: ToolContract, *, source: str
) -> JsonValue:
    """Known values first, so that a known phone keeps its token; then what free text holds by its shape."""
    masked = mask_tree(tree, mask_known(await vault.known_values(connection, request_id)))
    return await hide_in_free_text(connection, vault, request_id, masked, source=source, codes=contract.personal_codes)


async def take_result(
    connection: AsyncConnection,
    vault: Vault,
    request_id: str,
    contract: ToolContract,
    result: JsonValue,
    call_id: str,
    names: Names = (),
) -> JsonValue:
    """Tokenise the result, note its facts, and return what a model may see."""
    safe = await tokenise_result(connection, vault, request_id, contract, result, names)
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
    """Store an observation of one call; False where there is one already, which stays."""
    return await put_entry(connection, request_id, observed(turn, step, index, call_id, seen, tainted=tainted))


def observed(turn: int, step: int, index: int, call_id: str, seen: dict[str, Any], *, tainted: bool = False) -> Entry:
    """What a model may see of one call, the step's `index`-th.

    `tainted`: it holds text that somebody else wrote, so that writes nobody planned before it need somebody's yes.
    """
    n = FIRST_OBSERVATION + index
    body: dict[str, Any] = {"call_id": call_id, "output": canonical_bytes(seen).decode()}
    if tainted:
        body[TAINTED] = True
    return Entry(entry_key=entry_key(turn, step, n), turn=turn, step=step, n=n, kind="observation", body=body)


async def safe_problem(
    connection: AsyncConnection, vault: Vault, request_id: str, contract: ToolContract, sent: Answered
) -> dict[str, Any]:
    """A system's refusal as it may be kept and shown: known personal values in its words are tokens."""
    problem = problem_of(sent.body, sent.status)
    await learn_values(connection, vault, request_id, [("NAME", name) for name in sent.names or ()], source="problem")
    if sent.names is None:
        problem = {"code": problem["code"], "detail": WITHHELD}
    masked = await _hide_the_rest(connection, vault, request_id, problem, contract, source="problem")
    assert isinstance(masked, dict)
    return {**masked, "detail": _shorten(str(masked["detail"]), was_cut=len(str(problem["detail"])) == _READ)}


def problem_of(body: Any, status: int) -> dict[str, Any]:
    """What a model may read of a system's refusal: its code, detail and the mistakes it names."""
    problem: dict[str, Any] = body if isinstance(body, dict) else {}
    said = str(problem.get("type", "")).rpartition(":")[2]
    code = said if _CODE.fullmatch(said) else f"status_{status}"
    detail = str(problem.get("detail", "The system refused the call."))[:_READ]
    error: dict[str, Any] = {"code": code, "detail": detail}
    if isinstance(problem.get("errors"), list):
        error["errors"] = problem["errors"][:5]
    return error


def _shorten(detail: str, *, was_cut: bool) -> str:
    """The masked detail as it is kept: without its end where that was cut, since half a value is not recognised."""
    whole = detail[: max(0, len(detail) - _LONGEST_VALUE)] if was_cut else detail
    return whole[:_KEPT]
