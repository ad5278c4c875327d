"""Which failures of an activity are worth another try? A database that is away; anything unforeseen is not."""

from typing import Any

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from storage.database import is_away
from workers.logs import places_of

log = structlog.get_logger(__name__)


class FailClosed(Interceptor):
    """Lets Temporal retry what may heal by itself, and ends what would only fail again, counted and without text."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Put ourselves around every activity."""
        return _Guarded(next)


class _Guarded(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info = activity.info()
        try:
            return await self.next.execute_activity(input)
        except (ApplicationError, CancelledError):
            raise
        except Exception as error:  # noqa: BLE001 - the outermost edge: what is unforeseen is ended, not retried
            if is_away(error):
                log.warning("database_away", activity=info.activity_type, error=type(error).__name__)
                raise ApplicationError("the database cannot be reached", type="database.unreachable") from None
            log.error(
                "activity_failed", activity=info.activity_type, error=type(error).__name__, frames=places_of(error)
            )
            raise ApplicationError(
                f"{info.activity_type} failed: {type(error).__name__}", type="activity.broken", non_retryable=True
            ) from None
