"""What can a customer who comes back go on with: open requests, by what they are about, and one that was closed?"""

from datetime import UTC, datetime
from typing import Any

from contracts.errors import Refused
from contracts.pack import Pack
from contracts.principal import Principal
from storage.requests import RequestRow
from workers.gateway.joining import Choice
from workers.gateway.service import Service, visible_request


def ask_which(pack: Pack, choice: Choice) -> dict[str, Any]:
    """Several requests are open: which one is meant. The message is kept until that is said."""
    options = [{"number": n, **offer_request(pack, row)} for n, row in choice.options.items()]
    return {"request_id": None, "status": "choosing", "options": options, "replies": [{"text": choice.text}]}


def offer_request(pack: Pack, row: RequestRow) -> dict[str, Any]:
    """An open request as it is offered to go on with: what it is about and since when, nothing personal."""
    known = pack.intents.get(row.intent)
    fields = ("request_id", "status", "intent", "channel")
    age = round((datetime.now(UTC) - row.opened_at).total_seconds())
    about = {"title": known.title if known else None, "opened_at": row.opened_at.isoformat(), "age_seconds": age}
    return {**{name: getattr(row, name) for name in fields}, **about}


async def earlier_request(service: Service, caller: Principal, pack: Pack, request_id: str | None) -> RequestRow | None:
    """The request to go on from; None where it closed too long ago. Raises Refused: 404 not theirs, 409 it is open."""
    if request_id is None:
        return None
    row = await visible_request(service, request_id, caller)
    if row.pack != pack.name:
        raise Refused(404, "not_found", f"There is no request {request_id!r} for you.")
    if row.status != "closed" or row.closed_at is None:
        raise Refused(409, "still_open", "This request is open: write to it.")
    return row if datetime.now(UTC) - row.closed_at <= pack.manifest.reopen_for else None
