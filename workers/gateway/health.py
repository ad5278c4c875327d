"""Is the gateway alive, ready, and how is it doing?"""

from datetime import timedelta
from typing import Any

import structlog
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from temporalio.service import RPCError

from storage.database import DATABASE_ERRORS
from workers.gateway.measured import forget_backlog, measure_backlog
from workers.gateway.service import TheService

log = structlog.get_logger(__name__)

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def ready(service: TheService, response: Response) -> dict[str, Any]:
    """PostgreSQL and Temporal answer; 503 names the one that does not."""
    checks = {"database": await _database(service), "temporal": await _temporal(service)}
    if not all(checks.values()):
        response.status_code = 503
    model = "stand-in model, not an LLM" if service.settings.uses_standin else "real models"
    return {"status": "ready" if all(checks.values()) else "not ready", "checks": checks, "model": model}


async def _database(service: TheService) -> bool:
    try:
        async with service.database.begin() as connection:
            await connection.execute(text("SELECT 1"))
    except DATABASE_ERRORS:
        return False
    return True


async def _temporal(service: TheService) -> bool:
    try:
        return await service.client.service_client.check_health(timeout=timedelta(seconds=2))
    except (RPCError, TimeoutError):
        return False


@router.get("/metrics")
async def metrics(service: TheService) -> Response:
    """Prometheus metrics of this process, and what waits in the database; without the latter where that is away."""
    try:
        await measure_backlog(service.database)
    except DATABASE_ERRORS as error:
        log.warning("backlog_not_measured", error=type(error).__name__)
        forget_backlog()
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
