"""Are mistakes inside OpenAPI documents, flows' texts and wordings told with the line that holds them?"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.values import JsonObject
from storage.packs import PackErrors, load_pack
from tests.pack.conftest import stock_document

type WritePack = Callable[..., Path]

FLOW = """\
title: Find an item
steps:
  - {{name: which, do: ask, slot: item, text: Which item?}}
  - name: find
    do: call
    tool: find_item
    arguments: {{name: "{{slots.item}}"}}
    save_as: found_item
  - {{name: tell, do: say, text: "{text}"}}
  - {{name: over, do: end}}
"""


def mistakes(folder: Path) -> list[str]:
    """What pack check says, a mistake each."""
    try:
        load_pack(folder, {})
    except PackErrors as failed:
        return [str(one) for one in failed.mistakes]
    return []


def changed(**operation: object) -> JsonObject:
    """The stock's document with another `find_item`."""
    document = stock_document()
    document["paths"]["/items"]["get"].update(operation)  # type: ignore[index, union-attr]
    return document


def line_of(text: str, wanted: str) -> int:
    """The first line that holds this."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if wanted in line)


LOST = {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Lost"}}}}}


@pytest.mark.parametrize(
    ("document", "holds", "says"),
    [
        (changed(responses=LOST), "#/components/schemas/Lost", "is not in this document"),
        (changed(responses={"404": {"description": "Nothing"}}), '"get"', "describes no successful answer"),
        (changed(requestBody={"content": {"image/png": {}}}), '"get"', "its body is sent as image/png"),
    ],
)
def test_a_mistake_in_a_document_is_told_with_its_line(
    write_pack: WritePack, document: JsonObject, holds: str, says: str
) -> None:
    text = json.dumps(document, indent=2)
    found = mistakes(write_pack({"openapi/stock.json": text}))
    assert any(one.startswith(f"openapi/stock.json:{line_of(text, holds)}: ") and says in one for one in found), found


def test_a_document_that_breaks_off_is_told_with_the_line_where_it_does(write_pack: WritePack) -> None:
    text = json.dumps(stock_document(), indent=2)
    broken = text.replace('"version": "1"', '"version": ')
    (found,) = mistakes(write_pack({"openapi/stock.json": broken}))
    assert found.startswith(f"openapi/stock.json:{line_of(broken, 'version') + 1}: is neither JSON nor YAML"), found


@pytest.mark.parametrize(
    "text", ["It costs {found_item.price}.", "{slots.item}, {today|date}", "{customer.assurance}", "{contradictions}"]
)
def test_a_flow_may_say_what_its_steps_and_tools_provide(write_pack: WritePack, text: str) -> None:
    assert mistakes(write_pack({"flows/find.yaml": FLOW.format(text=text)})) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("It costs {found_item.prise}.", "the tool's answer has nothing at 'prise'"),
        ("It costs {item.price}.", "no value of this name; there are: contradictions, customer, found_item, slots"),
        ("You want {slots.thing}.", "no step of this flow asks for or takes this slot"),
        ("You are {customer.age}.", "'customer' has nothing there"),
        ("You said {found}.", "no value of this name"),
        ("Never said: {slots.item} || {slots.other}", "no step of this flow asks for or takes this slot"),
    ],
)
def test_a_flow_may_say_nothing_else(write_pack: WritePack, text: str, says: str) -> None:
    (found,) = mistakes(write_pack({"flows/find.yaml": FLOW.format(text=text)}))
    assert found.startswith("flows/find.yaml:9: tell: ")
    assert says in found


def test_a_flow_reads_anything_from_an_answer_that_is_described_as_anything(write_pack: WritePack) -> None:
    answer = {"200": {"content": {"application/json": {"schema": {"type": "object"}}}}}
    files = {"flows/find.yaml": FLOW.format(text="{found_item.whatever.0.it}")}
    assert mistakes(write_pack(files, changed(responses=answer))) == []


def test_a_wording_reads_only_what_is_there_when_it_is_said(write_pack: WritePack) -> None:
    voice = "wording:\n  en:\n    greeting: Hello.\n    confirm_code: 'Reply with {pin}.'\n"
    (found,) = mistakes(write_pack({"voice.yaml": voice}))
    assert found.startswith("voice.yaml:4: ")
    assert "nothing fills {pin} here; there is {code}" in found
