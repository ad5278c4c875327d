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
    as_of: datetime

    @property
    def record(self) -> tuple[str, str]:
        """What facts of one record share: the call and the pointer of the object around the value."""
        return self.call_id, self.pointer.rpartition("/")[0]

    @property
    def field(self) -> str:
        """The value's name in its record."""
        return self.pointer.rpartition("/")[2]
