"""Which keys do the packs' own model servers take? Packs name variables, never keys; here they are read, once."""

import os
from collections.abc import Iterable

from dotenv import dotenv_values

from activities.model_clients import DEFAULT_KEY
from contracts.errors import NotReady
from contracts.pack import Pack
from workers.settings import ROOT


def read_model_keys(packs: Iterable[Pack]) -> dict[str, str]:
    """The value of every variable that a tier's `key_env` names; the environment wins over .env. Raises NotReady."""
    found = {**dotenv_values(ROOT / ".env"), **os.environ}
    keys: dict[str, str] = {}
    for pack in packs:
        for name, tier in pack.manifest.tiers.items():
            if tier.key_env is None or tier.key_env == DEFAULT_KEY:
                continue
            if not found.get(tier.key_env):
                raise NotReady(
                    f"Set {tier.key_env}: the tier {name!r} of pack {pack.name!r} takes its model's key from there."
                )
            keys[tier.key_env] = str(found[tier.key_env])
    return keys
