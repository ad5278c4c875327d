"""Do settings say their secrets to whoever prints them, as a log, a traceback or a debugger does?"""

import re
import types
from typing import Any, get_args, get_origin

import pytest
from pydantic import SecretStr, ValidationError

from workers.settings import Settings

PLANTED = "heliotrope-" * 4
SECRET = re.compile(r"secrets?$|_keys?$|_token$")
NO_SECRETS = {"vault_kms_key"}
"""Names of keys, not keys."""


def _holds_secrets(annotation: Any) -> bool:
    """Whether a type is SecretStr, perhaps none of it, or values of it by name."""
    parts = get_args(annotation) if get_origin(annotation) in (dict, types.UnionType) else (annotation,)
    return SecretStr in parts


def _planted() -> dict[str, Any]:
    given: dict[str, Any] = {"database_url": f"postgresql://handrail:{PLANTED}@db.example/handrail"}
    for name, field in Settings.model_fields.items():
        if _holds_secrets(field.annotation):
            given[name] = {"booking": PLANTED} if get_origin(field.annotation) is dict else PLANTED
    return given


@pytest.mark.parametrize("name", [name for name in Settings.model_fields if SECRET.search(name)])
def test_what_is_called_a_secret_is_typed_as_one(name: str) -> None:
    assert _holds_secrets(Settings.model_fields[name].annotation) != (name in NO_SECRETS)


def test_printing_the_settings_shows_no_secret() -> None:
    settings = Settings(_env_file=None, **_planted())  # type: ignore[call-arg]  # pydantic-settings' own argument
    assert settings.jwt_secret.get_secret_value() == PLANTED
    for printed in (repr(settings), str(settings), f"{settings!r:>1}"):
        assert PLANTED not in printed
        assert "heliotrope" not in printed


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("HANDRAIL_SYSTEMS_SECRET", "heliotrope"),
        ("HANDRAIL_SYSTEMS_OTHER_SECRETS", f"{PLANTED},heliotrope"),
        ("HANDRAIL_SYSTEM_KEYS", '{"booking": ["heliotrope"]}'),
        ("HANDRAIL_SYSTEM_KEYS", '["heliotrope"]'),
        ("HANDRAIL_PORT", "heliotrope"),
    ],
)
def test_a_value_that_is_refused_is_not_said(monkeypatch: pytest.MonkeyPatch, name: str, wrong: str) -> None:
    """A process that does not start says why, on a log that others read."""
    monkeypatch.setenv(name, wrong)
    with pytest.raises(ValidationError) as refused:
        Settings(_env_file=None)  # type: ignore[call-arg]  # pydantic-settings' own argument
    assert name in str(refused.value)
    assert "heliotrope" not in f"{refused.value}{refused.value!r}"
