"""Are policies held against the pack, are their cases run, and does an explanation say which rule and which value?"""

from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.pack import Pack
from governance.check_policies import policy_mistakes
from governance.policy_schema import CONTEXT, cedar_type
from governance.policy_text import split_rules
from storage.packs import load_pack
from workers import pack as pack_command
from workers.policy import main

PACKS = sorted(path.parent for path in (Path(__file__).parents[2] / "packs").glob("*/policies.cedar"))
AIRLINE = Path(__file__).parents[2] / "packs" / "airline"
FORBID = """@id("b")
@reason("No.")
@advice("Do something else.")
forbid (principal, action == Action::"find_item", resource)
"""
PERMIT = '@id("a")\npermit (principal, action == Action::"find_item", resource);\n'


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
@pytest.mark.parametrize("command", ["check", "test"])
def test_the_packs_policies_are_in_order(folder: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, str(folder)]) == 0, capsys.readouterr().out


MISTAKES = [
    (PERMIT + "permit (principal, action, resource) when { 1 = 2 };", 3, "is not Cedar"),
    (PERMIT + "// a comment; with a semicolon\n\npermit (principal, action, resource);", 5, "without @id"),
    (PERMIT + PERMIT, 3, "is there twice"),
    (PERMIT + '@id("c")\npermit (\n  principal,\n  action == Action::"gone",\n  resource\n);', 6, "no tool 'gone'"),
    (PERMIT + '@id("c") forbid (principal, action, resource);', 3, "a forbid needs @reason"),
    (PERMIT + '@id("c") @reason("r") forbid (principal, action, resource);', 3, "a forbid needs @advice"),
    (PERMIT + FORBID.replace("something else", "x" * 300) + ";", 3, "takes one line"),
    (PERMIT + FORBID.replace("Do something else.", "approve:boss") + ";", 3, "names the role 'boss'"),
    (PERMIT + FORBID + 'when { context.arguments.name == "x" };', 3, "optional attribute"),
    (PERMIT + FORBID + "when { context has nonsense && context.nonsense };", 3, "nonsense"),
    (PERMIT + FORBID + 'when { principal.level == "1" };', 3, "Long"),
    (PERMIT + FORBID + 'when { resource has colour && resource.colour == "red" };', 3, "colour"),
]


@pytest.mark.parametrize(("text", "line", "told"), MISTAKES)
def test_a_mistake_is_told_with_its_line(
    write_pack: Callable[..., Path], capsys: pytest.CaptureFixture[str], text: str, line: int, told: str
) -> None:
    folder = write_pack({"policies.cedar": text})
    assert pack_command.main(["check", str(folder)], {}) == 1
    said = capsys.readouterr().out
    assert f"policies.cedar:{line}: " in said
    assert told in said


def test_what_is_asked_for_first_may_be_read(write_pack: Callable[..., Path]) -> None:
    condition = 'when { context.arguments has name && context.arguments.name == "x" };'
    pack = load_pack(write_pack({"policies.cedar": PERMIT + FORBID + condition}), {})
    assert policy_mistakes(pack.policies, pack.tools, pack.manifest.roles) == []


def test_the_schema_knows_what_the_guards_add() -> None:
    assert set(CONTEXT) >= {"tainted", "approved", "represents"}


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": ["integer", "null"]}, {"type": "Long"}),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": "String"}),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, None),
        ({"type": "array", "items": {"type": "boolean"}}, {"type": "Set", "element": {"type": "Boolean"}}),
        ({"enum": ["a", "b"]}, {"type": "String"}),
        ({}, None),
    ],
)
def test_a_json_type_has_its_cedar_type(schema: dict[str, object], kind: dict[str, object] | None) -> None:
    assert cedar_type(schema) == kind  # type: ignore[arg-type]


def test_rules_stand_where_they_are_written(airline: Pack) -> None:
    lines = airline.policies.splitlines()
    rules = split_rules(airline.policies)
    assert len(rules) == len([line for line in lines if line.startswith(("permit", "forbid"))])
    assert all(lines[rule.line - 1] == f'@id("{rule.id}")' for rule in rules)


def test_a_case_that_fails_is_named_and_a_rule_without_one_too(
    write_pack: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    cases = """policies:
- {name: Anyone finds, principal: {role: visitor}, action: find_item, allowed: false}
- {name: Anyone finds by a, principal: {role: visitor}, action: find_item, allowed: true, because: a}
"""
    folder = write_pack({"policies.cedar": PERMIT + FORBID + "when { principal.level > 3 };", "tests/a.yaml": cases})
    assert main(["test", str(folder)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "FAILED Anyone finds: expected denied by no rule, got allowed by a",
        "no case is decided by 'b' (policies.cedar:3)",
        "shop: 2 cases, 1 failed",
    ]


def test_an_explanation_names_rules_and_values(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(AIRLINE), "--case", "A refund above the limit is never made here"]) == 1
    said = capsys.readouterr().out
    assert "refund_payment: deny (refunds-have-a-limit)" in said
    assert "advice: Hand over to a person" in said
    assert "forbid refunds-have-a-limit: holds\n    context.arguments.amount.amount = 200001" in said
    assert "permit refunds-to-the-payer: holds" in said
    assert "forbid no-payment-without-an-amount: does not hold" in said


def test_a_call_of_ones_own_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    who = '{"role": "customer", "assurance": "verified", "customer_id": "C101"}'
    argv = ["explain", str(AIRLINE), "--tool", "change_flight", "--principal", who]
    assert main(argv) == 1
    assert "resource.owner = (not there)" in capsys.readouterr().out
    assert main([*argv, "--resource", '{"owner": "C101"}']) == 0


@pytest.mark.parametrize(
    "argv",
    [["--case", "none"], ["--tool", "none"], [], ["--tool", "change_flight", "--principal", '{"rank": 1}']],
)
def test_a_wrong_call_is_told(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(AIRLINE), *argv]) == 2
    assert capsys.readouterr().err
