"""Does `pack check` say what is wrong, and are the published schemas current and true?"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from workers.pack import main, schema_texts

ROOT = Path(__file__).parents[2]
AIRLINE = ROOT / "packs" / "airline"
SCHEMAS = ROOT / "packs" / "schema"


class _PlainDates(yaml.SafeLoader):
    """YAML as JSON sees it: dates stay text."""


_PlainDates.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def test_a_fit_pack_is_summed_up_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(AIRLINE)], {"HANDRAIL_SYSTEMS_URL": "http://x"}) == 0
    told = capsys.readouterr()
    assert told.out.startswith("airline 1.0.0 (")
    assert len(told.out.splitlines()) == 1
    assert told.err == ""


def test_mistakes_are_printed_as_editors_read_them(
    write_pack: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_pack({"facts.yaml": "bag:\n  text: A bag\n  source: s\n", "voice.yaml": "tone: 1\n"})
    assert main(["check", str(folder)], {}) == 1
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert lines[0] == f"{folder}/facts.yaml:1: bag.value: Field required"
    assert lines[1].startswith(f"{folder}/voice.yaml:1: tone: ")
    assert told.err == f"2 mistake(s) in '{folder}'\n"


def test_what_is_said_in_another_language_than_the_customers_is_told(
    write_pack: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_pack({"voice.yaml": "wording: {es: {greeting: Hola}}\n"})
    manifest = folder / "pack.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("locales: [en]", "locales: [en, es, de, it-IT]"))
    assert main(["check", str(folder)], {}) == 0
    es, de, unread, it, _ = capsys.readouterr().out.splitlines()
    assert es.startswith(f"{folder}/voice.yaml: note: `wording` for 'es' lacks automated_notice, fallback, ")
    assert "greeting" not in es
    assert de == f"{folder}/voice.yaml: note: `wording` has nothing for 'de': all of it is said in English"
    assert unread.endswith(
        "replies in Italian cannot be checked; models answer in English, flows and `wording` speak Italian"
    )
    assert "'it-IT'" in it


VARIABLES = {"HANDRAIL_SYSTEMS_URL": "http://x", "ELSEWHERE": "http://y"}


def beside(tmp_path: Path, **changed: str) -> Path:
    """A copy of the airline's pack with these words of its manifest and tools changed."""
    copy = tmp_path / "copy"
    shutil.copytree(AIRLINE, copy)
    for file in ("pack.yaml", "tools.yaml"):
        text = (copy / file).read_text(encoding="utf-8")
        for old, new in changed.items():
            text = text.replace(old, new)
        (copy / file).write_text(text, encoding="utf-8")
    return copy


def test_packs_that_share_an_audience_are_told_together_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = beside(tmp_path, **{"name: airline": "name: other", "${HANDRAIL_SYSTEMS_URL}/fares": "${ELSEWHERE}/fares"})
    assert main(["check", str(AIRLINE)], VARIABLES) == main(["check", str(copy)], VARIABLES) == 0, "alone each is fit"
    capsys.readouterr()
    assert main(["check", str(AIRLINE), str(copy)], VARIABLES) == 1
    told = capsys.readouterr()
    first, second, shared = told.out.splitlines()
    assert (first.split()[0], second.split()[0]) == ("airline", "other")
    assert shared.startswith(f"{copy}/tools.yaml:9: The packs 'airline' and 'other' both name the audience 'fares'")
    assert told.err == "1 mistake(s) between these packs\n"


def test_packs_of_one_system_go_together_and_a_mistake_in_one_hides_no_other(
    tmp_path: Path, write_pack: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    copy = beside(tmp_path, **{"name: airline": "name: other"})
    assert main(["check", str(AIRLINE), str(copy)], VARIABLES) == 0
    wrong = write_pack({"voice.yaml": "tone: 1\n"})
    capsys.readouterr()
    assert main(["check", str(wrong), str(AIRLINE), str(AIRLINE)], VARIABLES) == 1
    out = capsys.readouterr().out
    assert f"{wrong}/voice.yaml:1: tone: " in out
    assert f"{AIRLINE}/pack.yaml:2: the name 'airline' is taken by" in out


@pytest.mark.parametrize("argv", [[], ["check"], ["check", "a", "--b"], ["chekc", "a"]])
def test_a_wrong_call_shows_the_usage(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv, {}) == 2
    assert "usage: python -m workers pack check DIR" in capsys.readouterr().err


def test_the_published_schemas_are_current(tmp_path: Path) -> None:
    assert main(["schema", str(tmp_path)], {}) == 0
    for name, text in schema_texts().items():
        assert (tmp_path / name).read_text(encoding="utf-8") == text
        published = (SCHEMAS / name).read_text(encoding="utf-8")
        assert published == text, f"run: python -m workers pack schema {SCHEMAS.relative_to(ROOT)}"


BANK = ROOT / "packs" / "bank"
PLAIN = ("pack", "intents", "tools", "voice", "media", "facts")
KINDS = {"flows": "flow", "tests": "scenarios"}
FILES = [
    *((pack / f"{name}.yaml", name) for pack in (AIRLINE, BANK) for name in PLAIN),
    *(
        (path, kind)
        for pack in (AIRLINE, BANK)
        for name, kind in KINDS.items()
        for path in sorted((pack / name).glob("*.yaml"))
    ),
]


@pytest.mark.parametrize(("file", "schema"), FILES, ids=[str(file.relative_to(ROOT)) for file, _ in FILES])
def test_our_packs_satisfy_the_published_schemas(file: Path, schema: str) -> None:
    published: dict[str, Any] = json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(published)
    text = file.read_text(encoding="utf-8")
    data = yaml.load(text, Loader=_PlainDates)
    errors = [error.message for error in jsonschema.Draft202012Validator(published).iter_errors(data)]
    assert errors == []
    assert text.startswith("# yaml-language-server: $schema=")
    named = text.splitlines()[0].split("=")[1]
    assert (file.parent / named).resolve() == SCHEMAS / f"{schema}.json"


def test_a_schema_refuses_what_the_loader_refuses() -> None:
    published: dict[str, Any] = json.loads((SCHEMAS / "pack.json").read_text(encoding="utf-8"))
    data = yaml.load((AIRLINE / "pack.yaml").read_text(encoding="utf-8"), Loader=_PlainDates)
    validator = jsonschema.Draft202012Validator(published)
    assert not validator.is_valid({**data, "colour": "red"})
    assert not validator.is_valid({**data, "close_after": "soon"})
    assert not validator.is_valid({**data, "version": "one"})
