"""What becomes of a name that a model takes from the customer's words? A token, unless it may be any word."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.companies import make_ready
from activities.finish_call import CallPlace
from activities.hide_answers import hide_proposed
from activities.scene import Scene
from contracts.model_port import FunctionCall
from contracts.request import Stimulus
from contracts.steps import CallModel, TurnRef
from storage.data_keys import LocalMasterKeys
from storage.database import Database
from storage.entries import Entry, put_entry, read_transcript
from storage.packs import load_pack
from storage.requests import RequestRow
from storage.vault import Vault

VAULT = Vault(LocalMasterKeys(b"a key of thirty-two bytes and more"))
AIRLINE = make_ready(
    load_pack(Path(__file__).parents[2] / "packs" / "airline", {"HANDRAIL_SYSTEMS_URL": "http://127.0.0.1:1"})
)


async def proposed(database: Database, request_id: str, said: str, name: str) -> tuple[bool, str]:
    """Whether anything was learned from a look-up by this name, and how the message reads then."""
    message = Entry(entry_key="m", turn=1, step=0, n=0, kind="message", body={"text": said})
    request = RequestRow(
        request_id=request_id, pack="airline", pack_digest="", channel="web", opened_at=datetime.now(UTC)
    )
    call = ("find_reservation", {"reservation_code": "K7Q2LM", "last_name": name})
    async with database.begin() as connection:
        await put_entry(connection, request_id, message)
        scene = Scene(request, AIRLINE, [message], [], [], None, [])
        learned = await hide_proposed(connection, VAULT, scene, [call])
        entry = next(one for one in await read_transcript(connection, request_id) if one.entry_key == "m")
    return learned, str(entry.body["text"])


async def test_a_name_that_the_model_wrote_with_escapes_leaves_its_call_too(
    database: Database, request_id: str
) -> None:
    call = FunctionCall(call_id="c", name="find_reservation", arguments=r'{"last_name": "Gr\u00fcnwald"}')
    ref = TurnRef(request_id=request_id, turn=1, stimulus=Stimulus(kind="message"))
    entry = CallPlace(CallModel(ref=ref, step=1, tier="fast", route="fast"), 1, "airline", frozenset()).call_entry(
        0, call
    )
    async with database.begin() as connection:
        await put_entry(connection, request_id, entry)
    await proposed(database, request_id, "K7Q2LM, Grünwald", "Grünwald")
    async with database.begin() as connection:
        kept = {one.entry_key: one.body for one in await read_transcript(connection, request_id)}
    assert kept[entry.entry_key]["arguments"] == '{"last_name": "<NAME_1>"}'


async def test_a_name_from_the_customers_words_leaves_what_was_kept(database: Database, request_id: str) -> None:
    learned, kept = await proposed(database, request_id, "K7Q2LM on brodquist, my booking", "Brodquist")
    assert (learned, kept) == (True, "K7Q2LM on <NAME_1>, my booking")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("K7Q2LM, my booking", "booking"),
        ("K7Q2LM, the first one", "first one"),
        ("K7Q2LM, my suitcase", "suitcase"),
        ("K7Q2LM, economy please", "economy"),
        ("K7Q2LM, and the voucher", "voucher"),
        ("K7Q2LM", "Brodquist"),
        ("K7Q2LM, <NAME_1>", "<NAME_1>"),
    ],
    ids=[
        "a common word",
        "common words",
        "a word of the trade",
        "a value of a record",
        "a word of the knowledge",
        "never said",
        "a token",
    ],
)
async def test_what_may_be_any_word_stays(database: Database, request_id: str, said: str, name: str) -> None:
    assert await proposed(database, request_id, said, name) == (False, said)


async def test_a_name_in_which_a_token_stands_is_learned_as_it_was_written(database: Database, request_id: str) -> None:
    async with database.begin() as connection:
        await VAULT.tokens_for(connection, request_id, [("NAME", "Haas")], source="message")
    learned, kept = await proposed(database, request_id, "K7Q2LM on Nora <NAME_1>, my booking", "Nora <NAME_1>")
    async with database.begin() as connection:
        values = await VAULT.values_of(connection, request_id)
    assert (learned, kept) == (True, "K7Q2LM on <NAME_2>, my booking")
    assert values["<NAME_2>"] == "Nora Haas"
