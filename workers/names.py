"""Which language model looks for names, where the operator has set one up?"""

import contextlib
import ipaddress
from collections.abc import AsyncGenerator
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx2

from activities.find_names import NameFinder
from contracts.errors import NotReady
from contracts.name_port import LocalNames, NamePort
from workers.names_process import NamesInProcess
from workers.settings import Settings, is_loopback

if TYPE_CHECKING:
    from openai import AsyncOpenAI

NO_KEY = "none"
"""What a server that wants no key is sent: the client library refuses to send nothing."""


@contextlib.asynccontextmanager
async def name_finder(settings: Settings) -> AsyncGenerator[NameFinder | None]:
    """The finder that the settings name, its model loaded; None where they name none.

    Raises NotReady where the model or its library is not there: who asked for one would else believe that it works.
    """
    if settings.names == "off":
        yield None
        return
    async with _port(settings) as port:
        yield NameFinder(
            port, within=settings.names_seconds, least=settings.names_score, required=settings.names_required
        )


@contextlib.asynccontextmanager
async def _port(settings: Settings) -> AsyncGenerator[NamePort]:
    if settings.names == "hosted":
        from activities.names_hosted import HostedNames

        async with hosted_client(settings) as client:
            yield HostedNames(client, _model(settings))
        return
    if settings.names == "spacy":
        load = partial(load_spacy, _model(settings))
    else:
        load = partial(load_gliner, settings.names_model, settings.names_score)
    local = NamesInProcess(load, loads_within=settings.names_load_seconds)
    async with contextlib.aclosing(local):
        await local.start()
        yield local


def load_spacy(model: str) -> LocalNames:
    """Load a pipeline of spaCy, in the process that asks it: no other one pays for the library."""
    from activities.names_spacy import SpacyNames

    return SpacyNames(model)


def load_gliner(model: str, least: float) -> LocalNames:
    """Load a model of GLiNER, in the process that asks it; without a name Presidio's default."""
    from activities.names_gliner import MODEL, GlinerNames

    return GlinerNames(model or MODEL, least)


@contextlib.asynccontextmanager
async def hosted_client(settings: Settings) -> AsyncGenerator["AsyncOpenAI"]:
    """A client of the operator's server for names. Raises NotReady where none is named, or all could read along.

    It is not meant to be the models' server: what that one gets is masked, and what this one gets is not. Nothing is
    retried, no proxy of the environment is used, and no redirect is followed.
    """
    url = settings.names_url
    if not url:
        raise NotReady(
            "HANDRAIL_NAMES=hosted needs HANDRAIL_NAMES_URL: the address of a server of yours, up to its `/v1`."
        )
    if not _is_closed(url):
        raise NotReady(
            f"HANDRAIL_NAMES_URL ({urlsplit(url).hostname}) would send customers' words in clear: use https, or a "
            "private address."
        )
    key = settings.names_api_key.get_secret_value() or NO_KEY
    async with httpx2.AsyncClient(trust_env=False, follow_redirects=False, timeout=settings.names_seconds) as http:
        from openai import AsyncOpenAI  # here: a gateway without such a model does not pay for the library

        yield AsyncOpenAI(base_url=url, api_key=key, max_retries=0, http_client=http)


def _model(settings: Settings) -> str:
    if not settings.names_model:
        raise NotReady(f"HANDRAIL_NAMES={settings.names} needs HANDRAIL_NAMES_MODEL: the name of the model.")
    return settings.names_model


def _is_closed(url: str) -> bool:
    """Whether nobody outside can read along: TLS, or a private address."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https" and host:
        return True
    try:
        return parts.scheme == "http" and ipaddress.ip_address(host).is_private
    except ValueError:
        return parts.scheme == "http" and is_loopback(host)
