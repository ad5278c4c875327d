"""Does a process of the gateway load only what it works with? Each library more is time at every start."""

import json
import subprocess
import sys

import pytest

from tests.stack import ROOT

HEAVY = {"bm25s", "fastapi", "numpy", "openai", "presidio_analyzer", "sklearn", "spacy", "temporalio"}


@pytest.mark.parametrize(
    ("module", "loaded"),
    [
        ("workers.gateway", set[str]()),
        ("workers.gateway.serve", {"fastapi", "temporalio"}),
        ("workers.gateway.tokenise", set[str]()),
        ("activities.find_phones", {"numpy", "presidio_analyzer", "spacy"}),
    ],
)
def test_it_loads_no_library_that_it_does_not_need(module: str, loaded: set[str]) -> None:
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(json.loads(told)) & HEAVY == loaded
