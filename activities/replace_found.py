"""How do personal values that were found in a text, or in the free text of a tree, become tokens?"""

from collections.abc import Sequence

from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.personal import PersonalCode
from governance.birthdays import find_birthdays
from governance.cards import CARD, REMOVED, SECURITY_CODE
from governance.detect import find_structured
from governance.extract_facts import is_typed
from governance.letters import find_in_letters
from governance.personal import TOKEN, Span, first_of, outside_tokens, replace_spans
from storage.vault import Vault


async def replace_found(
    connection: AsyncConnection, vault: Vault, request_id: str, text: str, spans: Sequence[Span], *, source: str
) -> str:
    """The text with every span as its token; a card's security code leaves nothing behind."""
    kept = [span for span in spans if span.kind != SECURITY_CODE]
    pairs = [(span.kind, span.value or text[span.start : span.end]) for span in kept]
    tokens = await vault.tokens_for(connection, request_id, pairs, source=source)
    replaced = [(span, tokens[pair]) for span, pair in zip(kept, pairs, strict=True)]
    removed = [(span, REMOVED) for span in spans if span.kind == SECURITY_CODE]
    return replace_spans(text, [*replaced, *removed])


async def hide_in_free_text(
    connection: AsyncConnection,
    vault: Vault,
    request_id: str,
    tree: JsonValue,
    *,
    source: str,
    codes: Sequence[PersonalCode] = (),
) -> JsonValue:
    """The same JSON with what its free text holds of cards, IBANs, phones, births, titled names and the like as tokens.

    A street stays: more often than not it is a branch's, which visitors are told, too.
    Ids, codes, dates and amounts stay: they ground arguments. A single word is free text only where all of it is a
    personal value, such as an IBAN or a card that nobody declared or one of the company's own personal `codes`.
    """

    async def hide(here: JsonValue) -> JsonValue:
        if isinstance(here, dict):
            return {str(await hide(key)): await hide(item) for key, item in here.items()}
        if isinstance(here, list):
            return [await hide(item) for item in here]
        if isinstance(here, int) and not isinstance(here, bool):
            return await hide_card(here)
        spans = _personal_spans(here, codes) if isinstance(here, str) else []
        return await replace_found(connection, vault, request_id, str(here), spans, source=source) if spans else here

    async def hide_card(number: int) -> JsonValue:
        """A number that is a card's; any other is an amount, a count or an id."""
        written = str(abs(number))
        spans = [span for span in find_structured(written, ()) if span.kind == CARD] if len(written) >= _CARD else []
        is_whole = [(span.start, span.end) for span in spans] == [(0, len(written))]
        return await replace_found(connection, vault, request_id, written, spans, source=source) if is_whole else number

    return await hide(tree)


def _personal_spans(text: str, codes: Sequence[PersonalCode]) -> list[Span]:
    if TOKEN.fullmatch(text):
        return []
    if is_typed(text):
        spans = find_structured(text, codes)
        alone = _ALONE | {code.kind for code in codes}
        whole = [span for span in spans if (span.start, span.end) == (0, len(text))]
        return [span for span in whole if span.kind in alone or (span.kind == CARD and not _may_be_a_ticket(text))]
    found = first_of(find_structured(text, codes), find_in_letters(text), find_birthdays(text))
    return outside_tokens(text, found)


def _may_be_a_ticket(text: str) -> bool:
    """Whether it has the digits of a flight's ticket (IATA), of which some begin and end as a card's do."""
    return sum(map(str.isdecimal, text)) == _TICKET


_ALONE = frozenset({"IBAN", "EMAIL"})
_TICKET = 13
_CARD = 13
"""Digits of the shortest number of a card."""
