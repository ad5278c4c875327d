"""How much of the personal data in labelled texts is found, and how much of what is found is personal?"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from evals.figures import Figure, figure
from evals.privacy.labelled import LABELS, Labelled, is_covered, is_right
from evals.privacy.rewritten import WAYS, other_order, rewrite
from governance.known_values import KnownValues
from governance.personal import KnownValue, Span

type Find = Callable[[str], Sequence[Span]]

AIMS = {
    "recall_credit_card": "= 1",
    "recall_phone": ">= 0.98",
    "recall_known_values": ">= 0.99",
    "precision": ">= 0.95",
}
_NAMES = {"PHONE_NUMBER": "phone", "EMAIL_ADDRESS": "email", "IBAN_CODE": "iban", "IP_ADDRESS": "ip"}
_IN_A_RECORD = frozenset(LABELS) - {"DATE_TIME"} | {"ORGANIZATION"}
_LONGEST_NAME = 4


def measure_detection(
    texts: Sequence[Labelled], find: Find, *, aims: Mapping[str, str], prefix: str = ""
) -> dict[str, Figure]:
    """Recall by type (the whole value is hidden) and precision (what was found is what it is said to be)."""
    hit, total, right, found = Counter[str](), Counter[str](), 0, 0
    for labelled in texts:
        spans = find(labelled.text)
        for label, span in labelled.spans:
            total[label] += 1
            hit[label] += bool(span.kind) and is_covered(labelled.text, span, spans)
        right += sum(is_right(span, labelled) for span in spans)
        found += len(spans)
    keys = {f"recall_{_NAMES.get(label, label.lower())}": label for label in LABELS if total[label]}
    recall = {key: _share(hit[label], total[label], aims.get(key)) for key, label in keys.items()}
    both = {**recall, "precision": _share(right, max(found, 1), aims.get("precision"))}
    return {prefix + key: value for key, value in both.items()}


def measure_known_values(texts: Sequence[Labelled]) -> dict[str, Figure]:
    """Recall of what stands in a record, with the record's values given: as written there, and written otherwise."""
    hits, total = _known_found((labelled, labelled) for labelled in texts)
    figures = {"recall_known_values": _share(hits, total, AIMS["recall_known_values"])}
    hits = total = 0
    for way in WAYS.values():
        more = _known_found((labelled, rewrite(labelled, way)) for labelled in texts)
        hits, total = hits + more[0], total + more[1]
    short = [labelled for labelled in texts if _has_names_of_few_words(labelled)]
    more = _known_found((labelled, rewrite(labelled, other_order, "NAME")) for labelled in short)
    figures["recall_known_values_written_otherwise"] = _share(hits + more[0], total + more[1], ">= 0.99")
    return figures


def _has_names_of_few_words(labelled: Labelled) -> bool:
    """Word orders are looked for up to four words."""
    names = [labelled.text[span.start : span.end] for _, span in labelled.spans if span.kind == "NAME"]
    return all(len(name.split()) <= _LONGEST_NAME for name in names)


def _known_found(pairs: Iterable[tuple[Labelled, Labelled]]) -> tuple[int, int]:
    """(found, all) values of the texts' own records; of each pair the first is the record, the second what is read."""
    hits = total = 0
    for record, written in pairs:
        known = KnownValues(_record_of(record))
        spans = [Span(span.start, span.end, "") for span in known.find(written.text)]
        for label, span in written.spans:
            if label in _IN_A_RECORD and sum(map(str.isalnum, written.text[span.start : span.end])) > 1:
                total += 1
                hits += is_covered(written.text, Span(span.start, span.end, ""), spans)
    return hits, total


def _record_of(labelled: Labelled) -> list[KnownValue]:
    return [
        KnownValue(span.kind or "COMPANY", labelled.text[span.start : span.end])
        for label, span in labelled.spans
        if label in _IN_A_RECORD
    ]


def _share(part: int, whole: int, aim: str | None = None) -> Figure:
    return figure(part / whole, "share", n=whole, aim=aim)
