"""Does anything private leak? `python -m evals.privacy` measures it and writes docs/results/privacy.json."""

import argparse
import os
import sys

# Presidio's email recogniser would fetch a list of domain endings.
os.environ.setdefault("TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS", "")

from activities.find_personal_data import PersonalDataFinder
from evals.figures import Figure, write_results
from evals.privacy.canary import measure_canary
from evals.privacy.detection import AIMS, measure_detection, measure_known_values
from evals.privacy.labelled import read_labelled
from evals.privacy.presidio_alone import presidio_alone
from evals.stack import running_stack

SEED = 7


def measure_texts() -> dict[str, Figure]:
    """Part one: what is found in labelled texts, beside Presidio alone."""
    texts = read_labelled()
    ours = measure_detection(texts, PersonalDataFinder().find, aims=AIMS)
    theirs = measure_detection(texts, presidio_alone(), aims={}, prefix="presidio_alone_")
    return {**ours, **measure_known_values(texts), **theirs}


def measure_machine() -> dict[str, Figure]:
    """Part two: where planted values lie on a whole machine; says what lies where, and the letters around it."""
    with running_stack(companies=("airline", "bank")) as stack:
        canary = measure_canary(stack, seed=SEED)
    for word, found in (("LEAK", canary.leaks()), ("CHANCE", canary.by_chance())):
        for what, around in found:
            print(f"{word} {what}: {around}")
    for customer, places in canary.erased.items():
        if places:
            print(f"ERASED {customer} is named in {', '.join(places)}")
    return canary.figures()


def main() -> int:
    """Measure; 1 where an aim was missed, 2 where the texts are not there."""
    parser = argparse.ArgumentParser(prog="python -m evals.privacy", description=__doc__)
    parser.add_argument("--texts-only", action="store_true", help="no search for planted values; writes nothing")
    given = parser.parse_args()
    try:
        figures = measure_texts()
    except FileNotFoundError as missing:
        print(missing, file=sys.stderr)
        return 2
    if not given.texts_only:
        figures |= measure_machine()
    for key, one in figures.items():
        print(f"{key:45} {one.value:<9g} {one.aim or '':8} {'MISSED' if one.met is False else ''}")
    if not given.texts_only:
        write_results("privacy", figures, seed=SEED)
    return 1 if any(one.met is False for one in figures.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
