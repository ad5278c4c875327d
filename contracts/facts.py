"""What does this request know, and from which authoritative read?"""

from datetime import datetime

from pydantic import JsonValue

from contracts.model import Contract


class Fact(Contract):
    """One typed value of a validated result: where it stands, whose it is, and since when it is known.

    `pointer` is the JSON pointer in the result; `owner` the customer id that the result names beside it; `as_of` aware.
    """

    key: str
    call_id: str
    tool: str
    pointer: str
    type: str
    value: JsonValue
    owner: str | None = None
    subject: str | None = None
    """What the value is about, where the pack says so: facts of one subject and type ought to agree."""
    as_of: datetime

    @property
    def record(self) -> tuple[str, str]:
        """What facts of one record share: the call and the pointer of the object around the value."""
        return self.call_id, self.pointer.rpartition("/")[0]

    @property
    def field(self) -> str:
        """The value's name in its record."""
        return self.pointer.rpartition("/")[2]


class Statement(Contract):
    """What one system says: the fact that holds it."""

    system: str
    fact: Fact
    counts: bool = False
    """The company declares this system authoritative for the fact's semantic type."""


class Contradiction(Contract):
    """What systems say differently of one subject, the authoritative one first."""

    subject: str
    type: str
    statements: tuple[Statement, ...]

    @property
    def key(self) -> str:
        """The same for the same contradiction, however often it is found."""
        said = sorted(f"{one.system}={one.fact.value!r}" for one in self.statements)
        return f"{self.type}:{self.subject}:{':'.join(said)}"

    @property
    def is_decided(self) -> bool:
        """Whether the company says which of the systems counts."""
        return any(one.counts for one in self.statements)
