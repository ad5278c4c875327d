"""Is this pack fit to use, and which version of it is? `pack check DIR…`, and what operators do with versions."""

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Final

from contracts.pack import Pack
from governance.check_policies import policy_mistakes
from storage.pack_audiences import shared_audiences
from storage.pack_languages import language_notes
from storage.packs import PackErrors, file_schemas, load_pack, tell_name_taken
from workers import pack_versions

_USAGE: Final = """usage: python -m workers pack check DIR…   report every mistake of these packs, and between them
       python -m workers pack schema DIR   write the JSON Schemas of pack files into DIR
       python -m workers pack list|store|activate|split|rollback --help   the versions in the database"""
_DEFAULTS: Final = {"HANDRAIL_SYSTEMS_URL": "http://127.0.0.1:8083", "HANDRAIL_BANK_URL": "http://127.0.0.1:8101"}


def main(argv: Sequence[str], variables: Mapping[str, str] | None = None) -> int:
    """Run the command and return its exit code: 0, 1 for a pack with mistakes, 2 for a wrong call.

    `variables` fill `${NAME}` in system addresses; by default the settings of the environment.
    """
    given = {**_DEFAULTS, **os.environ} if variables is None else variables
    match list(argv):
        case ["check", *directories] if directories and not any(one.startswith("-") for one in directories):
            return _check_all([Path(directory) for directory in directories], given)
        case ["schema", directory]:
            return _write_schemas(Path(directory))
        case [("list" | "store" | "activate" | "split" | "rollback"), *_]:
            return pack_versions.main(argv)
        case ["-h" | "--help"]:
            print(_USAGE)
            return 0
        case _:
            print(_USAGE, file=sys.stderr)
            return 2


def _check_all(directories: Sequence[Path], variables: Mapping[str, str]) -> int:
    """Each pack by itself, then those that are in order together: what workers refuse who serve all of them."""
    checked = [_check(directory, variables) for directory in directories]
    packs = [pack for pack in checked if pack is not None]
    between = list(_mistakes_between(packs))
    for told in between:
        print(told)
    if between:
        print(f"{len(between)} mistake(s) between these packs", file=sys.stderr)
    return int(bool(between) or None in checked)


def _mistakes_between(packs: Sequence[Pack]) -> Iterator[str]:
    """A name that two folders give, and an audience by which two packs mean different systems, each with its line."""
    seen: dict[str, Pack] = {}
    for pack in packs:
        first = seen.setdefault(pack.name, pack)
        if first is not pack:
            yield f"{_where(pack.directory / 'pack.yaml', 'name', pack.name)}: {tell_name_taken(first)}"
    for shared in shared_audiences(packs):
        yield f"{_where(shared.pack.directory / 'tools.yaml', 'audience', shared.audience)}: {shared.told}"


def _where(file: PurePath, key: str, value: str) -> str:
    """The file and the line that gives this key this value, or its first line."""
    wanted = re.compile(rf"\b{key}:\s*[\"']?{re.escape(value)}[\"']?\s*(?:[,}}#]|$)")
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    return f"{file}:{next((n for n, line in enumerate(lines, 1) if wanted.search(line)), 1)}"


def _check(directory: Path, variables: Mapping[str, str]) -> Pack | None:
    """The pack, or None with its mistakes printed."""
    try:
        pack = load_pack(directory, variables)
    except PackErrors as failed:
        for mistake in failed.mistakes:
            print(f"{directory / mistake.file}:{mistake.line}: {mistake.message}")
        print(f"{len(failed.mistakes)} mistake(s) in {str(directory)!r}", file=sys.stderr)
        return None
    return pack if _check_policies(directory, pack) else None


def _check_policies(directory: Path, pack: Pack) -> bool:
    """The last check: policies are held against tools, which must be in order first."""
    mistakes = policy_mistakes(pack.policies, pack.tools, pack.manifest.roles)
    for line, message in mistakes:
        print(f"{directory / 'policies.cedar'}:{line}: {message}")
    if mistakes:
        print(f"{len(mistakes)} mistake(s) in {str(directory)!r}", file=sys.stderr)
        return False
    for note in language_notes(pack):
        print(f"{directory}/{note}")
    print(summary(pack))
    return True


def summary(pack: Pack) -> str:
    """Return one line on a pack: its name, version and digest, and how much it holds."""
    writes = sum(tool.is_write for tool in pack.tools.values())
    return (
        f"{pack.name} {pack.manifest.version} ({pack.digest[:12]}) is in order: {len(pack.tools)} tools"
        f" ({writes} write), {len(pack.intents)} intents, {len(pack.flows)} flows, {len(pack.passages)} passages,"
        f" {len(pack.facts)} facts, {len(pack.policy_cases)} policy cases, {len(pack.scenarios)} scenarios"
    )


def _write_schemas(directory: Path) -> int:
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in schema_texts().items():
        (directory / name).write_text(text, encoding="utf-8")
        print(directory / name)
    return 0


def schema_texts() -> dict[str, str]:
    """Return the published JSON Schema files: name → text."""
    return {f"{name}.json": json.dumps(schema, indent=2) + "\n" for name, schema in file_schemas().items()}
