"""What of a company's answer is kept? Tokens for what is declared or known, also in what was kept before; no echo."""

from pathlib import Path

import pytest
from pydantic import JsonValue

from activities.names_in_result import WITHHELD
from activities.send_request import Answered
from activities.take_result import problem_of, safe_problem, take_result, tokenise_result
from contracts.personal import PersonalCode
from contracts.tool import FactRule, PersonalField, ToolContract
from storage.data_keys import LocalMasterKeys
from storage.database import Database
from storage.desk import HandoffRow, open_handoff, put_handoff
from storage.entries import Entry, put_entry, read_transcript
from storage.facts import read_facts
from storage.inbox import accept_message, latest_bodies
from storage.packs import load_pack
from storage.vault import Vault

VAULT = Vault(LocalMasterKeys(b"a key of thirty-two bytes and more"))
AIRLINE = load_pack(Path(__file__).parents[2] / "packs" / "airline", {"HANDRAIL_SYSTEMS_URL": "http://127.0.0.1:1"})

CUSTOMER = AIRLINE.tools["get_customer"]


def declaring(*pointers: tuple[str, str]) -> ToolContract:
    """A tool whose answer is personal at these pointers."""
    contract = CUSTOMER
    personal = tuple(PersonalField.model_validate({"pointer": one, "kind": kind}) for one, kind in pointers)
    return contract.model_copy(update={"overlay": contract.overlay.model_copy(update={"personal": personal})})


async def test_a_record_that_comes_later_leaves_what_was_kept_before(database: Database, request_id: str) -> None:
    said, asked = "my wife Gundhilde flies too, her list is long", {"call_id": "c1", "name": "list"}
    message = Entry(entry_key="m", turn=1, step=0, n=0, kind="message", body={"text": said})
    people: JsonValue = {"people": [{"name": "Gundhilde"}, {"name": "List"}]}
    async with database.begin() as connection:
        await accept_message(connection, request_id, "m1", "hmac", said)
        await put_entry(connection, request_id, message)
        call = Entry(entry_key="c", turn=1, step=1, n=0, kind="call", body=asked)
        await put_entry(connection, request_id, call)
        summary = {"intent": "list", "goal": "A seat for Gundhilde", "open_question": "Does Gundhilde fly?"}
        handoff = HandoffRow(request_id=request_id, epoch=1, pack="p", reason="r", state="waiting", summary=summary)
        await put_handoff(connection, handoff)
        await tokenise_result(connection, VAULT, request_id, declaring(("/people/*/name", "NAME")), people)
        told = await open_handoff(connection, request_id)
        (kept,) = await latest_bodies(connection, request_id, 5)
        bodies = [entry.body for entry in await read_transcript(connection, request_id)]
    assert kept == "my wife <NAME_1> flies too, her <NAME_2> is long"
    assert bodies == [{"text": kept}, asked]
    assert told is not None
    assert told.summary == {"intent": "list", "goal": "A seat for <NAME_1>", "open_question": "Does <NAME_1> fly?"}


async def test_declared_numbers_and_structures_are_tokens_too(database: Database, request_id: str) -> None:
    contract = declaring(("/phone", "PHONE"), ("/address", "ADDRESS"))
    body: JsonValue = {"phone": 4915123000101, "address": {"street": "Lindenstraße", "number": 12}, "seats": 12}
    async with database.begin() as connection:
        safe = await tokenise_result(connection, VAULT, request_id, contract, body)
    assert safe == {"phone": "<PHONE_1>", "address": {"street": "<ADDRESS_1>", "number": "<ADDRESS_2>"}, "seats": 12}


async def test_values_are_tokens_also_as_names_of_fields_and_as_numbers(database: Database, request_id: str) -> None:
    contract = declaring(("/who", "NAME"), ("/phone", "PHONE"))
    body: JsonValue = {
        "who": "Anna Price",
        "phone": 4915123000101,
        "price": 4500,
        "points": {"Anna Price": 12, "49 1512 3000101": 1, "anna.keller@example.com": 2},
        "called": [4915123000101, 4915123000102, 12],
        "card": 4242424242424242,
        "flight": 4242424242424241,
    }
    async with database.begin() as connection:
        safe = await tokenise_result(connection, VAULT, request_id, contract, body)
    assert safe == {
        "who": "<NAME_1>",
        "phone": "<PHONE_1>",
        "price": 4500,
        "points": {"<NAME_1>": 12, "<PHONE_1>": 1, "<EMAIL_1>": 2},
        "called": ["<PHONE_1>", 4915123000102, 12],
        "card": "<CARD_1>",
        "flight": 4242424242424241,
    }


