"""Do the settings say what somebody meant: names that exist, values that hold, secrets of one's own?"""

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from dotenv import dotenv_values
from pydantic import ValidationError

from contracts.errors import NotReady
from workers.dev.places import DevSettings
from workers.doctor.findings import Finding, one_line
from workers.keys import master_keys
from workers.settings import ROOT

_NAME = re.compile(r"\b(?:HANDRAIL|OPENAI|DATABASE)_[A-Z_]+\b")
_OTHERS = re.compile(r"TEMPORAL_[A-Z_]+|[A-Z][A-Z0-9_]*_API_KEY|STUB_[A-Z_]+")
"""Read by Temporal's own clients, named by packs, or of our tests."""


def check_names(environment: Mapping[str, str] = os.environ, folder: Path = ROOT) -> list[Finding]:
    """Every name of ours that no process reads, in `.env` and in the environment: a typo is silent otherwise."""
    known = {str(field.alias) for field in DevSettings.model_fields.values()}
    known |= set(_NAME.findall((ROOT / ".env.example").read_text(encoding="utf-8")))
    in_file = dict.fromkeys(dotenv_values(folder / ".env"), ".env")
    in_environment = {name: "the environment" for name in environment if name.startswith("HANDRAIL_")}
    return [
        Finding(
            area="settings", level="wrong", what=f"{where} sets {name}, which nothing reads", todo=_advise(name, known)
        )
        for name, where in sorted({**in_file, **in_environment}.items())
        if name not in known and not _OTHERS.fullmatch(name)
    ]


def _advise(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), 1)
    return f"{near[0]} is meant, or remove it" if near else "remove it; `.env.example` lists every name"


def broken_values(error: ValidationError) -> list[Finding]:
    """The settings that have no value of their kind; never the value, which may be a secret."""
    return [
        Finding(
            area="settings",
            level="wrong",
            what=f"{mistake['loc'][0]} is wrong ({one_line(mistake['msg'])})",
            todo="correct it in the environment or .env; `.env.example` explains it",
        )
        for mistake in error.errors(include_input=False, include_url=False)
    ]


async def check_settings(settings: DevSettings, environment: Mapping[str, str] = os.environ) -> list[Finding]:
    """Secrets that everybody knows, a proxy that nobody named, networks that are none, keys that cannot be read."""
    found = [*_check_secrets(settings), *_check_proxy(settings, environment)]
    try:
        _ = settings.egress
        async with master_keys(settings):
            pass
    except NotReady as error:
        found.append(Finding.of("settings", error))
    return found or [Finding(area="settings", level="ok", what="every secret is of your own")]


def _check_proxy(settings: DevSettings, environment: Mapping[str, str]) -> Iterator[Finding]:
    if not settings.is_private and "FORWARDED_ALLOW_IPS" not in environment:
        told = "FORWARDED_ALLOW_IPS is not set: behind a proxy of another machine all visitors are one caller"
        yield Finding(area="settings", level="note", what=told, todo="name your proxy in it, where there is one")


def _check_secrets(settings: DevSettings) -> Iterator[Finding]:
    names = settings.insecure_defaults()
    if not names:
        return
    where = (
        "HANDRAIL_ENV is production" if settings.environment == "production" else f"HANDRAIL_HOST is {settings.host}"
    )
    told = f"{', '.join(names)}: the development's, which everybody can read"
    if settings.is_private:
        yield Finding(area="settings", level="note", what=f"{told}; fine while only this machine reaches Handrail")
    else:
        todo = f"set secrets of your own (`openssl rand -hex 32`): {where}, and gateway and runtime will not start"
        yield Finding(area="settings", level="wrong", what=told, todo=todo)
