"""Which settings does every demo company have?"""

from datetime import time
from typing import Annotated

from pydantic import AwareDatetime, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class DemoSettings(BaseSettings):
    """Read once, by the command; the environment's names are the aliases."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True, env_ignore_empty=True)

    database_url: Annotated[str | None, Field(alias="DATABASE_URL")] = None
    now: Annotated[AwareDatetime | time | None, Field(alias="HANDRAIL_DEMO_NOW")] = None
    jwks_url: Annotated[str | None, Field(alias="HANDRAIL_SYSTEMS_JWKS_URL")] = None
    admin_token: Annotated[SecretStr, Field(alias="HANDRAIL_DEMO_ADMIN_TOKEN", min_length=1)] = SecretStr("demo-admin")
