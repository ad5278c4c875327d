"""Which call is to go wrong next, and how? A test or a demo plans it."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Mode = Literal["slow", "fail", "timeout_after_effect", "break_contract", "refuse"]


class Fault(BaseModel):
    """One planned fault.

    slow waits `delay_ms`, then works; fail answers `status` (503) without effect; timeout_after_effect does the work,
    waits `delay_ms` and answers 504; break_contract answers a body that its schema forbids; refuse answers `status`
    (409) with the code `problem`. `operation` null means every operation; `times` null means until the plan is cleared.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    system: str
    operation: str | None = None
    mode: Mode
    times: Annotated[int | None, Field(ge=1)] = 1
    delay_ms: Annotated[int | None, Field(ge=0, le=600_000)] = None
    status: Annotated[int | None, Field(ge=400, le=599)] = None
    problem: Annotated[str | None, Field(pattern="^[a-z_]+$")] = None
    detail: str | None = None

    @property
    def delay_seconds(self) -> float:
        """How long to wait: 1 s for slow and 60 s for timeout_after_effect unless the plan says otherwise."""
        default = 60_000 if self.mode == "timeout_after_effect" else 1_000
        return (default if self.delay_ms is None else self.delay_ms) / 1000


@dataclass(slots=True)
class FaultPlan:
    """The planned faults, first come first served; they live in this process only."""

    _planned: list[tuple[Fault, int | None]] = field(default_factory=list[tuple[Fault, int | None]])

    def add(self, fault: Fault) -> None:
        """Plan one more."""
        self._planned.append((fault, fault.times))

    def clear(self) -> None:
        """Forget every plan."""
        self._planned.clear()

    def planned(self) -> list[dict[str, object]]:
        """What is still to come."""
        return [{**fault.model_dump(), "times_left": left} for fault, left in self._planned]

    def take(self, system: str, operation: str) -> Fault | None:
        """The fault of this call, counted down; None when it is to work."""
        for index, (fault, left) in enumerate(self._planned):
            if fault.system == system and fault.operation in (None, operation):
                if left == 1:
                    del self._planned[index]
                elif left is not None:
                    self._planned[index] = (fault, left - 1)
                return fault
        return None
