"""Do the files of a pack agree with each other? What one file names must be there in another."""

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from pydantic import ValidationError

from contracts.flow import CallStep, GatherStep, Step
from contracts.formula import FactPath, paths_of
from contracts.pack import Pack
from contracts.personal import KINDS
from contracts.scenario import Scenario, ScenarioFile
from contracts.tool import Invocation, ToolContract
from governance.check_policies import rule_mistakes
from governance.sources import is_for_the_runtime
from storage.pack_cards import check_confirmation
from storage.pack_folder import PackFolder
from storage.pack_pointers import find_schema
from storage.pack_shows import check_media, media_mistakes
from storage.template_checks import template_mistakes

_ID: Final = re.compile(r'@id\("([^"]+)"\)')


def check_pack(pack: Pack, folder: PackFolder) -> None:
    """Note every disagreement between the pack's files as a mistake of the folder."""
    _check_manifest(pack, folder)
    _check_intents(pack, folder)
    for tool in pack.tools.values():
        _check_address(tool, folder)
        _check_parameters(tool, pack, folder)
        _check_pointers(tool, folder)
        check_confirmation(tool, pack, folder)
        _check_personal(tool, pack, folder)
        _check_invocations(tool, pack, folder)
    _check_authorities(pack, folder)
    _check_flows(pack, folder)
    _check_policies(pack, folder)
    _check_facts(pack, folder)
    check_media(pack, folder)
    _check_scenarios(pack, folder)


def _check_manifest(pack: Pack, folder: PackFolder) -> None:
    authentication = pack.manifest.authentication
    if authentication is not None:
        tool = pack.tools.get(authentication.tool)
        if tool is None:
            told = f"authentication: no tool {authentication.tool!r} in tools.yaml"
            folder.wrong("pack.yaml", told, "authentication", "tool")
            return
        for slot in authentication.slots:
            if slot not in tool.parameters:
                told = f"authentication: {tool.name!r} takes no argument {slot!r}"
                folder.wrong("pack.yaml", told, "authentication", "slots", slot)
        for key, pointer in (("customer", authentication.customer), ("reservation", authentication.reservation)):
            if not find_schema(tool.result_schema, pointer):
                told = f"authentication: the answer of {tool.name!r} has nothing at {pointer!r}"
                folder.wrong("pack.yaml", told, "authentication", key)
    _check_step_up(pack, folder)
    for locale in pack.voice.wording:
        if locale not in pack.manifest.locales:
            folder.wrong("voice.yaml", f"locale {locale!r} is not one of pack.yaml's locales", "wording", locale)


def _check_step_up(pack: Pack, folder: PackFolder) -> None:
    step_up = pack.manifest.step_up
    if step_up is None:
        return
    for told in invocation_mistakes(step_up.tool, step_up.arguments, pack):
        folder.wrong("pack.yaml", f"step_up: {told}", "step_up", "tool")
    tool = pack.tools.get(step_up.tool)
    if tool is None:
        return
    if not is_for_the_runtime(tool) or not tool.identity_arguments:
        told = f"step_up: {tool.name!r} must bind the customer as `identity` and leave the code `computed`"
        folder.wrong("pack.yaml", told, "step_up", "tool")
    if step_up.sent_to is not None and not find_schema(tool.result_schema, step_up.sent_to):
        told = f"step_up: the answer of {tool.name!r} has nothing at {step_up.sent_to!r}"
        folder.wrong("pack.yaml", told, "step_up", "sent_to")


def _check_intents(pack: Pack, folder: PackFolder) -> None:
    seen: dict[str, str] = {}
    for name, intent in pack.intents.items():
        if intent.flow is not None and intent.flow not in pack.flows:
            told = f"{name}: no flow {intent.flow!r}; write flows/{intent.flow}.yaml or correct the name"
            folder.wrong("intents.yaml", told, name, "flow")
        for position, example in enumerate(intent.examples):
            key = " ".join(example.lower().split())
            if key in seen:
                told = f"{name}: {example!r} is an example of {seen[key]!r} too; keep one"
                folder.wrong("intents.yaml", told, name, "examples", position)
            seen[key] = name


def _check_address(tool: ToolContract, folder: PackFolder) -> None:
    place = ("systems", tool.system)
    if not tool.server.startswith(("http://", "https://", "${")):
        told = f"{tool.name}: its document names no whole address ({tool.server!r}); add `server:` to the system"
        folder.wrong("tools.yaml", told, *place)
    for key in tool.keys:
        if not key.key:
            told = f"{tool.name}: its document asks for {key.scheme!r}; name its key: `keys: {{{key.scheme}: …}}`"
            folder.wrong("tools.yaml", told, *place)


