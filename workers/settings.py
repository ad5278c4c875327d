"""Which settings does a process run with? Read once, here; nothing else touches the environment."""

import ipaddress
import re
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from activities.egress import LOOPBACK, Egress
from contracts.errors import NotReady
from governance.budget import Budget

ROOT = Path(__file__).resolve().parents[1]
BANK_OFFSET = 21
"""The demo bank's port follows the gateway's, behind those of the runtimes' metrics."""
_PACK_NAME = re.compile("[a-z][a-z0-9_]*")
DEVELOPMENT_JWT = "handrail-development-jwt-secret-change-me-now"
DEVELOPMENT_VAULT = "handrail-development-vault-key-change-me-now!"
DEVELOPMENT_DIGEST = "handrail-development-digest-key-change-me-now!!"
DEVELOPMENT_SYSTEMS = "northwind-development-secret-change-me"
_LEAST_SECRET = 32


class Settings(BaseSettings):
    """Every setting of gateway and runtime; each stands in `.env.example` with its meaning and default."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        env_file=ROOT / ".env",
        env_ignore_empty=True,
        hide_input_in_errors=True,  # a secret that is too short would stand in the log of a process that does not start
    )

    database_url: str = Field(default="", alias="DATABASE_URL", repr=False)
    openai_api_key: SecretStr | None = Field(default=None, alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(default=None, alias="OPENAI_BASE_URL")
    standin_url: str | None = Field(default=None, alias="HANDRAIL_STANDIN_URL")
    messages_per_minute: int = Field(default=60, ge=0, alias="HANDRAIL_MESSAGES_PER_MINUTE")
    daily_budget_usd: float = Field(default=1.0, ge=0, alias="HANDRAIL_DAILY_BUDGET_USD")
    caller_budget_share: float = Field(default=0.25, gt=0, le=1, alias="HANDRAIL_CALLER_BUDGET_SHARE")
    visitors_budget_share: float = Field(default=0.5, gt=0, le=1, alias="HANDRAIL_VISITORS_BUDGET_SHARE")
    circuit_failures: int = Field(default=8, ge=1, alias="HANDRAIL_CIRCUIT_FAILURES")
    host: str = Field(default="127.0.0.1", alias="HANDRAIL_HOST")
    port: int = Field(default=8080, ge=0, le=65_535, alias="HANDRAIL_PORT")
    packs: str = Field(default="packs/airline:packs/bank", alias="HANDRAIL_PACKS")
    systems_url: str | None = Field(default=None, alias="HANDRAIL_SYSTEMS_URL")
    bank_url: str | None = Field(default=None, alias="HANDRAIL_BANK_URL")
    systems_secret: SecretStr = Field(
        default=SecretStr(DEVELOPMENT_SYSTEMS), alias="HANDRAIL_SYSTEMS_SECRET", min_length=_LEAST_SECRET
    )
    systems_other_secrets: SecretStr = Field(default=SecretStr(""), alias="HANDRAIL_SYSTEMS_OTHER_SECRETS")
    system_keys: dict[str, SecretStr] = Field(default={}, alias="HANDRAIL_SYSTEM_KEYS")
    private_systems: str = Field(default="", alias="HANDRAIL_PRIVATE_SYSTEMS")
    jwt_secret: SecretStr = Field(default=SecretStr(DEVELOPMENT_JWT), alias="HANDRAIL_JWT_SECRET")
    jwks_url: str | None = Field(default=None, alias="HANDRAIL_JWKS_URL")
    jwt_issuer: str = Field(default="handrail", alias="HANDRAIL_JWT_ISSUER")
    jwt_audience: str = Field(default="handrail", alias="HANDRAIL_JWT_AUDIENCE")
    vault_key: SecretStr = Field(default=SecretStr(DEVELOPMENT_VAULT), alias="HANDRAIL_VAULT_KEY")
    digest_key: SecretStr = Field(default=SecretStr(DEVELOPMENT_DIGEST), alias="HANDRAIL_DIGEST_KEY")
    vault_old_keys: SecretStr = Field(default=SecretStr(""), alias="HANDRAIL_VAULT_OLD_KEYS")
    vault_key_file: Path | None = Field(default=None, alias="HANDRAIL_VAULT_KEY_FILE")
    vault_kms_url: str | None = Field(default=None, alias="HANDRAIL_VAULT_KMS_URL")
    vault_kms_key: str = Field(default="handrail", alias="HANDRAIL_VAULT_KMS_KEY")
    vault_kms_token: SecretStr = Field(default=SecretStr(""), alias="HANDRAIL_VAULT_KMS_TOKEN")
    payload_key: SecretStr | None = Field(default=None, alias="HANDRAIL_PAYLOAD_KEY")
    payload_plain: bool = Field(default=False, alias="HANDRAIL_PAYLOAD_PLAIN")
    payload_old_keys: SecretStr = Field(default=SecretStr(""), alias="HANDRAIL_PAYLOAD_OLD_KEYS")
    temporal_ui_url: str | None = Field(default=None, alias="HANDRAIL_TEMPORAL_UI_URL")
    chat_origins: str = Field(default="", alias="HANDRAIL_CHAT_ORIGINS")
    metrics_port: int | None = Field(default=None, alias="HANDRAIL_METRICS_PORT")
    environment: Literal["development", "production"] = Field(default="development", alias="HANDRAIL_ENV")
    time_scale: float = Field(default=1.0, gt=0, alias="HANDRAIL_TIME_SCALE")
    pool_size: int = Field(default=10, ge=2, alias="HANDRAIL_DATABASE_POOL")
    statement_seconds: int = Field(default=10, ge=1, alias="HANDRAIL_DATABASE_SECONDS")
    names: Literal["off", "spacy", "gliner", "hosted"] = Field(default="off", alias="HANDRAIL_NAMES")
    names_model: str = Field(default="", alias="HANDRAIL_NAMES_MODEL")
    names_url: str | None = Field(default=None, alias="HANDRAIL_NAMES_URL")
    names_api_key: SecretStr = Field(default=SecretStr(""), alias="HANDRAIL_NAMES_API_KEY")
    names_seconds: float = Field(default=1.0, gt=0, le=4, alias="HANDRAIL_NAMES_SECONDS")
    names_load_seconds: float = Field(default=300, gt=0, alias="HANDRAIL_NAMES_LOAD_SECONDS")
    names_score: float = Field(default=0.5, ge=0, le=1, alias="HANDRAIL_NAMES_SCORE")
    names_required: bool = Field(default=False, alias="HANDRAIL_NAMES_REQUIRED")
    pii_processes: int = Field(default=1, ge=1, le=16, alias="HANDRAIL_PII_PROCESSES")

    @field_validator("systems_other_secrets")
    @classmethod
    def _none_is_guessed(cls, given: SecretStr) -> SecretStr:
        if any(len(part.strip()) < _LEAST_SECRET for part in given.get_secret_value().split(",") if part.strip()):
            raise ValueError(f"each secret has {_LEAST_SECRET} signs or more: its public key is served to everybody")
        return given

    @property
    def uses_standin(self) -> bool:
        """Without a key and without a server of one's own the stand-in answers."""
        return self.openai_api_key is None and self.openai_base_url is None

    @property
    def model_url(self) -> str | None:
        """The base URL of the models' server; None is OpenAI's own."""
        if self.openai_base_url or not self.uses_standin:
            return self.openai_base_url
        return self.standin_url or f"http://127.0.0.1:{self.port + 4}/v1"

    @property
    def model_key(self) -> str:
        """The key sent to the models' server."""
        return self.openai_api_key.get_secret_value() if self.openai_api_key else "sk-stand-in"

    @property
    def budget(self) -> Budget:
        """A day's spending on models in micro-USD, and whose it is; the stand-in's calls are not billed."""
        return Budget(
            daily_micro=round(self.daily_budget_usd * 1_000_000),
            caller_share=self.caller_budget_share,
            visitors_share=self.visitors_budget_share,
        )

    @cached_property
    def pack_folders(self) -> tuple[Path, ...]:
        """The packs' folders; relative ones count from the project's root."""
        named = self.pack_names
        return tuple((ROOT / part).resolve() for part in self.packs.split(":") if part and part not in named)

    @property
    def pack_names(self) -> tuple[str, ...]:
        """Packs that are named without a folder: the database has them. A folder of that name comes first."""
        parts = [part for part in self.packs.split(":") if part]
        return tuple(part for part in parts if _PACK_NAME.fullmatch(part) and not (ROOT / part).is_dir())

    @property
    def pack_variables(self) -> dict[str, str]:
        """What `${…}` in a pack's server addresses stands for."""
        return {
            "HANDRAIL_SYSTEMS_URL": self.systems_url or f"http://127.0.0.1:{self.port + 3}",
            "HANDRAIL_BANK_URL": self.bank_url or f"http://127.0.0.1:{self.port + BANK_OFFSET}",
        }

    @cached_property
    def allowed_origins(self) -> tuple[str, ...]:
        """The web origins whose pages may embed the chat. Raises NotReady for one that is none, such as `*`."""
        origins = tuple(part.strip().rstrip("/") for part in self.chat_origins.split(",") if part.strip())
        for origin in origins:
            if not re.fullmatch(r"https?://[^/?#@*\s]+", origin):
                raise NotReady(
                    f"HANDRAIL_CHAT_ORIGINS names {origin!r}, which is no origin; write them as https://shop.example, "
                    "separated by commas."
                )
        return origins

    @property
    def temporal_ui_origin(self) -> str | None:
        """The origin of Temporal's pages, which may call the codec; None where no address is set or it is none."""
        parts = urlsplit(self.temporal_ui_url or "")
        return (
            f"{parts.scheme}://{parts.netloc.lower()}" if parts.scheme in ("http", "https") and parts.netloc else None
        )

    @property
    def delegation_secrets(self) -> tuple[str, ...]:
        """Whose public keys company systems are told of: the one that signs, then the next and the last."""
        others = (part.strip() for part in self.systems_other_secrets.get_secret_value().split(","))
        return (self.systems_secret.get_secret_value(), *(part for part in others if part))

    @property
    def egress(self) -> Egress:
        """Which private addresses company systems may have: those listed, and in private this machine's own.

        Raises NotReady naming a network that is none.
        """
        listed = self.private_systems or (LOOPBACK if self.is_private else "")
        try:
            return Egress.parse(listed)
        except ValueError as error:
            raise NotReady(f"HANDRAIL_PRIVATE_SYSTEMS: {error}; write networks or host names.") from error

    @property
    def is_private(self) -> bool:
        """Whether only this machine reaches the process, and nobody called it production."""
        return self.environment == "development" and is_loopback(self.host)

    @property
    def serves_demo(self) -> bool:
        """Whether the demonstration's tokens for everybody are given out: in private, with keys of our own."""
        return self.is_private and self.jwks_url is None

    def insecure_defaults(self) -> list[str]:
        """Settings that still have a development secret, which everybody can read in this file."""
        pairs = {
            "HANDRAIL_JWT_SECRET": (self.jwt_secret, DEVELOPMENT_JWT),
            "HANDRAIL_VAULT_KEY": (self.vault_key, DEVELOPMENT_VAULT),
            "HANDRAIL_DIGEST_KEY": (self.digest_key, DEVELOPMENT_DIGEST),
            "HANDRAIL_SYSTEMS_SECRET": (self.systems_secret, DEVELOPMENT_SYSTEMS),
        }
        if self.jwks_url is not None:
            del pairs["HANDRAIL_JWT_SECRET"]
        if self.vault_kms_url is not None or self.vault_key_file is not None:
            del pairs["HANDRAIL_VAULT_KEY"]
        return [name for name, (value, default) in pairs.items() if value.get_secret_value() == default]


def require_safe_secrets(settings: Settings) -> None:
    """Raise NotReady, naming the variables, where others could reach a process that has development secrets."""
    names = [] if settings.is_private else settings.insecure_defaults()
    if names:
        where = "HANDRAIL_ENV is production" if settings.environment == "production" else "others may reach it"
        raise NotReady(
            f"Set {', '.join(names)} to secrets of your own (`openssl rand -hex 32`): {where} (HANDRAIL_HOST is "
            f"{settings.host!r}), and the development's secrets are public."
        )


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
