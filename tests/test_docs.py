"""Does every link of the documents lead somewhere, and has each decision one number of its own?"""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / "docs" / "adr").glob("*.md"))
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
LINK = re.compile(r"\]\((?![a-z]+:)([^)#\s]+)(?:#[^)]*)?\)")


def test_every_link_to_a_file_leads_to_one() -> None:
    links = [(path, found[1]) for path in DOCUMENTS for found in LINK.finditer(path.read_text())]
    assert len(links) > 20
    assert [(path.name, to) for path, to in links if not (path.parent / to).exists()] == []


def test_no_number_is_given_twice() -> None:
    numbers = Counter(path.name[:4] for path in FILES)
    assert numbers
    assert [number for number, times in numbers.items() if times > 1] == []


def test_a_title_has_the_number_of_its_file() -> None:
    titled = {path.name: re.match(r"# (\d+)\. ", path.read_text()) for path in FILES}
    told = {name: found and f"{int(found[1]):04}" for name, found in titled.items()}
    assert {name: number for name, number in told.items() if number != name[:4]} == {}
