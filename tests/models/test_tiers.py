"""Where do a tier's calls go, with which key, and how fast: what does a pack say, and what may it not say?"""

import pytest
from pydantic import ValidationError

from contracts.errors import NotReady
from contracts.pack import ModelTier, Pack
from storage.packs import load_pack
from tests.models.model_samples import tier
from tests.stack import ROOT
from workers.model_keys import read_model_keys
from workers.model_queues import model_queues

LOCAL = "http://127.0.0.1:11434/v1"


def pack(fast: ModelTier, planner: ModelTier) -> Pack:
    """The airline with these tiers."""
    loaded = load_pack(ROOT / "packs" / "airline", {"HANDRAIL_SYSTEMS_URL": "http://127.0.0.1:1"})
    manifest = loaded.manifest.model_copy(update={"tiers": {"fast": fast, "planner": planner}})
    return loaded.model_copy(update={"manifest": manifest})


@pytest.mark.parametrize(
    ("given", "provider"),
    [
        ({}, "default"),
        ({"key_env": "OPENAI_API_KEY"}, "default"),
        ({"base_url": LOCAL}, "127.0.0.1-11434"),
        ({"base_url": LOCAL, "key_env": "LOCAL_API_KEY"}, "127.0.0.1-11434-LOCAL_API_KEY"),
        ({"key_env": "OTHER_API_KEY"}, "default-OTHER_API_KEY"),
    ],
)
def test_a_provider_is_a_server_and_whose_account_it_is(given: dict[str, str], provider: str) -> None:
    assert tier("chat", **given).provider == provider


@pytest.mark.parametrize(
    "given",
    [
        {"key_env": "HANDRAIL_VAULT_KEY"},
        {"key_env": "HANDRAIL_API_KEY"},
        {"key_env": "TEMPORAL_API_KEY"},
        {"key_env": "OPENAI_API_KEY", "base_url": "https://models.example/v1"},
        {"key_env": "sk-abc"},
        {"base_url": "ftp://models.example"},
        {"base_url": "https://key@models.example/v1"},
        {"calls_per_second": 0},
    ],
)
def test_a_pack_cannot_name_other_secrets_or_hold_one(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        tier("chat", **given)


def test_each_provider_has_a_queue_and_the_least_limit_that_is_named() -> None:
    local = tier("chat", base_url=LOCAL, calls_per_second=5)
    slower = tier("chat", "other", base_url=LOCAL, calls_per_second=2)
    queues = model_queues([pack(tier("responses"), local), pack(tier("chat"), slower)])
    assert queues == {"models": None, "models-127.0.0.1-11434": 2}


def test_a_key_is_read_where_the_pack_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_API_KEY", "sk-local")
    keyed = pack(tier("responses"), tier("chat", base_url=LOCAL, key_env="LOCAL_API_KEY"))
    assert read_model_keys([keyed]) == {"LOCAL_API_KEY": "sk-local"}


def test_a_key_that_is_not_set_stops_the_start_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOCAL_API_KEY", raising=False)
    keyed = pack(tier("responses"), tier("chat", base_url=LOCAL, key_env="LOCAL_API_KEY"))
    with pytest.raises(NotReady, match=r"LOCAL_API_KEY.*planner.*airline"):
        read_model_keys([keyed])
