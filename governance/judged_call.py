"""What do the guards say of a proposed call: does it run, and who has to agree first?"""

from typing import Literal

from pydantic import Field, JsonValue

from contracts.model import Contract
from contracts.verdict import Verdict, combine
from governance.explain_error import ArgumentError
from governance.sources import ArgumentSource


class JudgedCall(Contract):
    """The verdicts in order, the bound arguments (tokens unresolved), where they come from, and who has to agree."""

    tool: str
    verdicts: tuple[Verdict, ...]
    arguments: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue])
    sources: tuple[ArgumentSource, ...] = ()
    errors: tuple[ArgumentError, ...] = ()
    confirms: bool = False
    needs_code: bool = False
    approver: str | None = None
    approvers: int = 1

    @property
    def verdict(self) -> Verdict:
        """The verdict that decides."""
        return combine(self.verdicts)

    @property
    def needs(self) -> Literal["none", "confirm", "approve"]:
        """Who has to agree before it runs. Meaningless for a call that is stopped."""
        return "approve" if self.approver else "confirm" if self.confirms or self.needs_code else "none"

    @property
    def observation(self) -> dict[str, JsonValue]:
        """What the model is told of a refusal: code, detail, advice and each mistake."""
        verdict = self.verdict
        error: dict[str, JsonValue] = {"code": verdict.code, "detail": verdict.detail}
        if verdict.advice:
            error["advice"] = verdict.advice
        if self.errors:
            error["errors"] = [{"pointer": mistake.pointer, "detail": mistake.detail} for mistake in self.errors]
        return {"error": error}
