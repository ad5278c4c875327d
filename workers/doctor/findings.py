"""What was found, how bad is it, and what is to be done?"""

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Literal, Self

from contracts.errors import NotReady
from contracts.values import Frozen

Area = Literal[
    "environment", "settings", "names", "ports", "database", "temporal", "server settings", "workers", "packs", "models"
]
Level = Literal["ok", "note", "wrong"]
"""`note`: it works, and somebody should know; only `wrong` makes a machine unfit."""
_SIGNS = {"ok": "✓", "note": "!", "wrong": "✗"}


class Finding(Frozen):
    """One thing that was looked at: what is so, and, unless it is well, what to do next; one line each."""

    area: Area
    level: Level
    what: str
    todo: str = ""

    @classmethod
    def of(cls, area: Area, error: NotReady) -> Self:
        """What keeps a process from starting: its sentence says what is missing, then, behind a colon, what to do."""
        what, _, todo = one_line(str(error)).partition(": ")
        return cls(area=area, level="wrong", what=what, todo=todo)


def one_line(text: str) -> str:
    """The text with every break and run of blanks as one blank."""
    return " ".join(text.split())


def is_fit(findings: Sequence[Finding]) -> bool:
    """Whether nothing is wrong."""
    return all(finding.level != "wrong" for finding in findings)


def as_text(findings: Sequence[Finding]) -> str:
    """The findings for people, by area, with a verdict at the end."""
    lines: list[str] = []
    for area, found in groupby(findings, key=lambda finding: finding.area):
        lines.append(area)
        for finding in found:
            lines.append(f"  {_SIGNS[finding.level]} {finding.what}")
            lines += [f"      → {finding.todo}"] if finding.todo else []
    wrong = sum(finding.level == "wrong" for finding in findings)
    lines.append("Fit." if wrong == 0 else f"Not fit: {wrong} thing(s) to put right, marked ✗.")
    return "\n".join(lines)


def as_json(findings: Sequence[Finding]) -> str:
    """The findings for programs: `{"fit": bool, "findings": [{area, level, what, todo}]}`."""
    return json.dumps({"fit": is_fit(findings), "findings": [finding.model_dump() for finding in findings]}, indent=2)
