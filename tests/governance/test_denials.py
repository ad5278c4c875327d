"""Is it said in no words that a machine does not write?"""

from datetime import date
from pathlib import Path

import pytest
import yaml

from contracts.pack import Voice
from governance.denials import denies_automation
from governance.evidence import gather_evidence
from governance.validate_reply import validate_sentence

SENTENCES: dict[str, dict[str, list[str]]] = yaml.safe_load(
    Path(__file__).with_name("denials.yaml").read_text(encoding="utf-8")
)
DENIED, SAID = ([one for each in SENTENCES[kind].values() for one in each] for kind in ("denied", "said"))


@pytest.mark.parametrize("sentence", DENIED)
def test_a_denial_is_found_whatever_the_customers_language(sentence: str) -> None:
    nobody_knows = gather_evidence(today=date(2026, 11, 21))
    assert validate_sentence(sentence, "", nobody_knows, Voice()).code == "denies_automation"


@pytest.mark.parametrize("sentence", SAID)
def test_what_denies_nothing_is_said(sentence: str) -> None:
    assert not denies_automation(sentence)
