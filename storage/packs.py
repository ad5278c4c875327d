"""How does a company's folder become a pack? Reading, checking and naming it by its digest."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final

import yaml
from pydantic import TypeAdapter

from contracts.flow import Flow
from contracts.knowledge import Fact
from contracts.pack import DeclaredMedia, IntentDef, Pack, PackManifest
from contracts.scenario import ScenarioFile
from contracts.tool import SystemSource, ToolContract, ToolOverlay, ToolsFile
from contracts.tool_request import BodyShape
from contracts.values import JsonObject, Name
from contracts.voice import Voice
from storage.pack_audiences import refuse_shared_audiences
from storage.pack_checks import check_pack
from storage.pack_drawings import place_media, read_drawings
from storage.pack_folder import PackErrors, PackFolder, read_folder
from storage.pack_knowledge import read_passages
from storage.pack_operations import DocumentMistake, Operation, Operations, read_operations

__all__ = [
    "PackErrors",
    "file_schemas",
    "load_pack",
    "load_packs",
    "load_version",
    "load_versions",
    "parse_version",
    "read_name",
]

MANIFEST: Final = TypeAdapter(PackManifest)
INTENTS: Final = TypeAdapter(dict[Name, IntentDef])
TOOLS: Final = TypeAdapter(ToolsFile)
VOICE: Final = TypeAdapter(Voice)
MEDIA: Final = TypeAdapter(dict[Name, DeclaredMedia])
FACTS: Final = TypeAdapter(dict[Name, Fact])
FLOW: Final = TypeAdapter(Flow)
SCENARIOS: Final = TypeAdapter(ScenarioFile)
_KNOWN: Final = re.compile(
    r"(pack|intents|tools|facts|voice|media)\.yaml|policies\.cedar"
    r"|(flows|tests)/[a-z][a-z0-9_]*\.yaml|knowledge/[^/]+\.md|media/[a-z0-9_-]+\.svg|README\.md|LICENSE"
)
_VARIABLE: Final = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")


def file_schemas() -> dict[str, JsonObject]:
    """Return the JSON Schema of each kind of pack file, so that editors complete them."""
    return {
        "pack": MANIFEST.json_schema(),
        "intents": INTENTS.json_schema(),
        "tools": TOOLS.json_schema(),
        "voice": VOICE.json_schema(),
        "media": MEDIA.json_schema(),
        "facts": FACTS.json_schema(),
        "flow": FLOW.json_schema(),
        "scenarios": SCENARIOS.json_schema(),
    }


def load_packs(directories: Iterable[Path], variables: Mapping[str, str]) -> dict[str, Pack]:
    """Return the packs of these folders by name; raise PackErrors for a mistaken one or two of one name.

    Raises NotReady for two that name one audience.
    """
    return {pack.name: pack for pack, _ in load_versions(directories, variables)}


def load_versions(directories: Iterable[Path], variables: Mapping[str, str]) -> Iterator[tuple[Pack, dict[str, bytes]]]:
    """Yield the packs of these folders, each with its files; raise as `load_packs` does."""
    seen: dict[str, Pack] = {}
    for directory in directories:
        pack, files = load_version(directory, variables)
        if pack.name in seen:
            folder = PackFolder(directory, {})
            folder.wrong("pack.yaml", tell_name_taken(seen[pack.name]))
            raise PackErrors(directory, folder.mistakes)
        seen[pack.name] = pack
        refuse_shared_audiences(list(seen.values()))
        yield pack, files


def tell_name_taken(first: Pack) -> str:
    """Return what to say of another pack with this one's name."""
    return f"the name {first.name!r} is taken by {str(first.directory)!r}; rename one"


