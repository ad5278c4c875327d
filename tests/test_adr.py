"""Does each decision have a number of its own, the same in its file's name and its title?"""

import re
from collections import Counter
from pathlib import Path

FILES = sorted((Path(__file__).resolve().parents[1] / "docs" / "adr").glob("*.md"))


def test_no_number_is_given_twice() -> None:
    numbers = Counter(path.name[:4] for path in FILES)
    assert numbers
    assert [number for number, times in numbers.items() if times > 1] == []


def test_a_title_has_the_number_of_its_file() -> None:
    titled = {path.name: re.match(r"# (\d+)\. ", path.read_text()) for path in FILES}
    told = {name: found and f"{int(found[1]):04}" for name, found in titled.items()}
    assert {name: number for name, number in told.items() if number != name[:4]} == {}
