"""Which HTTP client speaks with a tier's server, and with whose key?"""

from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx2
from openai import AsyncOpenAI

from contracts.errors import ModelFailed
from contracts.pack import ModelTier

DEFAULT_KEY = "OPENAI_API_KEY"
OPENAI_HOSTS = (".openai.com", ".openai.azure.com")
NO_KEY = "none"
"""What a server of one's own is sent where the pack names no key for it: never the default server's key."""


class ModelClients:
    """One client per server and key, without retries of its own: Temporal is the one owner of retries."""

    def __init__(
        self,
        api_key: str,
        base_url: str | None,
        keys: Mapping[str, str] | None = None,
        http: httpx2.AsyncClient | None = None,
    ) -> None:
        self._key = api_key
        self._base_url = base_url
        self._keys = keys or {}
        self._http = http
        self._clients: dict[tuple[str | None, str], AsyncOpenAI] = {}

    def of(self, tier: ModelTier) -> AsyncOpenAI:
        """The client for this tier's server. Raises ModelFailed where its key was not there at the start."""
        url, key = self._url_of(tier), self._key_of(tier)
        if (url, key) not in self._clients:
            client = AsyncOpenAI(api_key=key, base_url=url, max_retries=0, http_client=self._http)
            self._clients[url, key] = client
        return self._clients[url, key]

    def speaks_with_openai(self, tier: ModelTier) -> bool:
        """Whether this tier's server is OpenAI's own, which alone is known to take all of its parameters."""
        url = self._url_of(tier)
        return url is None or (urlsplit(url).hostname or "").endswith(OPENAI_HOSTS)

    def _url_of(self, tier: ModelTier) -> str | None:
        return tier.base_url or self._base_url

    def _key_of(self, tier: ModelTier) -> str:
        if tier.key_env is not None and tier.key_env != DEFAULT_KEY:
            if tier.key_env not in self._keys:
                raise ModelFailed("model.no_key", f"{tier.key_env} was not set at the start", retryable=False)
            return self._keys[tier.key_env]
        return self._key if tier.base_url is None else NO_KEY

    async def close(self) -> None:
        """Close every client."""
        for client in self._clients.values():
            await client.close()
