"""Is the bank's pack whole, and do its policies answer as its cases say?"""

from pathlib import Path

import pytest
import yaml

from activities.classify_text import IntentClassifier
from contracts.pack import Pack
from contracts.principal import Acting
from contracts.scenario import PolicyCase, ScenarioFile
from contracts.values import JsonObject
from governance.extract_facts import is_typed
from governance.rights import Resource, Rights
from governance.words import says
from storage.packs import load_pack

BANK = Path(__file__).parents[2] / "packs" / "bank"
CASES = ScenarioFile.model_validate(
    yaml.safe_load((BANK / "tests" / "policies.yaml").read_text(encoding="utf-8"))
).policies
LENA = Acting(customer_id="P201", role="customer", assurance="verified")


@pytest.fixture(scope="module")
def bank() -> Pack:
    return load_pack(BANK, {"HANDRAIL_BANK_URL": "http://127.0.0.1:18101"})


@pytest.fixture(scope="module")
def rights(bank: Pack) -> Rights:
    return Rights(bank.policies, bank.digest)


def test_the_bank_is_a_whole_pack_unlike_the_airline(bank: Pack) -> None:
    assert bank.name == "bank"
    assert len(bank.tools) >= 14
    assert sum(tool.is_write for tool in bank.tools.values()) >= 7
    assert bank.manifest.authentication is None
    assert {tool.audience.partition(".")[0] for tool in bank.tools.values()} == {"aldermere"}


def test_one_tool_takes_path_query_and_header_and_one_a_form(bank: Pack) -> None:
    places = {name: parameter.place for name, parameter in bank.tools["get_statement"].parameters.items()}
    assert places == {"iban": "path", "month": "query", "Statement_Language": "header"}
    copy = bank.tools["order_statement_copy"]
    assert copy.body is not None
    assert copy.body.form == "form"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_policies_answer_as_the_case_says(bank: Pack, rights: Rights, case: PolicyCase) -> None:
    acting = Acting(**case.principal.model_dump())
    verdict = rights.decide(acting, bank.tools[case.action], Resource("r", case.resource), case.context)
    assert verdict.allowed is case.allowed, verdict
    assert verdict.code == (case.because or "not_permitted")


def test_every_tool_but_the_read_back_has_a_rule(bank: Pack) -> None:
    named = {tool for tool in bank.tools if f'Action::"{tool}"' in bank.policies}
    assert named == set(bank.tools) - {"find_transfer"}


def test_a_large_transfer_asks_for_a_branch_manager(bank: Pack, rights: Rights) -> None:
    large: JsonObject = {"arguments": {"amount": {"amount": 300_000, "currency": "EUR"}}}
    mine = Resource("r", {"owner": "P201", "kind": "current"})
    verdict = rights.decide(LENA, bank.tools["make_transfer"], mine, large)
    assert (verdict.outcome, verdict.advice) == ("approve", "approve:supervisor")


def test_a_visitor_is_offered_nothing_and_a_customer_no_unfreezing(bank: Pack, rights: Rights) -> None:
    assert rights.allowed_tools(Acting(), bank.tools.values()) == ()
    offered = {tool.name for tool in rights.allowed_tools(LENA, bank.tools.values())}
    assert {"make_transfer", "add_payee", "freeze_card", "raise_limit"} <= offered
    assert not {"unfreeze_card", "find_transfer"} & offered


def test_the_token_of_a_code_is_a_fact_and_the_token_of_a_name_is_not() -> None:
    assert is_typed("<IBAN_3>")
    assert not is_typed("<NAME_3>")
    assert not is_typed("<IBAN_3> and more")


@pytest.mark.parametrize(
    ("words", "minor"),
    [
        ("Transfer 120 euros to Jonas", 12_000),
        ("send €45.50 now", 4_550),
        ("0,50 euro please", 50),
        ("1,250.00 EUR", 125_000),
        ("1.250,00", 125_000),
        ("2 500 euro", 250_000),
        ("pay 120.", 12_000),
        ("120eur", 12_000),
    ],
)
def test_an_amount_is_said_in_the_ways_people_write_it(words: str, minor: int) -> None:
    assert says([words], {"amount": minor, "currency": "EUR"})
    assert not says([words], {"amount": minor * 100, "currency": "EUR"})
    assert not says([words], {"amount": minor + 1, "currency": "EUR"})


@pytest.mark.parametrize("words", ["on 2026-11-21", "at 21:00", "<IBAN_21>", "21k", "3.21", "no figure", "021x", "-21"])
def test_what_is_no_amount_says_none(words: str) -> None:
    assert not says([words], {"amount": 2_100, "currency": "EUR"})


def test_what_a_reply_rests_on_is_named_for_customers(bank: Pack, airline: Pack) -> None:
    """A title tells the desk what a tool does ("List a customer's cards"); below a reply stands whose words it is."""
    for pack in (bank, airline):
        spoken = {name: tool for name, tool in pack.tools.items() if name != "send_one_time_code"}
        unnamed = [name for name, tool in spoken.items() if not tool.overlay.source]
        assert unnamed == [], pack.name


@pytest.fixture(scope="module")
def classifier(bank: Pack) -> IntentClassifier:
    return IntentClassifier(bank.intents, bank.manifest.thresholds)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I received the code by text", "codes_and_pins"),
        ("I got a text with a code", "codes_and_pins"),
        ("the sms code never came", "codes_and_pins"),
        ("I have forgotten my PIN code", "codes_and_pins"),
        ("I put in the wrong PIN three times", "codes_and_pins"),
        ("my password is wrong", "codes_and_pins"),
        ("I transferred money to a friend", "transactions"),
        ("I paid a friend", "transactions"),
        ("Transfer 50 euros to a friend", "transfer_money"),
        ("a man on the phone told me to transfer it", "phishing"),
        ("a stranger phoned and then I moved my savings", "phishing"),
        ("a policeman phoned and said I must withdraw my savings", "phishing"),
        ("somebody called and told me to move my money", "phishing"),
        ("I got a text message with a link", "phishing"),
        ("I got a text message with a code that I did not ask for", "phishing"),
        ("is this text message from you?", "phishing"),
        ("I gave my PIN to a caller", "phishing"),
    ],
)
def test_a_false_message_is_told_from_a_code_and_a_friend(
    bank: Pack, classifier: IntentClassifier, text: str, intent: str
) -> None:
    assert text.casefold() not in {known.casefold() for one in bank.intents.values() for known in one.examples}
    assert classifier.predict(text).intent == intent
