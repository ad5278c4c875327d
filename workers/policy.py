"""Do a pack's policies say what they should? `python -m workers policy check|test|explain DIR`."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pydantic import JsonValue, ValidationError

from contracts.pack import Pack
from contracts.principal import Acting
from contracts.scenario import CasePrincipal, PolicyCase
from governance.check_policies import policy_mistakes
from governance.explain_policy import Explanation, explain_policy
from governance.policy_text import split_rules
from governance.rights import Resource, Rights
from storage.pack_folder import PackErrors
from storage.packs import load_pack
from workers.settings import Settings

_FILE: Final = "policies.cedar"
_OF_NO_RULE: Final = frozenset({"not_permitted", "no_policies", "policy_error"})


def main(argv: Sequence[str]) -> int:
    """Run one command: 0, 1 for mistakes, failed cases or a call that is denied, 2 for a wrong call."""
    given = _parser().parse_args(argv)
    try:
        pack = load_pack(given.directory, Settings().pack_variables)
    except PackErrors as failed:
        for mistake in failed.mistakes:
            print(f"{given.directory / mistake.file}:{mistake.line}: {mistake.message}")
        return 1
    match given.command:
        case "check":
            return _check(pack, given.directory)
        case "test":
            return _test(pack)
        case _:
            return _explain(pack, given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m workers policy")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, told in (
        ("check", "syntax, notes, and what the pack's tools and principals have"),
        ("test", "run the pack's policy cases"),
        ("explain", "why a call is allowed or denied: a case of the pack, or one given here"),
    ):
        commands.add_parser(name, help=told).add_argument("directory", type=Path)
    explain = commands.choices["explain"]
    explain.add_argument("--case", help="the name of a policy case of the pack")
    explain.add_argument("--tool")
    explain.add_argument("--principal", type=json.loads, default={}, help='{"role": "customer", "customer_id": "C101"}')
    explain.add_argument("--resource", type=json.loads, default={}, help='e.g. {"owner": "C101"}')
    explain.add_argument("--context", type=json.loads, default={}, help='e.g. {"arguments": {…}}')
    return parser


def _check(pack: Pack, directory: Path) -> int:
    mistakes = policy_mistakes(pack.policies, pack.tools, pack.manifest.roles)
    for line, message in mistakes:
        print(f"{directory / _FILE}:{line}: {message}")
    if not mistakes:
        print(f"{pack.name}: {len(split_rules(pack.policies))} rules are in order for {len(pack.tools)} tools")
    return 1 if mistakes else 0


def _test(pack: Pack) -> int:
    """Every case must get its decision from its rule; a rule that no case expects is named."""
    rights, failed, decided = Rights(pack.policies, pack.digest[:12]), 0, set[str]()
    for case in pack.policy_cases:
        verdict = rights.decide(_acting(case), pack.tools[case.action], _resource(case), case.context)
        by = None if verdict.code in _OF_NO_RULE else verdict.code
        decided |= {by} if by else set()
        if (verdict.allowed, by) == (case.allowed, case.because) and verdict.code != "policy_error":
            continue
        failed += 1
        got = _say(verdict.allowed, verdict.code)
        print(f"FAILED {case.name}: expected {_say(case.allowed, case.because)}, got {got}")
    for rule in split_rules(pack.policies):
        if rule.id not in decided:
            print(f"no case is decided by {rule.id!r} ({_FILE}:{rule.line})")
    print(f"{pack.name}: {len(pack.policy_cases)} cases, {failed} failed")
    return 1 if failed else 0


def _say(allowed: bool, because: str | None) -> str:
    return f"{'allowed' if allowed else 'denied'} by {because or 'no rule'}"


def _acting(case: PolicyCase) -> Acting:
    return Acting(**case.principal.model_dump())


def _resource(case: PolicyCase) -> Resource:
    return Resource("r", case.resource)


def _explain(pack: Pack, given: argparse.Namespace) -> int:
    """Print the decision, the rules behind it and every attribute that they read."""
    case = _chosen(pack, given)
    if isinstance(case, str):
        print(case, file=sys.stderr)
        return 2
    tool = pack.tools[case.action]
    told = explain_policy(pack.policies, pack.digest[:12], _acting(case), tool, _resource(case), case.context)
    for line in _lines(case, told):
        print(line)
    return 0 if told.verdict.allowed else 1


def _chosen(pack: Pack, given: argparse.Namespace) -> PolicyCase | str:
    """The case to explain, or a sentence on what is wrong with the call."""
    if given.case is not None:
        named = [case for case in pack.policy_cases if case.name == given.case]
        return named[0] if named else f"The pack has no policy case {given.case!r}."
    if given.tool not in pack.tools:
        return f"Name a tool of the pack with --tool, or a case with --case; {given.tool!r} is none."
    try:
        principal = CasePrincipal.model_validate(given.principal)
        told = {"resource": given.resource, "context": given.context, "allowed": True}
        return PolicyCase.model_validate({"name": "given", "principal": principal, "action": given.tool, **told})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"


def _lines(case: PolicyCase, told: Explanation) -> list[str]:
    verdict = told.verdict
    lines = [f"{case.action}: {verdict.outcome} ({verdict.code}), policies {verdict.policy_version}"]
    lines += [f"  reason: {verdict.detail}"] if verdict.detail else []
    lines += [f"  advice: {verdict.advice}"] if verdict.advice else []
    for rule in told.rules:
        kind = "forbid" if rule.forbids else "permit"
        lines.append(f"  {kind} {rule.id}: {'holds' if rule.holds else 'does not hold'}")
        lines += [f"    {path} = {_shown(value)}" for path, value in rule.read.items()]
    return lines


def _shown(value: JsonValue | Mapping[str, JsonValue]) -> str:
    return value if isinstance(value, str) and value.startswith("(") else json.dumps(value)
