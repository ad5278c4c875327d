"""Which values does a call carry where its arguments hold tokens: whole ones, and names as the customer wrote them?"""

import json
from typing import Any

import pytest
from governance_samples import ANNA, NOW, TEXT, make_tool
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from contracts.values import JsonObject
from governance.guard_chain import CallProposal, GuardContext, guard_call
from governance.judged_call import JudgedCall
from governance.personal import TOKEN
from governance.resolve_arguments import find_mixed, name_kinds, resolve_arguments
from governance.rights import Rights

ADD = make_tool(
    "add_payee",
    "write",
    {"name": TEXT, "note": TEXT},
    parameters={"name": {"source": "customer", "pii": True}, "note": {"source": "text", "pii": True}},
    confirm_title="Payee",
    confirm_lines=[{"label": "Payee", "value": "{name}, {note}"}],
)
DESCRIBE = make_tool(
    "describe",
    "write",
    {"bag": TEXT, "tags": {"type": "array", "items": TEXT}, "to": TEXT, "owner": TEXT, "flights": TEXT},
    parameters={
        "bag": {"source": "text"},
        "tags": {"source": "text"},
        "to": {"source": "text", "pii": True},
        "owner": {"source": "customer", "pii": True},
        "flights": {"source": "choice"},
    },
    confirm_title="Bag",
    confirm_lines=[{"label": "Bag", "value": "{bag}"}],
)
TOKENS = {"<NAME_1>": "Haas", "<EMAIL_1>": "nora@example.org"}
LOOK = make_tool("look", "read", {"by": TEXT, "of": TEXT}, parameters={"by": {"source": "text"}})
ANYTHING = Rights('@id("all") permit (principal, action, resource);', "v")


def judged(name: str, *words: str) -> JudgedCall:
    proposal = CallProposal.model_validate({"tool": "add_payee", "arguments": f'{{"name": "{name}", "note": "x"}}'})
    known: dict[str, Any] = {"contracts": {"add_payee": ADD}, "acting": ANNA, "rights": ANYTHING, "tokens": TOKENS}
    known |= {"pack": "bank", "now": NOW, "customer_words": words}
    return guard_call(proposal, GuardContext(**known))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("<NAME_1>", "Haas"),
        ("Nora <NAME_1>", "Nora Haas"),
        ("Nora <NAME_1>-Berg", "Nora Haas-Berg"),
        ("Nora Vogt", "Nora Vogt"),
    ],
)
def test_a_name_that_holds_a_known_one_is_what_the_customer_wrote(name: str, value: str) -> None:
    assert judged(name, f"Add the payee {name}, please").verdict.code == "needs_confirmation"
    assert resolve_arguments(ADD, {"name": name, "note": "x"}, TOKENS).tree == {"name": value, "note": "x"}


@pytest.mark.parametrize("name", ["Nora <NAME_1>", "<NAME_1> <EMAIL_1>", "<EMAIL_1>, at last"])
def test_no_model_puts_values_together(name: str) -> None:
    assert judged(name, "Add <NAME_1>, and write to <EMAIL_1>", "Nora is my sister").verdict.code == "no_source"


def test_a_token_of_nobody_inside_a_name_is_refused() -> None:
    assert judged("Nora <NAME_7>", "Add Nora <NAME_7>").verdict.code == "unknown_token"


@given(st.lists(st.sampled_from(["<NAME_1>", "<EMAIL_1>", "<NAME_9>", "Nora", " ", "-", "<"]), max_size=6))
def test_free_words_resolve_only_as_a_whole_and_a_resolved_value_is_not_read_again(parts: list[str]) -> None:
    text = "".join(parts)
    resolved = resolve_arguments(ADD, {"name": text, "note": text}, {**TOKENS, "<NAME_1>": "<EMAIL_1>"})
    assert isinstance(resolved.tree, dict)
    whole = {"<NAME_1>": "<EMAIL_1>", "<EMAIL_1>": TOKENS["<EMAIL_1>"]}
    assert resolved.tree["note"] == whole.get(text, text)
    assert resolved.tree["name"] == text.replace("<EMAIL_1>", TOKENS["<EMAIL_1>"]).replace("<NAME_1>", "<EMAIL_1>")
    assert set(resolved.unknown) == {found[0] for found in TOKEN.finditer(text)} - set(whole)


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("<NAME_1>'s blue bag", "[name]'s blue bag"),
        ("<NAME_1> <NAME_2>, call <PHONE_12>", "[name] [name], call [phone]"),
        ("passport <NATIONAL_ID_1>", "passport [national id]"),
        ("<EMAIL_1> ", "[email] "),
        ("<NAME_1>", "[name]"),
        ("a blue bag, 3 < 4", "a blue bag, 3 < 4"),
    ],
)
def test_a_company_reads_a_word_for_what_is_hidden_in_free_words(said: str, sent: str) -> None:
    arguments: JsonObject = {"bag": {"notes": [{"note": said}]}, "tags": [said, 4]}
    worded: JsonObject = {"bag": {"notes": [{"note": sent}]}, "tags": [sent, 4]}
    assert name_kinds(DESCRIBE, arguments) == worded
    assert resolve_arguments(DESCRIBE, arguments, TOKENS).tree == worded


def test_a_read_searches_by_a_token_that_stands_alone() -> None:
    arguments: JsonObject = {"by": "<NAME_1>", "of": ["<EMAIL_1>", "mail of <NAME_1>"]}
    assert name_kinds(LOOK, arguments) == {"by": "<NAME_1>", "of": ["<EMAIL_1>", "mail of [name]"]}
    assert resolve_arguments(LOOK, arguments, TOKENS).tree == {
        "by": "Haas",
        "of": ["nora@example.org", "mail of [name]"],
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("to", "Hotel <NAME_1>"),
        ("to", {"street": "c/o <NAME_1>"}),
        ("owner", ["Nora <NAME_1>"]),
        ("owner", {"last": "Nora <NAME_1>"}),
        ("flights", "flights of <NAME_1>"),
        ("bag", {"of": [{"<NAME_1>": "blue"}]}),
    ],
)
def test_a_token_that_no_word_can_stand_for_stops_the_call(name: str, value: JsonValue) -> None:
    assert find_mixed(DESCRIBE, {"bag": "x", name: value}) == name


def test_personal_arguments_are_no_free_words() -> None:
    arguments: JsonObject = {"to": "Hotel <NAME_1>", "owner": "Nora <NAME_1>"}
    assert name_kinds(DESCRIBE, arguments) == arguments
    assert find_mixed(DESCRIBE, arguments) == "to"
    assert find_mixed(DESCRIBE, {**arguments, "to": "<ADDRESS_1>", "flights": "<NAME_1>"}) is None


def test_what_is_confirmed_and_sent_is_what_the_guards_have_judged() -> None:
    context: dict[str, Any] = {"contracts": {"describe": DESCRIBE}, "acting": ANNA, "rights": ANYTHING}
    context |= {"pack": "airline", "now": NOW, "tokens": TOKENS, "customer_words": ["I am <NAME_1>"]}
    given: JsonObject = {
        "bag": "<NAME_1>'s",
        "tags": ["<NAME_1>"],
        "to": "<NAME_1>",
        "owner": "<NAME_1>",
        "flights": "1",
    }
    call = guard_call(CallProposal(tool="describe", arguments=json.dumps(given)), GuardContext(**context))
    assert call.verdict.code == "needs_confirmation"
    assert call.arguments == {**given, "bag": "[name]'s", "tags": ["[name]"]}
