"""What is known of a message when a turn takes it up: its words, and what they may be an answer to?"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Text, bindparam, select, text
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.steps import CodeOutcome
from governance.switches import Switches
from storage.code_tables import code_attempts
from storage.control import switches_of, switches_off
from storage.direct import Direct
from storage.json_rows import json_rows
from storage.sets import SetRow, open_sets_of
from storage.tables import inbox

_REQUEST, _KEY, _PACK = (bindparam(name, type_=Text) for name in ("in_request", "of_message", "of_pack"))


@dataclass(frozen=True)
class Heard:
    """A message's text (personal values as tokens), and what stands around it.

    `code`: what it was to the one-time code that was awaited when it came; None where none was.
    """

    text: str
    code: CodeOutcome | None
    open_set: SetRow | None
    switches: Switches


async def read_heard(connection: AsyncConnection, request_id: str, key: str, pack: str) -> Heard:
    """Read it by one statement; NoResultFound where there is no such message. The caller has locked the request."""
    values = {"in_request": request_id, "of_message": key, "of_pack": pack}
    row = await _HEARD.first(connection, values)
    if row is None:
        raise NoResultFound(f"there is no message {key!r} in {request_id!r}")
    return Heard(
        text=row["body"],
        code=row["outcome"],
        open_set=next((SetRow.model_validate(one) for one in row["open_sets"]), None),
        switches=switches_of(row["switches"]),
    )


def _heard() -> Select[Any, Any, Any, Any]:
    is_its = (code_attempts.c.request_id == inbox.c.request_id) & (code_attempts.c.message_key == inbox.c.message_key)
    return (
        select(
            inbox.c.body,
            code_attempts.c.outcome,
            json_rows(open_sets_of(_REQUEST)).label("open_sets"),
            json_rows(switches_off(_PACK)).label("switches"),
        )
        .outerjoin(code_attempts, is_its)
        .where(inbox.c.request_id == _REQUEST, inbox.c.message_key == _KEY)
    )


_HEARD = Direct(_heard)


async def message_and_version(connection: AsyncConnection, request_id: str, key: str) -> tuple[str, str]:
    """(the message's text, the digest of the pack version that its request was begun with)."""
    row = await _BODY_AND_VERSION.first(connection, {"r": request_id, "k": key})
    if row is None:
        raise NoResultFound(f"there is no message {key!r} in {request_id!r}")
    return str(row["body"]), str(row["pack_digest"])


_BODY_AND_VERSION = Direct(
    lambda: text(
        """
    SELECT i.body, r.pack_digest FROM handrail.inbox AS i JOIN handrail.requests AS r ON r.request_id = i.request_id
    WHERE i.request_id = :r AND i.message_key = :k
    """
    )
)