@pytest.mark.parametrize(
    "said", ["urn:x:problem:no_account_DE89370400440532013000", "urn:x:call 4915123000101", "Anna!", "urn:x:4915123000"]
)
def test_a_problems_code_is_a_word_and_no_sentence_or_number(said: str) -> None:
    assert problem_of({"type": said}, 409)["code"] == "status_409"
    assert problem_of({"type": "urn:x:no_such_fare"}, 409)["code"] == "no_such_fare"


@pytest.mark.parametrize("length", [480, *range(484, 501, 4), *range(984, 1_001, 4)])
async def test_half_a_value_where_a_problem_is_cut_is_not_kept(
    database: Database, request_id: str, length: int
) -> None:
    body = {"type": "urn:x:no_such_fare", "detail": ("x " * 500)[:length] + "4242 4242 4242 4242"}
    async with database.begin() as connection:
        problem = await safe_problem(connection, VAULT, request_id, CUSTOMER, Answered(409, body))
    assert "42" not in problem["detail"]


async def test_values_do_not_move_half_of_one_up_to_what_is_kept(database: Database, request_id: str) -> None:
    detail = "4242 4242 4242 4242 and " * 41 + "x" * 3 + "4242 4242 4242 4242"
    async with database.begin() as connection:
        problem = await safe_problem(connection, VAULT, request_id, CUSTOMER, Answered(409, {"detail": detail}))
    assert "42" not in problem["detail"]
    assert problem["detail"].startswith("<CARD_1> and ")


async def test_a_companys_own_codes_are_tokens_and_ground_arguments(database: Database, request_id: str) -> None:
    fact = FactRule.model_validate({"pointer": "/policy", "type": "policy"})
    overlay = CUSTOMER.overlay.model_copy(update={"personal": (), "facts": (fact,), "authoritative": True})
    code = PersonalCode(kind="POLICY", pattern="[A-Z]{2}[0-9]{7}")
    contract = CUSTOMER.model_copy(update={"overlay": overlay, "personal_codes": (code,)})
    body: JsonValue = {"policy": "AB1234567", "seat": "12A", "remark": "see AB1234567 and CD7654321"}
    async with database.begin() as connection:
        safe = await take_result(connection, VAULT, request_id, contract, body, "call-1")
        (kept,) = await read_facts(connection, request_id)
    assert safe == {"policy": "<POLICY_1>", "seat": "12A", "remark": "see <POLICY_1> and <POLICY_2>"}
    assert (kept.type, kept.value) == ("policy", "<POLICY_1>")


async def test_names_that_a_model_found_are_tokens_also_in_what_was_kept_before(
    database: Database, request_id: str
) -> None:
    said = Entry(entry_key="m", turn=1, step=0, n=0, kind="message", body={"text": "Gundhilde asked me to write"})
    body: JsonValue = {"note": "Gundhilde called", "gundhilde": 1, "seats": 12}
    async with database.begin() as connection:
        await put_entry(connection, request_id, said)
        safe = await tokenise_result(connection, VAULT, request_id, CUSTOMER, body, ("Gundhilde",))
        bodies = [entry.body for entry in await read_transcript(connection, request_id)]
    assert safe == {"note": "<NAME_1> called", "gundhilde": 1, "seats": 12}
    assert bodies == [{"text": "<NAME_1> asked me to write"}]


async def test_free_text_that_had_to_be_searched_and_was_not_is_withheld(database: Database, request_id: str) -> None:
    body: JsonValue = {"note": "Gundhilde called", "code": "K7Q2LM", "seats": 12}
    refusal = {"type": "urn:x:no_seat", "detail": "Gundhilde has the seat", "errors": ["Gundhilde sits there"]}
    async with database.begin() as connection:
        safe = await tokenise_result(connection, VAULT, request_id, CUSTOMER, body, None)
        problem = await safe_problem(connection, VAULT, request_id, CUSTOMER, Answered(409, refusal, None))
    assert safe == {"note": WITHHELD, "code": "K7Q2LM", "seats": 12}
    assert problem == {"code": "no_seat", "detail": WITHHELD}