def read_name(directory: Path) -> str:
    """Return the name of the pack in this folder and read nothing else. Raises OSError, ValueError for no name."""
    try:
        manifest = yaml.safe_load((directory / "pack.yaml").read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValueError("pack.yaml is not YAML") from error
    name = manifest.get("name") if isinstance(manifest, dict) else None
    if not isinstance(name, str):
        raise ValueError("pack.yaml has no name")
    return name


def load_pack(directory: Path, variables: Mapping[str, str]) -> Pack:
    """Return the pack in this folder, with `${NAME}` in system addresses filled from `variables`.

    Raises PackErrors that lists every mistake with its file and line; never returns a pack with one.
    """
    return load_version(directory, variables)[0]


def load_version(directory: Path, variables: Mapping[str, str]) -> tuple[Pack, dict[str, bytes]]:
    """Return the pack in this folder with the files that its digest names; raises as `load_pack` does."""
    if not (directory / "pack.yaml").is_file():
        folder = PackFolder(directory, {})
        folder.wrong("pack.yaml", "is missing; name the folder that holds the pack's pack.yaml")
        raise PackErrors(directory, folder.mistakes)
    folder = PackFolder(directory, read_folder(directory))
    pack = _read(folder, variables)
    if pack is not None:
        check_pack(pack, folder)
    if folder.mistakes or pack is None:
        raise PackErrors(directory, folder.mistakes)
    return pack, folder.contents


def parse_version(digest: str, files: Mapping[str, bytes], variables: Mapping[str, str]) -> Pack:
    """Return the pack of a stored version. What its files say of each other was checked when it was stored.

    Raises PackErrors where this code cannot read it, a setting is missing, or its files are not those of the digest.
    """
    folder = PackFolder(Path(digest[:12]), files)
    pack = _read(folder, variables)
    if pack is not None and pack.digest != digest:
        folder.wrong("pack.yaml", f"its files have the digest {pack.digest[:12]!r}, which is another version")
    if folder.mistakes or pack is None:
        raise PackErrors(folder.root, folder.mistakes)
    return pack


def _read(folder: PackFolder, variables: Mapping[str, str]) -> Pack | None:
    manifest = folder.parse("pack.yaml", MANIFEST, required=True)
    tools_file = folder.parse("tools.yaml", TOOLS, required=True)
    intents = folder.parse("intents.yaml", INTENTS) or {}
    scenario_files = [folder.parse(file, SCENARIOS) for file in folder.names("tests", ".yaml")]
    flows = {Path(file).stem: folder.parse(file, FLOW) for file in folder.names("flows", ".yaml")}
    voice = folder.parse("voice.yaml", VOICE)
    media, facts = folder.parse("media.yaml", MEDIA) or {}, folder.parse("facts.yaml", FACTS)
    drawings = read_drawings(folder, media)
    passages = read_passages(folder)
    policies = folder.text("policies.cedar") or ""
    systems = _fill_servers(folder, tools_file, variables)
    tools = {} if tools_file is None else _read_tools(folder, tools_file, systems)
    codes = manifest.personal_codes if manifest is not None else ()
    _note_unknown_files(folder, systems)
    if manifest is None or tools_file is None:
        return None
    return Pack(
        digest=_digest(folder.contents),
        directory=PurePosixPath(folder.root),
        manifest=manifest,
        intents=intents,
        systems=systems,
        authorities=tools_file.authorities,
        tools={name: tool.model_copy(update={"personal_codes": codes}) for name, tool in tools.items()},
        policies=policies,
        flows={name: flow for name, flow in flows.items() if flow is not None},
        passages=passages,
        facts=facts or {},
        voice=voice or Voice(),
        media=place_media(media, manifest.name, drawings),
        scenarios=tuple(case for file in scenario_files if file for case in file.scenarios),
        policy_cases=tuple(case for file in scenario_files if file for case in file.policies),
    )


def _fill_servers(
    folder: PackFolder, tools_file: ToolsFile | None, variables: Mapping[str, str]
) -> dict[str, SystemSource]:
    systems: dict[str, SystemSource] = {}
    for name, system in ({} if tools_file is None else tools_file.systems).items():
        for missing in sorted(set(_VARIABLE.findall(system.server)) - set(variables)):
            folder.wrong(
                "tools.yaml", f"setting {missing!r} is not given; set it or write the address", "systems", name
            )
        server = _VARIABLE.sub(lambda found: variables.get(found[1], found[0]), system.server)
        systems[name] = system.model_copy(update={"server": server.rstrip("/")})
    return systems


def _read_tools(
    folder: PackFolder, tools_file: ToolsFile, systems: Mapping[str, SystemSource]
) -> dict[str, ToolContract]:
    operations = {name: _read_document(folder, name, system) for name, system in systems.items()}
    tools: dict[str, ToolContract] = {}
    for name, overlay in tools_file.tools.items():
        if overlay.system not in systems:
            known = ", ".join(sorted(systems)) or "none"
            folder.wrong(
                "tools.yaml", f"{name}: no system {overlay.system!r}; there are: {known}", "tools", name, "system"
            )
            continue
        document = operations[overlay.system]
        if document is None:
            continue
        if name not in document:
            told = f"{name}: {systems[overlay.system].document} has no operation of this id; correct the name"
            folder.wrong("tools.yaml", told, "tools", name)
            continue
        try:
            tools[name] = _join(document[name], overlay, systems[overlay.system])
        except DocumentMistake as mistake:
            _note_in_document(folder, systems[overlay.system].document, mistake)
    return tools


def _read_document(folder: PackFolder, name: str, system: SystemSource) -> Operations | None:
    text = folder.text(system.document)
    if text is None:
        folder.wrong("tools.yaml", f"{system.document!r} is missing; put the OpenAPI document there", "systems", name)
        return None
    try:
        return read_operations(text)
    except DocumentMistake as mistake:
        _note_in_document(folder, system.document, mistake)
        return None


def _note_in_document(folder: PackFolder, file: str, mistake: DocumentMistake) -> None:
    """An OpenAPI document's lines are looked for only once something in it is wrong."""
    is_document = not mistake.place or isinstance(mistake.place[0], str)
    if is_document:
        folder.locate(file)
    folder.wrong(file, str(mistake), *mistake.place)


def _join(operation: Operation, overlay: ToolOverlay, system: SystemSource) -> ToolContract:
    """Put operation and overlay together. Headers that the runtime fills are no arguments; optional ones that the
    overlay does not mention are not sent.
    """
    keys = tuple(place.model_copy(update={"key": system.keys.get(place.scheme, "")}) for place in operation.keys)
    runtime = {place.wire.lower() for place in keys} | {"idempotency-key"}
    runtime |= {overlay.idempotency.header.lower()} if overlay.idempotency else set()
    left_out = {
        name
        for name, parameter in operation.parameters.items()
        if (parameter.place in ("header", "cookie") and name not in overlay.parameters and not parameter.required)
        or (parameter.place != "body" and parameter.wire.lower() in runtime)
    }
    operation = replace(
        operation, parameters={name: item for name, item in operation.parameters.items() if name not in left_out}
    )
    body = operation.body
    shape = BodyShape(
        form=body.form, media=body.media, required=body.required, whole=body.whole, parts=body.parts or {}
    )
    return ToolContract(
        name=operation.operation_id,
        system=overlay.system,
        server=system.server or operation.server,
        audience=system.audience,
        scope=overlay.scope or operation.operation_id,
        method=operation.method,
        path=operation.path,
        title=overlay.title or operation.summary or operation.operation_id.replace("_", " "),
        description=operation.description or operation.summary,
        overlay=overlay,
        parameters=operation.parameters,
        arguments_schema=operation.arguments_schema,
        body_schema=body.schema,
        result_schema=operation.result_schema,
        responses=operation.responses,
        body=shape if body.schema is not None else None,
        bearer=operation.bearer,
        keys=keys,
    )


def _note_unknown_files(folder: PackFolder, systems: Mapping[str, SystemSource]) -> None:
    documents = {system.document for system in systems.values()}
    for file in folder.files:
        if file not in documents and not _KNOWN.fullmatch(file):
            folder.wrong(file, "is no file of a pack and would be ignored; correct its name or remove it")


def _digest(contents: Mapping[str, bytes]) -> str:
    """SHA-256 over every file that was read: its name, its length and its bytes with \\n line ends, by name."""
    digest = hashlib.sha256()
    for name in sorted(contents):
        digest.update(f"{name}\0{len(contents[name])}\0".encode())
        digest.update(contents[name])
    return digest.hexdigest()
