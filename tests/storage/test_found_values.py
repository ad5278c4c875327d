"""What is kept of cards and of what free text holds, in messages and in results? Against a real database."""

import pytest
from pydantic import JsonValue

from activities.hide_split_cards import hide_split_cards
from activities.replace_found import hide_in_free_text, replace_found
from governance.detect import find_structured
from storage.data_keys import LocalMasterKeys
from storage.database import Database
from storage.entries import Entry, put_entry, read_transcript
from storage.inbox import accept_message, latest_bodies
from storage.vault import Vault

VAULT = Vault(LocalMasterKeys(b"a key of thirty-two bytes and more"))
IBAN = "DE89 3704 0044 0532 0130 00"


async def test_a_card_keeps_its_last_four_and_its_code_nothing(database: Database, request_id: str) -> None:
    text = "4242 4242 4242 4242, cvv 123, and once more 4242-4242-4242-4242"
    async with database.begin() as connection:
        safe = await replace_found(connection, VAULT, request_id, text, find_structured(text), source="message")
        values = await VAULT.values_of(connection, request_id)
    assert safe == "<CARD_1>, cvv [security code removed], and once more <CARD_1>"
    assert values == {"<CARD_1>": "•••• 4242"}


async def test_free_text_of_a_result_holds_tokens_and_its_ids_stay(database: Database, request_id: str) -> None:
    result: JsonValue = {
        "lines": [
            {"id": "pay_4242424242424242", "day": "2026-11-21", "purpose": f"rent to {IBAN}, call +49 170 1234567"}
        ],
        "other": IBAN.replace(" ", ""),
        "paid": ["4242424242424242", "4000-0566-5566-5556"],
        "ticket": "4000000000006",
        "said": "card 4242424242424242 of <NAME_1>",
    }
    async with database.begin() as connection:
        safe = await hide_in_free_text(connection, VAULT, request_id, result, source="test")
    assert safe == {
        "lines": [{"id": "pay_4242424242424242", "day": "2026-11-21", "purpose": "rent to <IBAN_1>, call <PHONE_1>"}],
        "other": "<IBAN_2>",
        "paid": ["<CARD_1>", "<CARD_2>"],
        "ticket": "4000000000006",
        "said": "card <CARD_1> of <NAME_1>",
    }


async def test_prose_of_a_result_names_nobody_with_a_title_and_no_birth(database: Database, request_id: str) -> None:
    said = "Mrs Keller, born on 12.03.1961, called on 2026-11-21 about the branch at 12 Baker Street"
    async with database.begin() as connection:
        result: JsonValue = {"note": said, "title": "Mrs", "day": "2026-11-21"}
        safe = await hide_in_free_text(connection, VAULT, request_id, result, source="test")
    kept = "Mrs <NAME_1>, born on <DOB_1>, called on 2026-11-21 about the branch at 12 Baker Street"
    assert safe == {**result, "note": kept}


async def test_a_card_over_three_messages_leaves_all_of_them(database: Database, request_id: str) -> None:
    said = ["my card is 4242 4242", "4242", "and 4242 that is all"]
    async with database.begin() as connection:
        for number, text in enumerate(said[:2]):
            await accept_message(connection, request_id, f"m{number}", "hmac", text)
            entry = Entry(entry_key=f"m{number}", turn=number, step=0, n=0, kind="message", body={"text": text})
            await put_entry(connection, request_id, entry)
        whole = await hide_split_cards(connection, VAULT, request_id, said[2])
        kept = await latest_bodies(connection, request_id, 5)
        transcript = [entry.body["text"] for entry in await read_transcript(connection, request_id)]
    assert whole == "and <CARD_1> that is all"
    assert kept == transcript == ["my card is <CARD_1>", "<CARD_1>"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (["card 4242 4242 4242 4242", "123"], "[security code removed]"),
        (["card 4242 4242 4242 4242", "12/27", "123"], "[security code removed]"),
        (["card 4242 4242 4242 4242", "12/27, 1234."], "12/27, [security code removed]."),
        (["card 4242 4242 4242 4242", "4711"], "4711"),
        (["card 4242 4242 4242 4242", "500 points"], "500 points"),
        (["card 4242 4242 4242 4242", "thanks", "123"], "123"),
        (["my seat is free", "123"], "123"),
    ],
)
async def test_a_code_in_a_message_behind_its_card_is_not_kept(
    database: Database, request_id: str, said: list[str], kept: str
) -> None:
    async with database.begin() as connection:
        for number, text in enumerate(said[:-1]):
            spans = find_structured(text)
            body = await replace_found(connection, VAULT, request_id, text, spans, source="message")
            await accept_message(connection, request_id, f"m{number}", "hmac", body)
        assert await hide_split_cards(connection, VAULT, request_id, said[-1]) == kept
