"""Does a newcomer see what can be tried with the companies that are served, and nothing else?"""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from workers.dev.places import DevSettings, Ports, find_places
from workers.dev.welcome import show_addresses


def welcome(packs: str, folder: Path, port: int = 8600) -> str:
    """What is printed where these packs are served."""
    settings = DevSettings.model_validate({"HANDRAIL_PACKS": packs, "HANDRAIL_DATA": folder})
    printed = StringIO()
    show_addresses(Console(file=printed, width=160), settings, find_places(settings), Ports(port), "")
    return printed.getvalue()


@pytest.mark.parametrize(
    ("packs", "airline", "bank"),
    [
        ("packs/airline:packs/bank", True, True),
        ("packs/airline", True, False),
        ("packs/bank:/elsewhere/dental", False, True),
        ("/elsewhere/dental", False, False),
    ],
)
def test_the_sentences_to_try_are_those_of_the_companies_served(
    tmp_path: Path, packs: str, airline: bool, bank: bool
) -> None:
    text = welcome(packs, tmp_path)
    assert "http://127.0.0.1:8600/chat" in text
    assert ("as C101" in text.split("Terminal desk")[1]) is airline
    assert ("at the bank" in text) is bank
    assert ("Sentences to try" in text) is (airline or bank)


def test_a_command_names_a_port_that_it_would_not_find_by_itself(tmp_path: Path) -> None:
    assert "HANDRAIL_PORT=8600 " in welcome("packs/airline", tmp_path)
    assert "HANDRAIL_PORT" not in welcome("packs/airline", tmp_path, 8080)
