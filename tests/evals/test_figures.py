"""Is every measurement written down so that a missed aim shows?"""

from pathlib import Path

import pytest

from evals.figures import RESULTS, figure, read_results, write_results
from evals.tables import PAGE, page, table


def test_a_missed_aim_stays_in_and_shows(tmp_path: Path) -> None:
    path, _ = write_results("sample", {"late_ms": figure(12.5, "ms", n=3, aim="<= 8")}, seed=7, folder=tmp_path)
    results = read_results(path)
    assert results.missed() == ["late_ms"]
    assert "| `late_ms` | 12.5 | ms | <= 8 | **missed** | 3 |" in table(results)


@pytest.mark.parametrize(
    ("value", "aim", "met"), [(8, "<= 8", True), (0.84, ">= 0.85", False), (0, "= 0", True), (1, "= 0", False)]
)
def test_an_aim_is_a_comparison(value: float, aim: str, met: bool) -> None:
    assert figure(value, "", n=1, aim=aim).met is met


@pytest.mark.parametrize("aim", ["8", "< 8", "<=8", "about 8"])
def test_what_is_no_comparison_is_refused(aim: str) -> None:
    with pytest.raises(ValueError, match=r"comparison|convert"):
        figure(1, "", n=1, aim=aim)


def test_a_figure_without_samples_is_refused() -> None:
    with pytest.raises(ValueError, match="without samples"):
        figure(0, "", n=0, aim="= 0")


def test_the_published_tables_are_those_of_the_results() -> None:
    if not sorted(RESULTS.glob("*.json")):
        pytest.skip("nothing has been measured yet")
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m evals.tables"
