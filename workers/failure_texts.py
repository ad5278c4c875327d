"""What does a history tell of an error? Its type and places, and a text only where we wrote it for a history."""

from temporalio.api.failure.v1 import Failure
from temporalio.converter import DefaultFailureConverter, PayloadConverter
from temporalio.exceptions import ApplicationError, FailureError


class QuietFailures(DefaultFailureConverter):
    """Temporal's converter, without the texts of all errors but Temporal's own classes.

    Others quote values: a validation error the answer of a system, a driver's error the row. An `ApplicationError` is
    raised for a history, with a constant text.
    """

    def to_failure(self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure) -> None:
        """Write an error, and what it came from, into a failure."""
        told = exception if isinstance(exception, FailureError) else _type_alone(exception)
        super().to_failure(told, payload_converter, failure)


class SealedFailures(QuietFailures):
    """The same, with texts and traces where the payload codec encrypts them."""

    def __init__(self) -> None:
        super().__init__(encode_common_attributes=True)


def _type_alone(error: BaseException) -> ApplicationError:
    name = type(error).__name__
    told = ApplicationError(name, type=name)
    told.__traceback__, told.__cause__, told.__context__ = error.__traceback__, error.__cause__, error.__context__
    told.__suppress_context__ = error.__suppress_context__
    return told
