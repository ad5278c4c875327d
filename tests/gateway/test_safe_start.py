"""Does anything that others can reach start with secrets that everybody knows?"""

import os
import subprocess
import sys
from typing import Any

import pytest
import yaml
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from contracts.errors import NotReady
from tests.stack import ROOT
from workers.gateway.app import make_app
from workers.settings import Settings, require_safe_secrets

OWN = {"jwt_secret": "j" * 40, "vault_key": "v" * 40, "digest_key": "d" * 40, "systems_secret": "s" * 40}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("HANDRAIL_")]:
        monkeypatch.delenv(name)


def settings(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)  # type: ignore[call-arg]  # pydantic-settings' own argument


REACHED: list[dict[str, Any]] = [
    {"environment": "production"},
    {"host": "0.0.0.0"},
    {"host": "::"},
    {"host": "192.168.1.10"},
    {"host": "handrail.example"},
]


@pytest.mark.parametrize("given", REACHED, ids=str)
def test_what_others_reach_refuses_the_developments_secrets(given: dict[str, Any]) -> None:
    with pytest.raises(NotReady) as refused:
        require_safe_secrets(settings(**given))
    for name in ("HANDRAIL_JWT_SECRET", "HANDRAIL_VAULT_KEY", "HANDRAIL_DIGEST_KEY", "HANDRAIL_SYSTEMS_SECRET"):
        assert name in str(refused.value)


@pytest.mark.parametrize("given", REACHED, ids=str)
def test_it_starts_with_secrets_of_its_own(given: dict[str, Any]) -> None:
    require_safe_secrets(settings(**given, **OWN))


@pytest.mark.parametrize("left", OWN)
def test_one_development_secret_is_one_too_many(left: str) -> None:
    own = {name: value for name, value in OWN.items() if name != left}
    with pytest.raises(NotReady, match=f"HANDRAIL_{left.upper()}"):
        require_safe_secrets(settings(environment="production", **own))


def test_who_has_an_identity_provider_needs_no_secret_for_tokens() -> None:
    own = {name: value for name, value in OWN.items() if name != "jwt_secret"}
    require_safe_secrets(settings(environment="production", jwks_url="https://id.example/keys", **own))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::1"])
def test_on_ones_own_machine_nothing_needs_to_be_set(host: str) -> None:
    require_safe_secrets(settings(host=host))


def test_the_gateway_ends_with_a_sentence() -> None:
    environment = {**os.environ, "HANDRAIL_ENV": "production", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-m", "workers", "gateway"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 1
    assert "HANDRAIL_JWT_SECRET" in run.stderr
    assert "Traceback" not in run.stderr


def paths(app: FastAPI) -> set[str]:
    return {str(route.path) for route in iter_route_contexts(app.routes)}


@pytest.mark.parametrize(
    "given",
    [
        {"environment": "production", **OWN},
        {"host": "0.0.0.0", **OWN},
        {"jwks_url": "https://id.example/keys", **OWN},
    ],
    ids=["production", "reached by others", "an identity provider"],
)
def test_tokens_for_nothing_are_given_on_ones_own_machine_only(given: dict[str, Any]) -> None:
    assert not {path for path in paths(make_app(settings(**given))) if path.startswith("/demo")}


def test_the_demonstration_signs_people_in() -> None:
    assert "/demo/token" in paths(make_app(settings()))


def test_containers_take_their_secrets_from_outside() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    gateway = services["gateway"]["environment"]
    assert gateway["HANDRAIL_ENV"] == "production"
    for name in ("HANDRAIL_JWT_SECRET", "HANDRAIL_VAULT_KEY", "HANDRAIL_DIGEST_KEY", "HANDRAIL_SYSTEMS_SECRET"):
        assert gateway[name].startswith(f"${{{name}:?"), "an unset one ends `docker compose up` with a sentence"
