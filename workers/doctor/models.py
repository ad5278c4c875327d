"""Does each model's server answer, take our key, and have the model?"""

from collections.abc import Iterable
from datetime import timedelta

import openai

from activities.model_clients import ModelClients
from contracts.errors import ModelFailed, NotReady
from contracts.pack import ModelTier, Pack
from workers.dev.places import DevSettings
from workers.doctor.findings import Finding
from workers.model_keys import read_model_keys

_WAIT = timedelta(seconds=8)


async def check_models(settings: DevSettings, packs: Iterable[Pack]) -> list[Finding]:
    """Ask each provider of these packs once which models it has. Its answer costs nothing."""
    packs = list(packs)
    clients = ModelClients(settings.model_key, settings.model_url, _keys(packs))
    wanted: dict[str, list[ModelTier]] = {}
    for tier in (tier for pack in packs for tier in pack.manifest.tiers.values()):
        wanted.setdefault(tier.provider, []).append(tier)
    try:
        return [one for name, tiers in sorted(wanted.items()) for one in await _check(settings, clients, name, tiers)]
    finally:
        await clients.close()


def _keys(packs: list[Pack]) -> dict[str, str]:
    keys: dict[str, str] = {}
    for pack in packs:
        try:
            keys |= read_model_keys([pack])
        except NotReady:
            continue  # told of the packs, with the variable's name; its tier fails below
    return keys


async def _check(settings: DevSettings, clients: ModelClients, name: str, tiers: list[ModelTier]) -> list[Finding]:
    try:
        client = clients.of(tiers[0])
    except ModelFailed as error:
        return [_wrong(f"{name}: {error}", "set it in the environment or .env, and start the workers again")]
    who = f"{name} at {client.base_url.host}"
    if settings.uses_standin and tiers[0].base_url is None:
        who = f"the stand-in, not an LLM, at {client.base_url.netloc.decode()}"
    try:
        offered = {model.id async for model in client.with_options(timeout=_WAIT.total_seconds()).models.list()}
    except openai.OpenAIError as error:
        return [_failed(settings, who, tiers[0], error)]
    return [_compare(who, tiers, offered)] if offered else [_silent(who)]


def _failed(settings: DevSettings, who: str, tier: ModelTier, error: openai.OpenAIError) -> Finding:
    key = tier.key_env or "OPENAI_API_KEY"
    match error:
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return _wrong(f"{who} does not accept the key (HTTP {error.status_code})", f"correct {key}")
        case openai.NotFoundError():
            return _silent(who)
        case openai.APIStatusError():
            todo = "see its status page or log; the workers go on without it and come back by themselves"
            return _wrong(f"{who} answers HTTP {error.status_code}", todo)
        case _:
            if settings.uses_standin and tier.base_url is None:
                todo = "start it (`make run`, or `python -m demo.standin --port …`), or set OPENAI_API_KEY"
            else:
                todo = f"start it, or correct {'base_url in pack.yaml' if tier.base_url else 'OPENAI_BASE_URL'}"
            return _wrong(f"{who} cannot be reached ({type(error).__name__})", todo)


def _silent(who: str) -> Finding:
    todo = "see that the models of pack.yaml's tiers are there"
    return Finding(area="models", level="note", what=f"{who} answers, and does not list its models", todo=todo)


def _compare(who: str, tiers: list[ModelTier], offered: set[str]) -> Finding:
    models = sorted({tier.model for tier in tiers})
    missing = [model for model in models if model not in offered]
    if missing:
        some = ", ".join(sorted(offered)[:5])
        return _wrong(f"{who} has no model {', '.join(missing)}", f"correct `model` in pack.yaml; it has {some}, …")
    return Finding(area="models", level="ok", what=f"{who}: reachable, key accepted, has {', '.join(models)}")


def _wrong(what: str, todo: str) -> Finding:
    return Finding(area="models", level="wrong", what=what, todo=todo)