def _check_parameters(tool: ToolContract, pack: Pack, folder: PackFolder) -> None:
    def wrong(message: str, *place: str | int) -> None:
        folder.wrong("tools.yaml", f"{tool.name}: {message}", "tools", tool.name, *place)

    for name in tool.parameters:
        if name not in tool.overlay.parameters:
            wrong(f"argument {name!r} has no source; add it under `parameters:`", "parameters")
    for name, overlay in tool.overlay.parameters.items():
        if name not in tool.parameters:
            wrong(f"the operation takes no argument {name!r}; correct the name", "parameters", name)
        if overlay.source == "identity" and name not in pack.manifest.identity:
            wrong(
                f"{name!r} is bound from the session, but pack.yaml's `identity` does not name it", "parameters", name
            )
        if overlay.hole is not None:
            filler = pack.tools.get(overlay.hole.tool)
            if filler is None or not find_schema(filler.result_schema, "/" + overlay.hole.field.replace(".", "/")):
                wrong(f"no tool {overlay.hole.tool!r} answers {overlay.hole.field!r}", "parameters", name, "hole")
        for path in paths_of(overlay.formula) if overlay.formula is not None else ():
            _check_path(tool, path, pack, wrong, "parameters", name, "formula")
    for name, path in tool.overlay.about.items():
        _check_path(tool, path, pack, wrong, "about", name)
    if tool.is_write and tool.method == "GET":
        wrong("a write cannot be a GET; correct `kind` or the document", "kind")
    if tool.is_write and tool.overlay.idempotency is None and tool.overlay.read_back is None:
        wrong("a write needs `idempotency` or `read_back`, else a lost answer stays uncertain", "kind")


def _check_path(tool: ToolContract, path: FactPath, pack: Pack, wrong: Callable[..., None], *place: str | int) -> None:
    """A path starts at another argument whose type is known, and goes through types that some tool's facts have."""
    start = tool.overlay.parameters.get(path.argument)
    if start is None or start.type is None or start.formula is not None:
        wrong(f"{path.argument!r} is no argument with a type to start from", *place)
    known = {fact.type for other in pack.tools.values() for fact in other.overlay.facts}
    for kind in path.through:
        if kind not in known:
            wrong(f"no tool's facts have the type {kind!r}", *place)


def _check_pointers(tool: ToolContract, folder: PackFolder) -> None:
    places: list[tuple[str, tuple[str | int, ...]]] = []
    for position, fact in enumerate(tool.overlay.facts):
        places.append((fact.pointer, ("facts", position, "pointer")))
        if fact.owner is not None:
            places.append((fact.owner, ("facts", position, "owner")))
        if fact.subject is not None:
            places.append((fact.subject, ("facts", position, "subject")))
    for position, personal in enumerate(tool.overlay.personal):
        places.append((personal.pointer, ("personal", position, "pointer")))
    places.extend((pointer, ("echo", name)) for name, pointer in tool.overlay.echo.items())
    if tool.overlay.follow_up is not None:
        places.extend((pointer, ("follow_up",)) for pointer in tool.overlay.follow_up.arguments.values())
    for pointer, place in places:
        if not find_schema(tool.result_schema, pointer):
            told = f"{tool.name}: the answer has nothing at {pointer!r}; correct the pointer"
            folder.wrong("tools.yaml", told, "tools", tool.name, *place)


def _check_authorities(pack: Pack, folder: PackFolder) -> None:
    """A system that counts for a semantic type says it somewhere, of a subject; else nothing could be compared."""
    for kind, authority in pack.authorities.items():
        systems = {
            tool.system
            for tool in pack.tools.values()
            for rule in tool.overlay.facts
            if rule.type == kind and rule.subject is not None
        }
        if authority.system not in systems:
            told = f"authorities: no tool of {authority.system!r} has a fact of type {kind!r} with a `subject`"
            folder.wrong("tools.yaml", told, "authorities", kind, "system")


def _check_invocations(tool: ToolContract, pack: Pack, folder: PackFolder) -> None:
    overlay = tool.overlay
    invocations: list[tuple[str, Invocation | None]] = [
        ("read_back", overlay.read_back),
        ("compensation", overlay.compensation),
    ]
    if overlay.follow_up is not None:
        follow_up = Invocation(tool=overlay.follow_up.tool, arguments=dict(overlay.follow_up.arguments))
        invocations.append(("follow_up", follow_up))
    for key, invocation in invocations:
        if invocation is not None:
            for told in invocation_mistakes(invocation.tool, invocation.arguments, pack):
                folder.wrong("tools.yaml", f"{tool.name}: {key}: {told}", "tools", tool.name, key)
    read = pack.tools.get(overlay.follow_up.tool) if overlay.follow_up else None
    if overlay.follow_up and read and not find_schema(read.result_schema, overlay.follow_up.until.pointer):
        told = f"{tool.name}: the answer of {read.name!r} has nothing at {overlay.follow_up.until.pointer!r}"
        folder.wrong("tools.yaml", told, "tools", tool.name, "follow_up", "until")


