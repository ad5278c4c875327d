"""Which words of a message are personal because they answer what was asked last?"""

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.pack import Pack
from governance.asked_values import find_asked, kinds_asked, may_answer
from governance.common_words import trade_words
from governance.personal import Span, first_of
from storage.entries import last_reply


async def with_asked(
    connection: AsyncConnection, request_id: str, pack: Pack, text: str, spans: list[Span]
) -> list[Span]:
    """The spans, and those of a name, an address or a date of birth that the request's last reply asked for.

    Only a short message is held against the reply. Flows, models and people at the desk ask alike.
    """
    if not may_answer(text):
        return spans
    asked = kinds_asked(await last_reply(connection, request_id))
    if not asked:
        return spans
    return first_of(spans, find_asked(text, asked, spans, trade_words(pack)))
