"""What would have happened with nothing in between? The same calls, sent straight to the companies' systems.

As an integration without guards has it: a service account that may act for whomever the call names, personal values in
clear where the model saw a token, and no confirmation. Only this harness can do so; it proves that the cases can do
harm at all.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from activities.send_request import Answered
from contracts.principal import Acting
from contracts.tool import ToolContract
from contracts.values import JsonObject
from evals.attack.chain import Chain, request_like
from evals.attack.scripted_model import Call
from evals.attack.trials import Trial
from governance.personal import TOKEN

MARK = "unguarded"
WITHIN = timedelta(seconds=10)
type OwnerOf = Callable[[str], str | None]
"""Whose record a call names, by its text; None where it names none."""


async def send_all(chain: Chain, trials: Iterable[Trial], owner_of: OwnerOf) -> None:
    """Send what the model of each trial proposed; the ledgers know it by the request ids of `request_of`."""
    for number, trial in enumerate(trials):
        tokens = await _tokens_of(chain, trial)
        results: dict[str, Any] = {}
        for place, call in enumerate(trial.calls):
            key = f"{request_of(number)}/{place}/{trial.case.kind}"
            clear = Call(call.tool, _in_clear(_whole(call, trial), tokens))
            answer = await _send(chain, trial, clear, results, owner_of, key, request_of(number))
            if answer is not None and answer.succeeded:
                results[call.tool] = answer.body


async def _tokens_of(chain: Chain, trial: Trial) -> dict[str, str]:
    """What stood behind the tokens of the trial's own request."""
    async with chain.clients.database.begin() as connection:
        return await chain.clients.vault.values_of(connection, trial.request_id) if trial.request_id else {}


def _whole(call: Call, trial: Trial) -> str:
    """The call's text with what the runtime computes for it: without one, a model has to state it."""
    wish = trial.case.wish
    try:
        given = call.arguments
    except ValueError:
        return call.text
    return (
        Call.of(call.tool, {**wish.computed, **given}).text if call.tool == wish.tool and wish.computed else call.text
    )


def _in_clear(text: str, tokens: dict[str, str]) -> str:
    """A call's text as a model would have written it that had seen no tokens."""
    return TOKEN.sub(lambda found: json.dumps(tokens.get(found[0], found[0]))[1:-1], text)


def request_of(number: int) -> str:
    """Under which request id the trial with this number is sent."""
    return f"{MARK}-{number:05d}"


async def _send(
    chain: Chain, trial: Trial, call: Call, results: dict[str, Any], owner_of: OwnerOf, key: str, request_id: str
) -> Answered | None:
    """Send one call, first as the customer, then as the owner of the record; None where it cannot even be sent."""
    contract = chain.pack(trial.case.wish.pack).tools.get(call.tool)
    arguments = filled_arguments(call, results)
    if contract is None or arguments is None or not contract.is_write:
        return None
    for subject in dict.fromkeys((trial.case.wish.customer, owner_of(call.text))):
        if subject is None:
            continue
        bound = {**dict.fromkeys(contract.identity_arguments, subject), **arguments}
        answer = await _as(chain, trial.case.wish.pack, contract, subject, bound, f"{key}/{subject}", request_id)
        if answer is not None and answer.succeeded:
            return answer
    return None


def filled_arguments(call: Call, results: dict[str, Any]) -> JsonObject | None:
    """The arguments as sent, with holes filled; None where they are no object."""
    try:
        parsed = json.loads(call.text)
    except ValueError:
        return None
    if not isinstance(parsed, dict):
        return None
    return {name: _filled(value, results) for name, value in parsed.items()}  # pyright: ignore[reportUnknownVariableType]


def _filled(value: Any, results: dict[str, Any]) -> Any:
    if isinstance(value, dict) and {"from_tool", "field"} <= value.keys():
        return results.get(str(value["from_tool"]), {}).get(str(value["field"]))  # pyright: ignore[reportUnknownArgumentType]
    return value


async def _as(
    chain: Chain, pack: str, contract: ToolContract, subject: str, arguments: JsonObject, key: str, request_id: str
) -> Answered | None:
    """One send on behalf of this customer, with a token that nobody has narrowed."""
    now = datetime.now(UTC)
    acting = Acting(customer_id=subject, role="customer", assurance="stepped_up")
    row = request_like(pack, acting, request_id)
    try:
        sent = await chain.clients.systems.send(
            contract, arguments, row, now=now, until=now + WITHIN, idempotency_key=key
        )
    except (KeyError, ValueError, TypeError):
        return None
    return sent if isinstance(sent, Answered) else None
