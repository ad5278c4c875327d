"""Which values does a call carry where its arguments hold tokens: whole ones, and names as the customer wrote them?"""

from typing import Any

import pytest
from governance_samples import ANNA, NOW, TEXT, make_tool
from hypothesis import given
from hypothesis import strategies as st

from governance.guard_chain import CallProposal, GuardContext, guard_call
from governance.judged_call import JudgedCall
from governance.personal import TOKEN
from governance.resolve_arguments import resolve_arguments
from governance.rights import Rights

ADD = make_tool(
    "add_payee",
    "write",
    {"name": TEXT, "note": TEXT},
    parameters={"name": {"source": "customer", "pii": True}, "note": {"source": "text", "pii": True}},
    confirm_title="Payee",
    confirm_lines=[{"label": "Payee", "value": "{name}, {note}"}],
)
TOKENS = {"<NAME_1>": "Haas", "<EMAIL_1>": "nora@example.org"}
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
