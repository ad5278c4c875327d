"""Does a folder become a pack, and is every mistake in it reported with file and line?"""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from contracts.errors import NotReady
from contracts.pack import Pack
from storage.pack_folder import PackErrors
from storage.packs import load_pack, load_packs

type WritePack = Callable[..., Path]
AIRLINE = Path(__file__).parents[2] / "packs" / "airline"
VARIABLES = {"HANDRAIL_SYSTEMS_URL": "http://127.0.0.1:18083/"}


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(PackErrors) as failed:
        load_pack(folder, {})
    return [str(mistake) for mistake in failed.value.mistakes]


def with_line(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def test_the_airline_is_a_whole_pack(airline: Pack) -> None:
    assert airline.name == "airline"
    assert len(airline.tools) >= 20
    assert len(airline.intents) >= 20
    assert min(len(intent.examples) for intent in airline.intents.values()) >= 25
    assert {"my_booking", "lost_bag", "flight_status"} <= set(airline.flows)
    assert airline.manifest.limits.turn_deadline == timedelta(seconds=20)
    assert airline.manifest.limits.confirmation_ttl == timedelta(minutes=15)
    assert {tool.server.split("/")[2] for tool in airline.tools.values()} == {"127.0.0.1:18083"}


def test_the_smallest_pack_needs_three_files(write_pack: WritePack) -> None:
    pack = load_pack(write_pack(), {})
    assert set(pack.tools) == {"find_item"}
    assert pack.tools["find_item"].server == "http://stock.test"
    assert pack.wording().clarify
    assert pack.policies == ""


@pytest.mark.parametrize(("server", "fits"), [("http://other.test/", False), ("http://stock.test/", True)])
def test_an_audience_is_one_system_whichever_pack_names_it(write_pack: WritePack, server: str, fits: bool) -> None:
    shop = write_pack().rename(write_pack().parent / "first")
    pack, tools = (shop / "pack.yaml").read_text(), (shop / "tools.yaml").read_text()
    other = write_pack(
        {
            "pack.yaml": with_line(pack, "name: shop", "name: kiosk"),
            "tools.yaml": with_line(tools, "http://stock.test/", server),
        }
    )
    if fits:
        assert set(load_packs([shop, other], {})) == {"shop", "kiosk"}
        return
    with pytest.raises(NotReady, match="both name the audience 'stock'"):
        load_packs([shop, other], {})


def test_the_digest_names_the_content_and_nothing_else(tmp_path: Path, airline: Pack) -> None:
    copy = tmp_path / "elsewhere"
    shutil.copytree(AIRLINE, copy)
    assert load_pack(copy, {"HANDRAIL_SYSTEMS_URL": "http://other.test"}).digest == airline.digest
    text = (copy / "voice.yaml").read_bytes()
    (copy / "voice.yaml").write_bytes(text.replace(b"\n", b"\r\n"))
    assert load_pack(copy, VARIABLES).digest == airline.digest
    (copy / "voice.yaml").write_bytes(text.replace(b"calm", b"Calm"))
    assert load_pack(copy, VARIABLES).digest != airline.digest
    (copy / "voice.yaml").write_bytes(text)
    document = (copy / "openapi" / "fares.json").read_bytes()
    (copy / "openapi" / "fares.json").write_bytes(document + b"\n")
    assert load_pack(copy, VARIABLES).digest != airline.digest


def test_a_missing_setting_is_named(write_pack: WritePack) -> None:
    folder = write_pack()
    tools = (folder / "tools.yaml").read_text(encoding="utf-8")
    (folder / "tools.yaml").write_text(tools.replace("http://stock.test/", "${HANDRAIL_NOWHERE}/x"), encoding="utf-8")
    assert mistakes(folder) == ["tools.yaml:2: setting 'HANDRAIL_NOWHERE' is not given; set it or write the address"]


def test_a_folder_without_a_manifest_is_no_pack(tmp_path: Path) -> None:
    assert mistakes(tmp_path) == ["pack.yaml:1: is missing; name the folder that holds the pack's pack.yaml"]


def test_two_packs_of_one_name_are_refused(write_pack: WritePack, tmp_path: Path) -> None:
    first = write_pack()
    second = tmp_path / "again"
    shutil.copytree(first, second)
    assert set(load_packs([first], {})) == {"shop"}
    with pytest.raises(PackErrors, match="is taken by"):
        load_packs([first, second], {})


BROKEN = [
    ("pack.yaml", "locales: [en]", "locales: []", "pack.yaml:4: locales:"),
    ("pack.yaml", "title: Corner Shop", "title: Corner Shop\ncolour: red", "pack.yaml:3: colour: Extra inputs"),
    ("pack.yaml", "timeout: 10s", "timeout: soon", "pack.yaml:12: tiers.fast.timeout:"),
    ("pack.yaml", "title: Corner Shop", "title: a\ntitle: b", "pack.yaml:3: 'title' is there twice"),
    ("pack.yaml", "name: shop", "name: [shop", "pack.yaml:2: is not YAML"),
    ("tools.yaml", "kind: read", "kind: look", "tools.yaml:6: tools.find_item.kind:"),
    ("tools.yaml", "system: stock\n", "system: stack\n", "tools.yaml:5: find_item: no system 'stack'"),
    ("tools.yaml", "  find_item:", "  find_items:", "tools.yaml:4: find_items: openapi/stock.json has no operation"),
    ("tools.yaml", "name: {source", "title: {source", "tools.yaml:10: find_item: the operation takes no argument"),
    ("tools.yaml", "name: {source", "title: {source", "tools.yaml:9: find_item: argument 'name' has no source"),
    (
        "tools.yaml",
        "{source: choice}",
        "{source: identity}",
        "tools.yaml:10: find_item: 'name' is bound from the session",
    ),
    ("tools.yaml", "{source: choice}", "{source: reference}", "tools.yaml:10: tools.find_item.parameters.name: Value"),
    (
        "tools.yaml",
        "kind: read",
        "kind: write",
        "tools.yaml:4: tools.find_item: Value error, a write that the customer",
    ),
    (
        "tools.yaml",
        "kind: read",
        "kind: read\n    confirm: customer",
        "tools.yaml:4: tools.find_item: Value error, a read",
    ),
    ("tools.yaml", "openapi/stock.json", "openapi/none.json", "tools.yaml:2: 'openapi/none.json' is missing"),
]


@pytest.mark.parametrize(("file", "old", "new", "expected"), BROKEN)
def test_a_mistake_is_reported_with_its_line(
    write_pack: WritePack, file: str, old: str, new: str, expected: str
) -> None:
    folder = write_pack()
    text = (folder / file).read_text(encoding="utf-8")
    (folder / file).write_text(with_line(text, old, new), encoding="utf-8")
    found = mistakes(folder)
    assert any(one.startswith(expected) for one in found), found


@pytest.mark.parametrize(
    ("tool", "argument", "old", "new"),
    [
        ("notify_operations", "kind", "are told: {kind|words}, to {flight_id}", "are told of {flight_id}"),
        ("add_customer_note", "text", '"{text}"', '"as you said"'),
    ],
)
def test_what_whoever_confirms_would_not_see_is_reported(
    tmp_path: Path, tool: str, argument: str, old: str, new: str
) -> None:
    copy = tmp_path / "airline"
    shutil.copytree(AIRLINE, copy)
    text = with_line((copy / "tools.yaml").read_text(encoding="utf-8"), old, new)
    (copy / "tools.yaml").write_text(text, encoding="utf-8")
    declared = text[: text.index(f"      {argument}: {{", text.index(f"\n  {tool}:\n"))].count("\n") + 1
    told = f"{tool}: {argument!r} is not on the confirmation card; show it in a line of `confirm_lines`"
    with pytest.raises(PackErrors) as failed:
        load_pack(copy, VARIABLES)
    assert [str(mistake) for mistake in failed.value.mistakes] == [f"tools.yaml:{declared}: {told}"]


SCENARIO = """\
scenarios:
- name: buy
  turns: [{says: hi}]
  intent: buys
  ledger:
  - {tool: find_item, times: 1}
  - tool: find_itm
    times: 1
"""
CASE = """\
policies:
- name: look
  principal: {role: customer}
  resource: {}
  action: find_itm
  allowed: false
  because: gone
"""
ADDED = [
    ({"intent.yaml": "{}"}, "intent.yaml:1: is no file of a pack"),
    (
        {"intents.yaml": "hi:\n  title: Hi\n  complexity: simple\n  route: controlled\n  examples: [a, b, c]\n"},
        "intents.yaml:1: hi: Value error, route is controlled but no flow is named",
    ),
    (
        {
            "intents.yaml": "hi: &hi\n  title: Hi\n  complexity: simple\n  route: fast\n"
            "  examples:\n  - hello\n  - hi\n  - hey\nho:\n  <<: *hi\n  flow: gone\n"
        },
        "intents.yaml:11: ho: no flow 'gone'",
    ),
    (
        {"flows/buy.yaml": "title: Buy\nsteps:\n- {name: a, do: say, text: hi, next: b}\n"},
        "flows/buy.yaml:1: Value error, step 'a' goes on at 'b', which is no step",
    ),
    (
        {
            "flows/buy.yaml": "title: Buy\nsteps:\n- name: a\n  do: call\n  tool: find_itm\n  save_as: x\n"
            "- {name: b, do: end}\n"
        },
        "flows/buy.yaml:3: a: no tool 'find_itm' in tools.yaml",
    ),
    (
        {"flows/buy.yaml": "title: Buy\nsteps:\n- name: a\n  do: say\n  text: 'hi {name'\n- {name: b, do: end}\n"},
        "flows/buy.yaml:5: steps.0.say.text:",
    ),
    ({"policies.cedar": "permit (principal, action, resource)"}, "policies.cedar:1: is not Cedar"),
    (
        {"policies.cedar": '@id("a")\npermit (principal, action == Action::"find_itm", resource);\n'},
        "policies.cedar:2: no tool 'find_itm'",
    ),
    ({"policies.cedar": "permit (principal, action, resource);\n"}, "policies.cedar:1: has a rule without @id"),
    ({"knowledge/a.md": "# A\n\n## B\ntext\n"}, "knowledge/a.md:1: has no front matter"),
    (
        {"knowledge/a.md": "---\ntitle: A\nsource: s\nvalid_from: 2026-02-01\nvalid_to: 2026-01-01\n---\n## B\ntext\n"},
        "knowledge/a.md:5: ends before it starts",
    ),
    ({"knowledge/a.md": "---\ntitle: A\nsauce: s\n---\n## B\ntext\n"}, "knowledge/a.md:3: sauce:"),
    (
        {"voice.yaml": "wording:\n  de: {}\n"},
        "voice.yaml:2: locale 'de' is not one of pack.yaml's locales",
    ),
    (
        {"tests/a.yaml": "scenarios:\n- name: x\n  turns: [{says: hi, decides: confirmed}]\n"},
        "tests/a.yaml:3: scenarios.0.turns.0: Value error, a turn either says or decides",
    ),
    (
        {
            "facts.yaml": "bag:\n  text: A bag\n  value: 23\n  source: s\n  valid_from: 2026-02-01\n"
            "  valid_to: 2026-01-01\n"
        },
        "facts.yaml:6: bag: ends before it starts",
    ),
    ({"tests/a.yaml": SCENARIO}, "tests/a.yaml:4: 'buy' names the intent 'buys', which intents.yaml"),
    ({"tests/a.yaml": SCENARIO}, "tests/a.yaml:7: 'buy' names the tool 'find_itm', which tools.yaml"),
    ({"tests/b.yaml": CASE}, "tests/b.yaml:5: 'look' names the tool 'find_itm', which tools.yaml"),
    ({"tests/b.yaml": CASE}, "tests/b.yaml:7: 'look' names the rule 'gone', which policies.cedar"),
]


@pytest.mark.parametrize(("files", "expected"), ADDED)
def test_a_mistaken_file_is_reported(write_pack: WritePack, files: dict[str, str], expected: str) -> None:
    found = mistakes(write_pack(files))
    assert any(one.startswith(expected) for one in found), found


def test_every_mistake_is_listed_at_once(write_pack: WritePack) -> None:
    found = mistakes(write_pack({"facts.yaml": "a: {text: x}\n", "media.yaml": "b: {kind: poster}\n"}))
    assert {one.split(":")[0] for one in found} == {"facts.yaml", "media.yaml"}


def test_passages_are_sections_with_dates(airline: Pack) -> None:
    passages = {passage.id: passage for passage in airline.passages}
    assert passages["baggage#2"].text.startswith("An extra checked bag costs 40 EUR on a classic fare")
    winter = passages["winter-service#1"]
    assert winter.is_valid_on(date(2026, 11, 21))
    assert winter.is_valid_on(date(2027, 3, 27))
    assert not winter.is_valid_on(date(2027, 3, 28))
    assert not winter.is_valid_on(date(2026, 10, 24))


def test_what_knowledge_and_facts_say_of_bags_agrees(airline: Pack) -> None:
    text = next(passage.text for passage in airline.passages if passage.id == "baggage#2")
    for fare, euros in (("light", "55"), ("classic", "40"), ("flex", "30")):
        value = airline.facts[f"extra_bag_{fare}"].value
        assert not isinstance(value, str | int | float)
        assert f"{value.amount // 100}" == euros
        assert f"{euros} EUR on a {fare} fare" in text
