"""What can fail, and under which stable code?"""


class HandrailError(Exception):
    """A failure with a stable `code`; its message names the value and says what to do next."""

    code = "handrail.error"


class NotReady(HandrailError):
    """Something Handrail needs is not there: a server, a migration, a pack, a key."""

    code = "handrail.not_ready"


class StoredDifferently(HandrailError):
    """An entry that must be deterministic is already stored with another digest."""

    code = "handrail.stored_differently"


class Refused(HandrailError):
    """A request to the API is refused. `status` is the HTTP status, `code` ends the problem's type URI."""

    def __init__(self, status: int, code: str, detail: str, *, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.retry_after = retry_after


class ModelFailed(HandrailError):
    """A model call failed. `retry_after` is what the provider asked for, in seconds."""

    code = "model.failed"

    def __init__(self, code: str, message: str, *, retryable: bool, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.retryable = retryable
        self.retry_after = retry_after


class KeyMissing(HandrailError):
    """A sealed value cannot be opened: its key is not configured, was destroyed, or did not seal it for this place."""

    code = "vault.key_missing"
