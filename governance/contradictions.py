"""Which systems say different things of the same subject, and which of them counts?"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from pydantic import JsonValue

from contracts.facts import Contradiction, Fact, Statement
from contracts.tool import Authority
from governance.canonical import canonical_bytes
from governance.sources import ArgumentSource


def find_contradictions(
    facts: Sequence[Fact], systems: Mapping[str, str], authorities: Mapping[str, Authority]
) -> tuple[Contradiction, ...]:
    """Return what systems say differently: facts of one subject and semantic type whose values differ.

    `systems` names the system of each tool; what a tool that is unknown here has said counts no more. Of each system
    only its newest reading of the subject speaks, so that news is no contradiction; within one reading it may be. Times
    are compared as moments. Facts whose rule names no subject are about nothing that could be compared.
    """
    subjects: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        if fact.subject is not None and fact.tool in systems:
            subjects.setdefault((fact.type, fact.subject), []).append(fact)
    found = (_compare(subject, said, systems, authorities) for subject, said in subjects.items())
    return tuple(one for one in found if one is not None)


def _compare(
    subject: tuple[str, str], facts: list[Fact], systems: Mapping[str, str], authorities: Mapping[str, Authority]
) -> Contradiction | None:
    authority = authorities.get(subject[0])
    statements = [
        Statement(system=system, fact=fact, counts=authority is not None and system == authority.system)
        for system, said in _newest(facts, systems).items()
        for fact in said
    ]
    if len({_meaning(one.fact.value) for one in statements}) < 2:
        return None
    ordered = sorted(statements, key=lambda one: (not one.counts, one.system, one.fact.key))
    return Contradiction(type=subject[0], subject=subject[1], statements=tuple(ordered))


def _newest(facts: list[Fact], systems: Mapping[str, str]) -> dict[str, list[Fact]]:
    """Return what each system said in its newest reading, different values once."""
    readings: dict[str, list[Fact]] = {}
    for fact in sorted(facts, key=lambda fact: fact.as_of):
        said = readings.setdefault(systems[fact.tool], [])
        if said and said[0].call_id != fact.call_id:
            said.clear()
        if all(_meaning(fact.value) != _meaning(other.value) for other in said):
            said.append(fact)
    return readings


def _meaning(value: JsonValue) -> bytes:
    """Return what two values must share to say the same: moments in UTC, everything else its canonical JSON."""
    if isinstance(value, str) and "T" in value:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return canonical_bytes(value)
        if moment.tzinfo is not None:
            return canonical_bytes(moment.astimezone(UTC).isoformat())
    return canonical_bytes(value)


def find_disputed(
    contradictions: Sequence[Contradiction], arguments: Mapping[str, JsonValue], sources: Sequence[ArgumentSource] = ()
) -> Contradiction | None:
    """Return the first contradiction that a write with these arguments depends on, or None.

    It depends on one where an argument is what the contradiction is about, or rests on a value that is contradicted.
    """
    named = {value for value in arguments.values() if isinstance(value, str)}
    backing = {source.fact for source in sources if source.fact}
    for one in contradictions:
        if one.subject in named or any(statement.fact.key in backing for statement in one.statements):
            return one
    return None
