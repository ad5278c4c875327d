"""What do the results say? `python -m evals.tables` writes docs/results.md from docs/results/*.json."""

from pathlib import Path

from evals.figures import RESULTS, ROOT, Figure, Results, read_results

PAGE = ROOT / "docs" / "results.md"

_HEAD = """# Measured

Made by `python -m evals.tables` from [docs/results](results); do not edit. A missed aim stays in, missed.
"""


def page(folder: Path = RESULTS) -> str:
    """The Markdown page: one table for each results file, in the order of their names."""
    tables = [table(read_results(path)) for path in sorted(folder.glob("*.json"))]
    return "\n".join([_HEAD, *tables])


def table(results: Results) -> str:
    """The Markdown table of one results file."""
    rows = [_row(key, measured) for key, measured in results.figures.items()]
    about = f"Commit `{results.commit}`, seed {results.seed}; {results.machine}."
    head = ["| figure | value | unit | aim | met | n |", "|---|--:|---|---|---|--:|"]
    return "\n".join([f"## {results.name}", "", about, "", *head, *rows, ""])


def _row(key: str, measured: Figure) -> str:
    met = {True: "yes", False: "**missed**", None: ""}[measured.met]
    return f"| `{key}` | {measured.value:g} | {measured.unit} | {measured.aim or ''} | {met} | {measured.n} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
