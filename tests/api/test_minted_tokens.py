"""Is a token that was minted for development without a word on the company one of the first company served?"""

import jwt
import pytest

from workers import token


def minted(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    """The claims of what `python -m workers token` prints."""
    assert token.main(["--sub", "X1", *arguments]) == 0
    return jwt.decode(capsys.readouterr().out.strip(), options={"verify_signature": False})


@pytest.mark.parametrize("role", ["customer", "agent", "supervisor", "compliance"])
def test_it_is_of_the_first_company_served(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    monkeypatch.setenv("HANDRAIL_PACKS", "packs/bank:packs/airline")
    assert minted(capsys, "--role", role)["pack"] == "bank"
    assert minted(capsys, "--role", role, "--pack", "airline")["pack"] == "airline"


@pytest.mark.parametrize("role", ["visitor", "operator"])
def test_who_belongs_to_no_company_gets_one_only_by_name(capsys: pytest.CaptureFixture[str], role: str) -> None:
    assert "pack" not in minted(capsys, "--role", role)
    assert minted(capsys, "--role", role, "--pack", "airline")["pack"] == "airline"


def test_a_folder_that_is_no_pack_is_said_to_be_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_PACKS", "packs/nowhere")
    assert token.main(["--sub", "X1"]) == 1
    assert "packs/nowhere" in capsys.readouterr().err