def invocation_mistakes(name: str, arguments: Iterable[str], pack: Pack) -> list[str]:
    """Return what is wrong with calling this tool with arguments of these names; identity is bound, not given."""
    tool = pack.tools.get(name)
    if tool is None:
        return [f"no tool {name!r} in tools.yaml"]
    given = set(arguments) | set(tool.identity_arguments)
    extra = [f"{name!r} takes no argument {argument!r}" for argument in sorted(given - set(tool.parameters))]
    required = {argument for argument, parameter in tool.parameters.items() if parameter.required}
    return extra + [f"{name!r} needs the argument {argument!r}" for argument in sorted(required - given)]


def _check_personal(tool: ToolContract, pack: Pack, folder: PackFolder) -> None:
    known = KINDS | {code.kind for code in pack.manifest.personal_codes}
    for position, personal in enumerate(tool.overlay.personal):
        if personal.kind not in known:
            told = f"{tool.name}: no kind {personal.kind!r}; there are {', '.join(sorted(known))}, or declare it in"
            folder.wrong("tools.yaml", f"{told} pack.yaml's `personal_codes`", "tools", tool.name, "personal", position)


def _check_flows(pack: Pack, folder: PackFolder) -> None:
    for name, flow in pack.flows.items():
        for position, step in enumerate(flow.steps):
            for told in _step_mistakes(step, pack):
                folder.wrong(f"flows/{name}.yaml", f"{step.name}: {told}", "steps", position)
        for position, told in template_mistakes(flow, pack):
            folder.wrong(f"flows/{name}.yaml", told, "steps", position)


def _step_mistakes(step: Step, pack: Pack) -> Iterator[str]:
    yield from media_mistakes(step, pack)
    if isinstance(step, CallStep):
        yield from invocation_mistakes(step.tool, step.arguments, pack)
    for read in step.reads if isinstance(step, GatherStep) else ():
        yield from invocation_mistakes(read.tool, read.arguments, pack)
        if read.tool in pack.tools and pack.tools[read.tool].is_write:
            yield f"{read.tool!r} is a write; only reads run at once, a write is a step of its own"


def _check_policies(pack: Pack, folder: PackFolder) -> None:
    for line, told in rule_mistakes(pack.policies, pack.tools):
        folder.wrong("policies.cedar", told, line)


def _check_facts(pack: Pack, folder: PackFolder) -> None:
    for name, fact in pack.facts.items():
        if fact.valid_from and fact.valid_to and fact.valid_to < fact.valid_from:
            told = f"{name}: ends before it starts; correct valid_from or valid_to"
            folder.wrong("facts.yaml", told, name, "valid_to")


def _check_scenarios(pack: Pack, folder: PackFolder) -> None:
    rules = set(_ID.findall(pack.policies))
    for file, cases in _read_cases(folder).items():
        for position, case in enumerate(cases.policies):
            place = ("policies", position)
            if case.action not in pack.tools:
                told = f"{case.name!r} names the tool {case.action!r}, which tools.yaml does not have"
                folder.wrong(file, told, *place, "action")
            if case.because is not None and case.because not in rules:
                told = f"{case.name!r} names the rule {case.because!r}, which policies.cedar does not have"
                folder.wrong(file, told, *place, "because")
        for position, scenario in enumerate(cases.scenarios):
            _check_scenario(pack, folder, file, scenario, ("scenarios", position))


def _check_scenario(
    pack: Pack, folder: PackFolder, file: str, scenario: Scenario, place: tuple[str | int, ...]
) -> None:
    if scenario.intent is not None and scenario.intent not in pack.intents:
        told = f"{scenario.name!r} names the intent {scenario.intent!r}, which intents.yaml does not have"
        folder.wrong(file, told, *place, "intent")
    for number, expected in enumerate(scenario.ledger):
        if expected.tool not in pack.tools:
            told = f"{scenario.name!r} names the tool {expected.tool!r}, which tools.yaml does not have"
            folder.wrong(file, told, *place, "ledger", number, "tool")


def _read_cases(folder: PackFolder) -> dict[str, ScenarioFile]:
    """The cases of every file in `tests` that is in order, by file."""
    found: dict[str, ScenarioFile] = {}
    for file in folder.names("tests", ".yaml"):
        if file in folder.located:
            with contextlib.suppress(ValidationError):  # told when it was read
                found[file] = ScenarioFile.model_validate(folder.located[file].data)
    return found
