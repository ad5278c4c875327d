"""Which settings does the demo airline have?"""

from datetime import timedelta
from typing import Annotated

from pydantic import AwareDatetime, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class AirlineSettings(BaseSettings):
    """Read once, by the command; the environment's names are the aliases."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True, env_ignore_empty=True)

    database_url: Annotated[str | None, Field(alias="DATABASE_URL")] = None
    now: Annotated[AwareDatetime | None, Field(alias="HANDRAIL_DEMO_NOW")] = None
    systems_secret: Annotated[SecretStr, Field(alias="HANDRAIL_SYSTEMS_SECRET", min_length=32)] = SecretStr(
        "northwind-development-secret-change-me"
    )
    admin_token: Annotated[SecretStr, Field(alias="HANDRAIL_DEMO_ADMIN_TOKEN", min_length=1)] = SecretStr("demo-admin")
    tracing_seconds: Annotated[float, Field(alias="HANDRAIL_DEMO_TRACING_SECONDS", ge=0)] = 86_400

    @property
    def tracing(self) -> timedelta:
        """How long the tracing of a bag takes."""
        return timedelta(seconds=self.tracing_seconds)
