"""Where do the master keys come from that wrap the customers' data keys? Settings, a file, or a key service."""

import base64
import binascii
import contextlib
from collections.abc import AsyncGenerator
from typing import Any

import httpx2

from contracts.errors import KeyMissing, NotReady
from storage.data_keys import LocalMasterKeys, MasterKeys, Wrapped
from workers.settings import Settings

WITHIN = 2.0
"""Seconds for one answer of the key service: without it no value can be opened, so nothing waits longer."""


@contextlib.asynccontextmanager
async def master_keys(settings: Settings) -> AsyncGenerator[MasterKeys]:
    """The master keys that the settings name. Raises NotReady where the file cannot be read or is empty."""
    if settings.vault_kms_url is None:
        yield LocalMasterKeys(*_secrets(settings))
        return
    token = settings.vault_kms_token.get_secret_value()
    async with httpx2.AsyncClient(
        base_url=settings.vault_kms_url, headers={"X-Vault-Token": token}, timeout=WITHIN, trust_env=False
    ) as http:
        yield TransitMasterKeys(http, settings.vault_kms_key)


def _secrets(settings: Settings) -> list[bytes]:
    if settings.vault_key_file is None:
        return [settings.vault_key.get_secret_value().encode(), *listed(settings.vault_old_keys.get_secret_value())]
    try:
        lines = settings.vault_key_file.read_text(encoding="utf-8").split()
    except OSError as error:
        raise NotReady(f"HANDRAIL_VAULT_KEY_FILE cannot be read: {error}") from error
    if not lines or min(len(line) for line in lines) < 32:
        raise NotReady(
            f"{settings.vault_key_file} must hold secrets of 32 characters or more, one a line, newest first."
        )
    return [line.encode() for line in lines]


def listed(secrets: str) -> list[bytes]:
    """Secrets separated by commas, as the settings for old keys have them."""
    return [part.strip().encode() for part in secrets.split(",") if part.strip()]


class TransitMasterKeys:
    """A key service with the transit interface of HashiCorp Vault and OpenBao: the master key never leaves it.

    https://developer.hashicorp.com/vault/api-docs/secret/transit. The version of the key stands in each ciphertext
    (`vault:v2:…`); rotation there makes a new version, which `python -m workers vault rotate` then wraps with.
    """

    def __init__(self, http: httpx2.AsyncClient, key: str) -> None:
        self._http = http
        self._key = key

    async def wrap(self, key: bytes, bound_to: str) -> Wrapped:
        """Encrypt under the service's newest version. Raises KeyMissing where the service refuses or is away."""
        body = {"plaintext": _encode(key), "associated_data": _encode(bound_to.encode())}
        answer = await self._ask("POST", f"/v1/transit/encrypt/{self._key}", body)
        sealed = str(answer.get("ciphertext", ""))
        return Wrapped(_master(self._key, sealed), sealed.encode())

    async def unwrap(self, wrapped: Wrapped, bound_to: str) -> bytes:
        """Decrypt. Raises KeyMissing where the service refuses, is away, or answers something else."""
        body = {"ciphertext": wrapped.sealed.decode(), "associated_data": _encode(bound_to.encode())}
        answer = await self._ask("POST", f"/v1/transit/decrypt/{self._key}", body)
        try:
            return base64.b64decode(str(answer.get("plaintext", "")), validate=True)
        except binascii.Error as error:
            raise KeyMissing("The key service answered something that is no key.") from error

    async def newest(self) -> str:
        """The name of the version that wraps now."""
        answer = await self._ask("GET", f"/v1/transit/keys/{self._key}", None)
        return f"{self._key}:v{answer.get('latest_version')}"

    async def _ask(self, method: str, path: str, body: dict[str, str] | None) -> dict[str, Any]:
        try:
            answer = await self._http.request(method, path, json=body)
            answer.raise_for_status()
            return dict(answer.json()["data"])
        except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
            raise KeyMissing(f"The key service does not answer for {self._key!r} ({type(error).__name__}).") from error


def _encode(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _master(key: str, ciphertext: str) -> str:
    version = ciphertext.split(":")[1] if ciphertext.count(":") >= 2 else "v0"
    return f"{key}:{version}"
