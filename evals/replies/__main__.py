"""How well are replies checked? Judges the corpus and the harmless prompts, writes the figures."""

import argparse
import json
import sys

from evals.datasets import dataset
from evals.figures import Figure, figure, write_results
from evals.replies.cases import (
    HALVES,
    HELD_OUT,
    HELD_OUT_SPEAKER,
    HELD_OUT_SUMS,
    OTHER_LANGUAGES,
    SECOND_HELD_OUT,
    THIRD_HELD_OUT,
    read_cases,
)
from evals.replies.delay import delay_figures
from evals.replies.flow_words import flow_word_figures
from evals.replies.judge import (
    Judged,
    figures_of,
    held_out_figures,
    judge,
    other_language_figures,
    second_held_out_figures,
)
from governance.screen import screen

SEED = 0  # nothing here is drawn by chance: the corpus is written down


def harmless_blocked() -> Figure:
    """How many of the harmless prompts the inbound screening keeps from being answered. Raises FileNotFoundError."""
    texts: list[str] = json.loads(dataset("notinject.json").read_text(encoding="utf-8"))
    screened = [screen(text) for text in texts]
    blocked = sum(bool(one.refused) or one.to_person for one in screened)
    return figure(blocked, "prompts", n=len(texts), aim="= 0")


def tell(judged: list[Judged]) -> None:
    """Print every reply on which the checks were wrong."""
    for one in judged:
        if one.missed or one.false_alarm:
            what = f"missed {one.case.wrong}" if one.missed else f"false alarm {one.verdict.code}"
            print(f"{what} [{one.case.half}: {one.case.scene.scene}] {one.case.reply!r}")


def main() -> int:
    """Measure and write docs/results/replies.json; 1 where one is missed, 2 without the harmless prompts."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m evals.replies")
    parser.add_argument("--stack", action="store_true", help="also start a machine and time first sentences on it")
    given = parser.parse_args()
    try:
        screened = {"harmless_blocked": harmless_blocked()}
    except FileNotFoundError as missing:
        print(missing, file=sys.stderr)
        return 2
    judged = judge(case for half in HALVES for case in read_cases(half))
    held_out = judge(read_cases(HELD_OUT))
    second, speaker, sums = (judge(read_cases(name)) for name in (SECOND_HELD_OUT, HELD_OUT_SPEAKER, HELD_OUT_SUMS))
    third = judge(read_cases(THIRD_HELD_OUT))
    others = judge(read_cases(OTHER_LANGUAGES))
    tell([*judged, *held_out, *second, *speaker, *sums, *third, *others])
    figures = figures_of(judged) | held_out_figures(held_out) | second_held_out_figures(second, speaker, sums)
    figures |= held_out_figures(third, "third_")
    figures |= other_language_figures(others) | screened | flow_word_figures()
    if given.stack:
        figures |= delay_figures()
    path, results = write_results("replies", figures, seed=SEED)
    print(path, "missed:", ", ".join(results.missed()) or "none")
    return 1 if results.missed() else 0


if __name__ == "__main__":
    sys.exit(main())
